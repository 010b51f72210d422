"""What leaves the server, and what a browser holds, before, while and after a picture is revealed."""

import io
import re
import struct
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from django.http import HttpResponseBase
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from havre.audit.models import Entry, Head
from havre.care.models import Reveal
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.media.keep import kept
from havre.media.models import Medium, SealedFile
from havre.sealing.ticket import TICKET_BYTES, open_with
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, Node, node
from tests.pictures import landscape
from tests.web import served, signed_in, visiting

PAGES = "tests.veiled_page:named()"
MEDIA = 3


def with_media(here: Node, folder: Path, count: int = MEDIA) -> list[Medium]:
    """A case of Belgium's with a few pictures."""
    folder.mkdir(exist_ok=True)
    for seed in range(count):
        Image.fromarray(landscape(seed, 480, 640)).save(folder / f"{seed}.png")
    open_dossier(here.home, here.anke, "A", "a warrant", "a test")
    take_in(here.home, here.anke, "A", str(folder), workers=1)
    return list(Medium.objects.order_by("id"))


def preview(here: Node, medium: Medium) -> bytes:
    """The plain preview, as JPEG."""
    file = SealedFile.objects.select_related("medium").get(medium=medium, purpose="preview")
    return here.home.store.read(kept(file), here.home.keys.unit(str(medium.unit_id)))


@dataclass
class Got:
    """One sealed preview."""

    medium: int
    ticket: str
    body: bytes


def unpacked(answer: HttpResponseBase) -> list[Got]:
    """What a batch of sealed previews holds."""
    data, at, found = answer.content, 0, []  # type: ignore[attr-defined]
    while at < len(data):
        medium, size = struct.unpack_from(">QI", data, at)
        whole = data[at + 12 : at + 12 + size]
        found.append(Got(medium, urlsafe_b64encode(whole[:TICKET_BYTES]).decode(), whole[TICKET_BYTES:]))
        at += 12 + size
    return found


def revealed(client: Client, medium: int, ticket: str, hold: str = "one", **more: str) -> HttpResponseBase:
    """The answer to a reveal."""
    return client.post(
        f"/media/{medium}/reveal", {"ticket": ticket, "hold": hold, **more}, headers={"Accept": "application/json"}
    )


def test_a_preview_is_sealed_anew_and_opens_with_the_key_of_its_reveal(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, here.bram.person)
        (one,), (two,) = (unpacked(client.get(f"/media/{medium.pk}/sealed")) for _ in range(2))
        assert one.body != two.body and one.ticket != two.ticket
        plain = preview(here, medium)
        assert plain[:2] == b"\xff\xd8" and plain[20:60] not in one.body
        answer = revealed(client, medium.pk, one.ticket, reason="  the warrant of March ")
        assert answer.headers["Cache-Control"] == "no-store"
        key = urlsafe_b64decode(answer.json()["key"])  # type: ignore[attr-defined]
        assert open_with(key, one.body, medium.pk) == plain
        last = Entry.objects.order_by("-index").first()
        assert last is not None
        assert (last.verb, last.thing, last.reason) == ("consultation", f"medium {medium.pk}", "the warrant of March")


