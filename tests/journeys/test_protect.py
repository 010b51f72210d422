"""Somebody protects pictures without showing them: hashes are made in the browser, and nothing else leaves it."""

import io
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import md5, sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image, ImageCms
from playwright.sync_api import Browser, Page, Route, expect

from havre.fingerprints.pdq import fingerprint
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.selfservice.kernel import KINDS as KERNELS
from havre.selfservice.models import Protected, State, Submission
from havre.settings import Settings
from tests.cast import Node, node, noon
from tests.conftest import PROOF
from tests.databases import Copy, connected
from tests.entrypoints.public.serving import Serving, serving
from tests.films import film
from tests.journeys.test_public import under
from tests.journeys.visit import Visit
from tests.selfservice.drawn import EXACT, drawn, image, served, shown
from tests.selfservice.located import PLANTED, located
from tests.selfservice.test_kernel import SERVED

pytestmark = pytest.mark.xdist_group("public")

FIELDS = {"code", "puzzle", "work", "hashes", "who", "platforms", "tell", "act"}
LINE = re.compile(r"(picture|film) [0-9a-f]{32} [0-9a-f]{64}|pdq [0-9]{2,3} [0-9a-f]{64}")


@pytest.fixture(scope="module")
def begun(sqlite_template: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose Belgian unit takes reports."""
    settings = Settings(home=tmp_path_factory.mktemp("self") / "home")
    sqlite_template(settings)
    with connected(settings), node(settings) as found:
        open_door(found.home, found.anke)
        yield found


@pytest.fixture(scope="module")
def server(begun: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The public's server beside it."""
    with serving(begun.home.settings, tmp_path_factory.mktemp("server")) as found:
        yield found


class Line:
    """Everything that a browser sends, as it is sent."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.posted: list[bytes] = []
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", lambda told: self.asked.append(told["request"]["url"]))
        session.send("Network.enable")
        page.context.on("request", lambda asked: self.posted.append(asked.post_data_buffer or b""))

    def forms(self) -> list[dict[str, list[str]]]:
        """The forms that were sent."""
        return [parse_qs(each.decode("ascii"), keep_blank_values=True) for each in self.posted if each]


def chosen(page: Page, files: list[tuple[str, str, bytes]]) -> list[str]:
    """Choose these files, and wait for their hashes; the lines in the form."""
    before = int(page.locator("[data-chooser]").get_attribute("data-ready") or "0")
    named: Any = [{"name": name, "mimeType": kind, "buffer": body} for name, kind, body in files]
    page.set_input_files("#picker", named)
    expect(page.locator("[data-chooser]")).to_have_attribute("data-ready", str(before + len(files)), timeout=60_000)
    return page.locator("[name=hashes]").input_value().split("\n")


def picture_lines(body: bytes) -> list[str]:
    """What a page must write of a picture."""
    made = served(body)
    exact = f"picture {md5(body, usedforsecurity=False).hexdigest()} {sha256(body).hexdigest()}"
    return [exact, f"pdq {made.quality} {made.pdq.value.hex()}"]


def test_from_choosing_to_taking_back_only_hashes_leave(begun: Node, server: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, server)
    page, line = visit.page, Line(visit.page)
    visit.open("/en/protect")
    page.locator("main a.button").click()
    expect(page.locator("#picker")).to_be_visible()
    visit.context.set_offline(True)  # the plug is pulled: everything was loaded
    bodies = [EXACT["PNG"](image(seed), seed) for seed in (0, 2, 3)]
    lines = chosen(page, [(f"beach-{at}.png", "image/png", body) for at, body in enumerate(bodies[:2])])
    assert lines == [each for body in bodies[:2] for each in picture_lines(body)]
    moving = film(3, 3.0)
    lines = chosen(page, [("party.mp4", "video/mp4", moving)])
    assert lines[4] == f"film {md5(moving, usedforsecurity=False).hexdigest()} {sha256(moving).hexdigest()}"
    assert lines[5:]
    expect(page.locator("[data-is=state]")).to_have_text("Ready. Files on the list: 3. Nothing has been sent yet.")
    page.check("[name=who][value=me]")
    page.check("[name=tell]")
    visit.send_numbers()
    expect(page.locator("[data-is=state]")).to_contain_text("You are offline")
    visit.context.set_offline(False)
    visit.send_numbers()
    code = visit.code()
    assert take_in(begun.home, begun.anke.unit, noon).hashes == 1
    assert "Your numbers have come in." in under(visit, "en", code)
    chosen(page, [("beach-3.png", "image/png", bodies[2])])
    visit.send_numbers()
    expect(page.get_by_role("status").first).to_contain_text("new numbers")
    assert take_in(begun.home, begun.anke.unit, noon).hashes == 1
    submission = Submission.objects.get()
    assert [each.sha256 for each in submission.files.filter(kind="picture").order_by("pk")] == [
        sha256(body).hexdigest() for body in bodies
    ]
    page.locator("summary", has_text="Take it all back").click()
    page.get_by_role("button", name="Take it back").click()
    assert take_in(begun.home, begun.anke.unit, noon).withdrawals == 1
    assert set(Protected.objects.values_list("state", "sha256")) == {(State.WITHDRAWN, "")}
    only_hashes(line, [*bodies, moving], server)
    visit.well()


def only_hashes(line: Line, bodies: list[bytes], server: Serving) -> None:
    """Of what was sent, every byte is accounted for: fields of the forms, and lines of hashes in one of them."""
    forms = line.forms()
    assert [len(form.get("hashes", [""])[0].splitlines()) > 1 for form in forms] == [True, False, True, False]
    for form in forms:
        assert set(form) <= FIELDS
        assert all(LINE.fullmatch(each) for each in form.get("hashes", [""])[0].splitlines())
        assert all(len(value) < 100 for name, (value,) in form.items() if name != "hashes")
    asked = [each for each in line.asked if not each.startswith("blob:")]  # a film that the browser reads from itself
    assert {re.sub(r"(/en)?/[a-z/.-]*$", "", each) for each in asked} == {server.address}
    everything = b"\n".join([*line.posted, *(each.encode() for each in line.asked)])
    assert not [name for name in (b"beach", b"party", b"png", b"mp4") if name in everything]
    for body in bodies:
        pieces = [body[at : at + 12] for at in range(0, len(body), max(1, len(body) // 50))]
        assert not [piece for piece in pieces if piece in everything or b64encode(piece) in everything]


ASK = """async (files) => {
  const worker = new Worker("/static/hasher.js");
  const ask = (id, what) => new Promise((done) => {
    worker.onmessage = ({ data }) => { if (data.id === id && data.part === undefined) done(data); };
    worker.postMessage({ id, ...what });
  });
  const made = [];
  for (const [id, [type, text]] of files.entries()) {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    const begun = performance.now();
    made.push({ ...await ask(id, { file: new Blob([bytes], { type }) }), took: performance.now() - begun });
  }
  worker.terminate();
  return made;
}"""


def made_in(page: Page, bodies: list[bytes]) -> list[dict[str, Any]]:
    """What the worker of the page makes of these pictures."""
    return list(page.evaluate(ASK, [["image/any", b64encode(body).decode()] for body in bodies]))


@pytest.fixture
def page(server: Serving, chromium: Browser) -> Iterator[Page]:
    """The page where hashes are made."""
    visit = Visit(chromium, server)
    visit.open("/nl/protect/choose")
    yield visit.page
    visit.well()


@pytest.mark.proof
def test_hashes_of_the_browser_are_those_of_the_server(page: Page, count: Any) -> None:
    files = drawn(count(22, 500))
    found = [
        each for at in range(0, len(files), 50) for each in made_in(page, [body for _, body in files[at : at + 50]])
    ]
    apart: dict[str, list[int]] = {}
    for (kind, body), made in zip(files, found, strict=True):
        wanted = served(body)
        assert (made["md5"], made["sha256"]) == (md5(body, usedforsecurity=False).hexdigest(), sha256(body).hexdigest())
        bits = (int(made["pdq"], 16) ^ int.from_bytes(wanted.pdq.value, "big")).bit_count()
        apart.setdefault(kind, []).append(bits + 1000 * (made["quality"] != wanted.quality))
    print({kind: (len(bits), max(bits), sum(each == 0 for each in bits)) for kind, bits in apart.items()})
    assert {kind: max(bits) for kind, bits in apart.items() if kind in EXACT and max(bits)} == {}
    assert {kind: max(bits) for kind, bits in apart.items() if max(bits) > 4} == {}


PIXELS = """async ([kernel, pictures]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  const wasm = (await WebAssembly.instantiate(bytes(kernel))).instance.exports;
  const strip = new Uint8Array(wasm.memory.buffer, wasm.strip_at(), wasm.strip_bytes());
  const found = new Uint8Array(wasm.memory.buffer, wasm.hash_at(), 32);
  return pictures.map(([width, height, text]) => {
    const pixels = bytes(text);
    if (!wasm.begin(width, height)) return null;
    for (let y = 0; y < height; y += 16) {
      const rows = Math.min(16, height - y);
      strip.set(pixels.subarray(4 * width * y, 4 * width * (y + rows)));
      wasm.rows(rows);
    }
    return [wasm.finish(), Array.from(found, (each) => each.toString(16).padStart(2, "0")).join("")];
  });
}"""


@pytest.mark.proof
@pytest.mark.parametrize("kernel", KERNELS)
def test_the_kernel_of_browsers_is_the_native_one_bit_for_bit(page: Page, kernel: str, count: Any) -> None:
    pictures = [np.asarray(image(seed).convert("RGBA").reduce(count(2, 1))) for seed in range(count(10, 200))]
    random = np.random.default_rng(1)
    pictures += [random.integers(0, 256, (*side, 4), np.uint8) for side in ((4, 9), (5, 5), (64, 64), (65, 1000))]
    sent = [[each.shape[1], each.shape[0], b64encode(each.tobytes()).decode()] for each in pictures]
    found = page.evaluate(PIXELS, [b64encode((SERVED / kernel).read_bytes()).decode(), sent])
    native = [fingerprint(np.ascontiguousarray(each)) for each in pictures]
    assert found == [[each.quality, each.pdq.value.hex()] for each in native]


REACH = """async (to) => {
  const tried = { fetch: await fetch(to).then(() => "reached", () => "refused") };
  const asked = new XMLHttpRequest();
  asked.open("GET", to, false);
  try { asked.send(); tried.ajax = "reached"; } catch { tried.ajax = "refused"; }
  tried.picture = await new Promise((done) => {
    const image = new Image();
    image.onload = () => done("reached");
    image.onerror = () => done("refused");
    image.src = to;
  });
  navigator.sendBeacon(to, "x");
  return tried;
}"""


def test_no_script_of_the_page_may_connect_to_anything(server: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, server)
    visit.open("/nl/protect/choose")
    expect(visit.page.locator("#picker")).to_be_visible()
    reached: list[str] = []
    visit.context.on("response", lambda answer: reached.append(answer.url))
    tried = visit.page.evaluate(REACH, server.address + "/static/public.css")
    assert tried == dict.fromkeys(("fetch", "ajax", "picture"), "refused")
    assert reached == []
    for place in ("/static/hasher.js", "/nl/protect/choose"):
        policy = visit.context.request.get(server.address + place).headers["content-security-policy"]
        assert ("connect-src 'none'" in policy, "'wasm-unsafe-eval'" in policy) == (True, True)
    for place in ("/nl/report", "/nl/guide/clean", "/nl/protect", "/static/kernel.js"):
        policy = visit.context.request.get(server.address + place).headers["content-security-policy"]
        assert ("default-src 'none'" in policy, "wasm" in policy, "connect-src" in policy) == (True, False, False)
    visit.context.close()


def test_metadata_is_cut_out_and_the_pixels_stay(server: Serving, chromium: Browser, tmp_path: Path) -> None:
    visit = Visit(chromium, server)
    visit.open("/fr/guide")
    visit.page.locator("main a.button").click()
    line = Line(visit.page)
    files = located()
    named: Any = [{"name": f"home {at}", "mimeType": "", "buffer": body} for at, body in enumerate(files.values())]
    visit.page.set_input_files("#picker", named)
    links = visit.page.locator(".files a")
    expect(links).to_have_count(len(files))
    for (name, body), link in zip(files.items(), links.all(), strict=True):
        with visit.page.expect_download() as begun:
            link.click()
        clean = Path(begun.value.path()).read_bytes()
        assert [each for each in PLANTED if each in body], name
        assert [each for each in PLANTED if each in clean] == [], name
        with Image.open(io.BytesIO(clean)) as opened:
            assert opened.getexif().get_ifd(0x8825) == {}, name
            assert set(opened.getexif()) <= {0x0112}, name
        assert np.array_equal(shown(clean), shown(body)), name
    visit.page.set_input_files("#picker", {"name": "x.heic", "mimeType": "", "buffer": b"\0\0\0 ftypheic"})
    expect(visit.page.locator(".files li").last).to_contain_text("capture d’écran")
    assert [each for each in line.posted if each] == []
    if PROOF:
        visit.is_for_everybody()
    visit.well()


def test_a_browser_that_runs_no_kernel_is_told_so(server: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, server)
    page = visit.page

    def refusing(route: Route) -> None:
        answer = route.fetch()
        policy = answer.headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
        route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": policy})

    page.context.route("**/static/hasher.js", refusing)
    visit.open("/en/protect/choose")
    expect(page.locator("[data-is=state]")).to_contain_text("too old")
    expect(page.locator("#picker")).to_be_disabled()
    visit.context.close()


def test_files_without_a_type_are_tried_and_what_nobody_can_read_is_named(page: Page) -> None:
    body = EXACT["PNG"](image(0), 0)
    lines = chosen(page, [("a", "", body), ("b", "", film(3, 2.0))])
    assert lines[:2] == picture_lines(body)
    assert lines[2].startswith("film ")
    page.set_input_files("#picker", {"name": "c", "mimeType": "", "buffer": b"nothing"})
    expect(page.locator(".files li").last).to_contain_text("Probeer een schermafdruk", timeout=30_000)


def test_one_unreadable_picture_stops_nothing_and_profiles_lose_day_and_maker(
    server: Serving, chromium: Browser, tmp_path: Path
) -> None:
    visit = Visit(chromium, server)
    visit.open("/en/guide/clean")
    colours = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    colours[24:36], colours[48:56] = bytes(range(1, 13)), b"MakeModl"
    bodies: list[bytes] = [b"\xff\xd8\xff\xe1"]
    frames = [image(seed).convert("RGB").resize((32, 32)) for seed in (0, 1)]
    for kind, more in (("JPEG", {}), ("WEBP", {"lossless": True, "save_all": True, "append_images": frames[1:]})):
        written = io.BytesIO()
        frames[0].save(written, kind, icc_profile=bytes(colours), **more)
        bodies.append(written.getvalue())
    named: Any = [{"name": f"home {at}", "mimeType": "", "buffer": body} for at, body in enumerate(bodies)]
    visit.page.set_input_files("#picker", named)
    links = visit.page.locator(".files a")
    expect(links).to_have_count(2)
    expect(visit.page.locator(".files li").first).to_contain_text("home 0")
    for body, link in zip(bodies[1:], links.all(), strict=True):
        with visit.page.expect_download() as begun:
            link.click()
        clean = Path(begun.value.path()).read_bytes()
        assert (b"MakeModl" in body, b"MakeModl" in clean, len(clean)) == (True, False, len(body))
        assert np.array_equal(shown(clean), shown(body))
        with Image.open(io.BytesIO(clean)) as opened:
            kept = opened.info["icc_profile"]
            assert getattr(opened, "n_frames", 1) == (2 if opened.format == "WEBP" else 1)
        assert (kept[24:36], kept[36:40], kept[40:56], kept[128:]) == (
            bytes(12),
            b"acsp",
            bytes(16),
            bytes(colours[128:]),
        )
    visit.well()


@pytest.mark.proof
def test_these_pages_are_for_everybody_on_a_phone(server: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, server)
    for place in ("/en/protect", "/nl/guide"):
        visit.open(place)
        visit.is_for_everybody()
    visit.open("/fr/protect/choose")
    chosen(visit.page, [("a.png", "image/png", EXACT["PNG"](image(0), 0))])
    visit.page.locator("summary").first.click()
    visit.is_for_everybody()
    visit.send_numbers()
    expect(visit.page.locator("[role=alert]")).to_contain_text("oui")
    expect(visit.page.locator("[data-chooser]")).to_have_attribute("data-ready", "1")  # nothing is lost
    visit.page.check("[name=who][value=parent]")
    visit.page.check("[name=tell]")
    visit.send_numbers()
    visit.page.locator("main button").click()
    visit.is_for_everybody()
    visit.well()
