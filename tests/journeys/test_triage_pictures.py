"""A session of triage with every byte examined: what came, what stays in the page, in its cache and on the disk.

Real keys, a real server, and a browser with a profile and a cache as an analyst's has one.
"""

import io
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from havre.care.models import Reveal
from havre.media.models import Medium
from havre.settings import Settings
from tests import films
from tests.cast import Node, node
from tests.entrypoints.analyst.paired import held
from tests.journeys.examined import WATCH, Examined, on_disk, seen_in
from tests.pictures import landscape
from tests.previews import preview
from tests.web import browser_path, served, signed_in_page

CANVAS = ".veil canvas, .veil-large canvas"


def photograph(seed: int, high: int = 480) -> bytes:
    file = io.BytesIO()
    Image.fromarray(landscape(seed, high, high * 4 // 3)).save(file, "JPEG", quality=90)
    return file.getvalue()


@dataclass
class Session:
    """Bram at triage."""

    here: Node
    media: list[Medium]
    page: Page
    address: str
    examined: Examined
    looks: int = 0
    """How often something was revealed."""

    def nothing(self, when: str) -> None:
        """Nothing sharp came, nothing sharp is left."""
        assert self.examined.left() == [], when

    def hold(self, key: str = "Space") -> None:
        """Press, and do not release, until the picture is there."""
        self.page.keyboard.down(key)
        self.page.wait_for_selector(CANVAS, state="attached", timeout=20_000)
        self.looks += 1
        drawn = self.page.evaluate(f"Math.max(...[...document.querySelectorAll('{CANVAS}')].map((each) => each.width))")
        assert drawn > 200  # there is something to leave behind
        assert list(self.examined.came()) == []

    def open(self, address: str) -> None:
        self.examined.drain()
        self.page.goto(f"{self.address}{address}")
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The folder of a browser."""
    return tmp_path / "profile"


@pytest.fixture
def session(database: Settings, chromium: Browser, tmp_path: Path, profile: Path) -> Iterator[Session]:
    with node(database) as here:
        files = {f"{seed}.jpg": photograph(seed) for seed in range(3)} | {"film.mkv": films.film(1)}
        media = list(held(here, tmp_path / "seized", files).values())
        with served(database) as address:
            context = chromium.browser_type.launch_persistent_context(
                profile, executable_path=browser_path(), args=["--no-sandbox"], viewport={"width": 1366, "height": 768}
            )
            context.add_init_script(WATCH)
            page = signed_in_page(context, address, here.bram.person)
            sharp = [preview(here, medium) for medium in media]
            yield Session(here, media, page, address, Examined(page, sharp))
            context.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_session_of_triage_leaves_nothing(session: Session, profile: Path) -> None:
    page = session.page
    session.open("/triage")
    expect(page.locator(".tile[data-current]")).to_be_focused()
    session.nothing("before anything")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Home"):
        page.keyboard.press(key)
    page.keyboard.down("Space")
    page.wait_for_selector("#reason[open]")
    page.keyboard.up("Space")
    page.keyboard.type("the warrant of March")
    page.keyboard.press("Enter")
    expect(page.locator("#reason[open]")).to_have_count(0)
    assert any("/sealed?media=" in address for address, _ in session.examined.bodies)
    session.nothing("after the reason, before a reveal")

    session.hold()
    page.keyboard.up("Space")
    session.nothing("after release")
    session.hold()
    page.evaluate("dispatchEvent(new Event('blur'))")
    session.nothing("after the focus was lost")
    page.keyboard.up("Space")
    session.hold("z")
    page.keyboard.press("Escape")
    session.nothing("after Escape")
    page.keyboard.up("z")
    page.locator("#stage .tip").click()
    page.keyboard.press("Space", delay=1)
    page.wait_for_timeout(600)
    session.nothing("after a tap")
    _judged_and_back(session)
    page.keyboard.press("ArrowLeft")
    _film(session)
    _ended(session)
    _goes_red(session)
    page.context.close()
    assert any((profile / "Default").rglob("*")), "no profile was written"
    assert on_disk(profile, session.examined.sharp) == []


def _judged_and_back(session: Session) -> None:
    page = session.page
    page.keyboard.press("5")
    expect(page.locator(".tabs [data-tab=judged] b")).to_have_text("1")
    session.hold()
    page.keyboard.up("Space")
    session.nothing("after judging")
    session.examined.drain()
    page.keyboard.press("Enter")
    page.wait_for_url("**/media/*")
    page.wait_for_load_state("networkidle")
    session.nothing("on the page of a medium")
    session.hold()
    session.examined.drain()
    page.go_back()
    page.wait_for_url("**/triage")
    page.wait_for_load_state("networkidle")
    page.keyboard.up("Space")
    session.nothing("back, with the key held meanwhile")


def _film(session: Session) -> None:
    """V leads to the storyboard of a film: veiled, and revealed as any picture."""
    page = session.page
    page.locator(".tile[data-film]").click()
    session.examined.drain()
    page.keyboard.press("v")
    page.wait_for_url("**/media/*#h-stage")
    page.wait_for_load_state("networkidle")
    expect(page.locator("section.stage:has(#h-stage) .veil img")).to_have_count(1)
    session.nothing("a storyboard, veiled")
    session.hold()
    page.keyboard.up("Space")
    session.nothing("a storyboard, veiled again")


def _ended(session: Session) -> None:
    """The server knows of every look, and that each is over."""
    for _ in range(50):
        if not Reveal.objects.filter(ended_at=None).exists():
            break
        session.page.wait_for_timeout(100)
    assert not Reveal.objects.filter(ended_at=None).exists()
    assert Reveal.objects.count() >= session.looks


def _goes_red(session: Session) -> None:
    """Each thing that must not be left is seen where it is."""
    sharp = f"data:image/jpeg;base64,{b64encode(session.examined.sharp[0]).decode()}"
    for script in INJECTED.values():
        session.page.evaluate(script, sharp)
    session.page.wait_for_timeout(100)
    found = session.examined.left()
    assert [what for what in INJECTED if not any(what in each for each in found)] == []
    session.page.evaluate("() => { localStorage.clear(); return caches.delete('one'); }")
    session.page.reload()
    session.nothing("when all of it is gone")
    session.examined.bodies.append(("an answer", session.examined.sharp[0]))
    assert set(session.examined.left()) == {"an answer: bytes of a preview", "an answer: a picture of 640 pixels"}
    session.examined.bodies.pop()


INJECTED = {
    "picture from data:image/jpeg": """(sharp) => {
        const one = new Image(); one.src = sharp; document.querySelector("main").append(one); return one.decode();
    }""",
    "picture of 640 pixels": "() => 0",
    "canvas of 400 pixels": """() => {
        const one = document.createElement("canvas"); one.width = 400; document.body.append(one);
    }""",
    "canvas of a script, 500 pixels": "() => { document.createElement('canvas').width = 500; }",
    "alive: blob:": "() => { URL.createObjectURL(new Blob(['x'])); }",
    "Blobs are alive, of 5 bytes": "() => { window.one = new Blob(['hello']); }",
    "cache one": "async () => { await caches.open('one'); }",
    "stored one": "(sharp) => { localStorage.one = sharp; }",
    'url("data:image/jpeg': "(sharp) => { document.body.style.backgroundImage = `url(${sharp})`; }",
    "a bitmap that is not closed": "async () => { window.two = await createImageBitmap(new ImageData(90, 90)); }",
    "a key": """async () => {
        await crypto.subtle.importKey("raw", new Uint8Array(16).fill(1), "AES-GCM", true, ["decrypt"]);
    }""",
    "decrypted bytes": "() => { kept.plains.push(new Uint8Array([1]).buffer); }",
    "bytes of a preview": "() => 0",
}
"""What is found, and how it got there."""


def test_files_that_a_browser_wrote_are_looked_through(tmp_path: Path) -> None:
    one = photograph(1)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "f_000001").write_bytes(b"head" + one)
    assert on_disk(tmp_path, [one]) == ["deep/f_000001: bytes of a preview", "deep/f_000001: a picture of 640 pixels"]
    small = io.BytesIO()
    Image.new("RGB", (56, 42), (9, 90, 9)).save(small, "WEBP", lossless=True)
    veil = b"data:image/webp;base64," + b64encode(small.getvalue())
    assert seen_in(veil, [one]) == ["a veil with colours"]