def test_the_reason_is_asked_once_a_case_and_session(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first, second, _ = with_media(here, tmp_path / "seized")
        client = visiting(here, here.bram.person)
        got = unpacked(client.get(f"/sealed?media={first.pk},{second.pk}"))
        assert [each.medium for each in got] == [first.pk, second.pk]
        before = Entry.objects.count()
        asked = revealed(client, first.pk, got[0].ticket)
        assert (asked.status_code, asked.json()) == (409, {"ask": "reason", "case": "A"})  # type: ignore[attr-defined]
        assert Entry.objects.count() == before
        assert client.post(f"/media/{first.pk}/reason", {"reason": "a"}).status_code == 400
        assert client.post(f"/media/{first.pk}/reason", {"reason": "a warrant"}).status_code == 204
        assert revealed(client, first.pk, got[0].ticket).status_code == 200
        assert revealed(client, second.pk, got[1].ticket).status_code == 200
        again = visiting(here, here.bram.person)
        other = unpacked(again.get(f"/media/{first.pk}/sealed"))[0]
        assert revealed(again, first.pk, other.ticket).status_code == 409


def test_no_log_no_key(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, here.bram.person)
        got = unpacked(client.get(f"/media/{medium.pk}/sealed"))[0]
        client.post(f"/media/{medium.pk}/reason", {"reason": "a warrant"})
        Head.objects.all().delete()
        answer = revealed(client, medium.pk, got.ticket)
        assert answer.status_code == 500 and "key" not in answer.json()  # type: ignore[attr-defined]
        assert Reveal.objects.count() == 0


def test_a_ticket_opens_nothing_in_another_session_or_for_another_medium(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first, second, _ = with_media(here, tmp_path / "seized")
        one, other = visiting(here, here.bram.person), visiting(here, here.bram.person)
        got = unpacked(one.get(f"/media/{first.pk}/sealed"))[0]
        before = Entry.objects.count()
        assert revealed(other, first.pk, got.ticket, reason="a warrant").status_code == 400
        assert revealed(one, second.pk, got.ticket, reason="a warrant").status_code == 400
        assert revealed(one, first.pk, "nonsense", reason="a warrant").status_code == 400
        assert Entry.objects.count() == before


@pytest.mark.parametrize("act", ["reveal", "veil", "reason", "sealed"])
def test_the_media_of_another_unit_are_as_absent_as_those_nobody_has(
    database: Settings, tmp_path: Path, act: str
) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        ticket = unpacked(visiting(here, here.bram.person).get(f"/media/{medium.pk}/sealed"))[0].ticket
        chiara = visiting(here, here.chiara.person)
        asks = chiara.get if act == "sealed" else chiara.post
        values = {"ticket": ticket, "reason": "a warrant", "hold": "one"}
        seen, absent = (asks(f"/media/{number}/{act}", values) for number in (medium.pk, 999_999))
        assert (seen.status_code, seen.content) == (absent.status_code, absent.content) == (404, absent.content)
        assert chiara.get(f"/sealed?media={medium.pk}").content == b""


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_never_sees_media_is_refused(database: Settings, tmp_path: Path, role: RoleName) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, add_person("dirk", here.bram.unit, NOON, [role]))
        assert client.get(f"/media/{medium.pk}/sealed").status_code == 403
        assert client.get(f"/sealed?media={medium.pk}").status_code == 403
        for act in ("reveal", "veil", "reason"):
            assert client.post(f"/media/{medium.pk}/{act}", {"ticket": "", "reason": "a warrant"}).status_code == 403


def test_preparing_many_takes_as_many_queries_as_preparing_one(database: Settings, tmp_path: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with node(database) as here:
        media = with_media(here, tmp_path / "seized", 6)
        client = visiting(here, here.bram.person)
        counts = []
        for some in (media[:1], media):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get("/sealed?media=" + ",".join(str(medium.pk) for medium in some))
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert client.get("/sealed?media=" + ",".join(["1"] * 17)).status_code == 400
        assert client.get("/sealed?media=1;2").status_code == 400


# ---- in Chromium ----

pytest_browser = pytest.mark.parametrize("backend", ["sqlite"])


@dataclass
class Seen:
    """A page of veils in a browser, and everything that came to it."""

    here: Node
    media: list[Medium]
    context: BrowserContext
    page: Page
    bodies: list[tuple[str, bytes]]

    def canvases(self) -> int:
        """How many canvases are in the page."""
        return self.page.locator(".veil canvas, .veil-large canvas").count()

    def pixels(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        """What the first canvas shows, RGB."""
        drawn = self.page.evaluate(
            "() => document.querySelector('.veil canvas, .veil-large canvas').toDataURL('image/png')"
        )
        picture = Image.open(io.BytesIO(b64decode(drawn.partition(",")[2])))
        return np.asarray(picture.convert("RGB"))

    def hold(self, key: str = " ") -> None:
        """Press and do not release, until the picture is there."""
        self.page.keyboard.down("Space" if key == " " else key)
        self.page.wait_for_selector(".veil canvas, .veil-large canvas", state="attached", timeout=20_000)

    def settled(self) -> None:
        """Wait until the server knows that nothing is revealed."""
        for _ in range(50):
            if not Reveal.objects.filter(ended_at=None).exists():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("a reveal was never ended")

    def nothing_sharp(self) -> None:
        """No answer, and nothing that the page or its caches keep, holds a sharp byte."""
        previews = [preview(self.here, medium) for medium in self.media]
        for address, body in [*self.bodies, *self.cached()]:
            assert not any(plain[200:260] in body for plain in previews), address
            assert largest(body) <= 56, address

    def cached(self) -> list[tuple[str, bytes]]:
        """The page's own text with its data: addresses opened, and what storages and caches hold."""
        text = self.page.content()
        found = [("page", b64decode(data)) for data in re.findall(r"base64,([A-Za-z0-9+/=]+)", text)]
        kept_ = self.page.evaluate(
            "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, await caches.keys(),"
            " (await indexedDB.databases()).map((d) => d.name),"
            " performance.getEntriesByType('resource').map((r) => r.name).filter((n) => n.startsWith('blob:'))])"
        )
        assert kept_ == '[{},{"htmx-current-path-for-history":"/veiled"},[],[],[]]'
        return found


def largest(body: bytes) -> int:
    """The longer side of the largest picture that begins anywhere in these bytes; 0 where none does."""
    sides = [0]
    for start in (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF"):
        for at in (found.start() for found in re.finditer(re.escape(start), body)):
            try:
                sides.append(max(Image.open(io.BytesIO(body[at:])).size))
            except OSError:
                continue
    return max(sides)


@pytest.fixture
def seen(database: Settings, tmp_path: Path, chromium: Browser) -> Iterator[Seen]:
    with node(database) as here:
        media = with_media(here, tmp_path / "seized")
        with served(database, PAGES) as address:
            context = signed_in(chromium, here, here.bram.person, address)
            page = context.new_page()
            bodies: list[tuple[str, bytes]] = []

            def keep(route: Route) -> None:
                answer = route.fetch(max_redirects=0)
                assert "/static/" in answer.url or answer.headers["cache-control"] == "no-store", answer.url
                bodies.append((answer.url, answer.body()))
                route.fulfill(response=answer)

            page.route("**", keep)
            page.goto(f"{address}/veiled")
            page.wait_for_load_state("networkidle")
            yield Seen(here, media, context, page, bodies)
            page.unroute_all(behavior="ignoreErrors")
            context.close()


@pytest.fixture
def ready(seen: Seen) -> Seen:
    """The same, with a reason given."""
    seen.page.keyboard.down("Space")
    expect(seen.page.locator("#reason")).to_be_visible()
    expect(seen.page.locator("#reason-case")).to_have_text("A")
    seen.page.keyboard.up("Space")
    seen.page.keyboard.type("the warrant of March")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#reason")).to_be_hidden()
    return seen


@pytest_browser
def test_before_a_reveal_nothing_sharp_is_anywhere(ready: Seen) -> None:
    assert any("/sealed?media=" in address for address, _ in ready.bodies)
    ready.nothing_sharp()
    assert Reveal.objects.count() == 0


def test_the_examination_sees_a_sharp_picture() -> None:
    file = io.BytesIO()
    Image.fromarray(landscape(1, 96, 128)).save(file, "JPEG")
    assert largest(b"before" + file.getvalue()) == 128


@pytest_browser
def test_while_held_the_canvas_shows_the_preview_and_nothing_is_left_after(ready: Seen) -> None:
    ready.hold()
    grey, shown = ready.pixels(), np.asarray(Image.open(io.BytesIO(preview(ready.here, ready.media[0]))).convert("RGB"))
    assert (grey[:, :, 0] == grey[:, :, 1]).all() and (grey[:, :, 1] == grey[:, :, 2]).all()
    ready.page.keyboard.press("t")
    colour = ready.pixels()
    assert colour.shape == shown.shape
    assert np.abs(colour.astype(int) - shown.astype(int)).mean() < 2
    assert np.abs(grey[:, :, 0] - shown.astype(float) @ [0.299, 0.587, 0.114]).mean() < 2
    ready.page.keyboard.up("Space")
    assert ready.canvases() == 0
    ready.settled()
    ready.nothing_sharp()
    look = Reveal.objects.get()
    assert look.ended_at is not None and 0 < look.seconds < 20
    assert look.medium == ready.media[0]


@pytest_browser
@pytest.mark.parametrize("end", ["blur", "escape", "hidden", "leave"])
def test_whatever_ends_it_leaves_nothing(ready: Seen, end: str) -> None:
    ready.hold()
    page = ready.page
    if end == "blur":
        page.evaluate("dispatchEvent(new Event('blur'))")
    elif end == "escape":
        page.keyboard.press("Escape")
    elif end == "hidden":
        page.evaluate(
            "() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )
    else:
        page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert ready.canvases() == 0
    assert page.locator(".veil.shown").count() == 0
    ready.settled()
    ready.nothing_sharp()


@pytest_browser
def test_a_tap_or_click_reveals_nothing_and_a_held_plate_does(ready: Seen) -> None:
    tip = ready.page.locator(".veil .tip").nth(1)
    tip.click()
    tip.dispatch_event("pointerdown", {"pointerType": "touch"})
    tip.dispatch_event("pointerup", {"pointerType": "touch"})
    ready.page.wait_for_timeout(400)
    assert (ready.canvases(), Reveal.objects.count()) == (0, 0)
    box = tip.bounding_box()
    assert box is not None
    ready.page.mouse.move(box["x"] + 3, box["y"] + 3)
    ready.page.mouse.down()
    ready.page.wait_for_selector(".veil canvas", state="attached")
    assert Reveal.objects.get().medium == ready.media[1]
    ready.page.mouse.up()
    assert ready.canvases() == 0


@pytest_browser
def test_a_key_released_before_the_answer_shows_nothing(ready: Seen) -> None:
    ready.page.keyboard.press("Space")
    ready.page.wait_for_timeout(300)
    assert ready.canvases() == 0
    ready.settled()


@pytest_browser
def test_large_shows_it_large_and_is_gone_on_release(ready: Seen) -> None:
    ready.hold("z")
    frame = ready.page.locator(".veil-large canvas").bounding_box()
    assert frame is not None and frame["height"] > 500
    ready.page.keyboard.up("z")
    assert ready.canvases() == 0


@pytest_browser
def test_pressed_twice_it_shows_for_ten_seconds(ready: Seen) -> None:
    from havre.care.choose import Choice, choose_viewing

    choose_viewing(ready.here.bram.person, Choice(twice=True, colour=True))
    ready.page.reload()
    ready.page.wait_for_load_state("networkidle")
    ready.page.keyboard.press("Space")
    ready.page.wait_for_timeout(200)
    assert ready.canvases() == 0
    ready.page.keyboard.press("Space")
    ready.page.wait_for_selector(".veil canvas", state="attached")
    pixels = ready.pixels()
    assert (pixels[:, :, 0] != pixels[:, :, 1]).any()
    ready.page.wait_for_timeout(10_200)
    assert ready.canvases() == 0
