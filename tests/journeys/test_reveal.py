"""What a browser holds before, while and after a picture is revealed, with every byte examined."""

import io
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from havre.care.choose import Choice, choose_viewing
from havre.care.models import Reveal
from havre.media.models import Medium
from havre.settings import Settings
from tests.cast import Node, node
from tests.journeys.examined import largest, seen_in
from tests.pictures import landscape
from tests.previews import PAGES, preview, with_media
from tests.web import served, signed_in_page

pytestmark = pytest.mark.xdist_group("reveal")


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
            assert seen_in(body, previews) == [], address

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


@pytest.fixture(scope="module")
def veils(
    lasting_database: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Node, list[Medium], str]]:
    """A node with pictures, and the address of its pages."""
    with node(lasting_database) as here:
        media = with_media(here, tmp_path_factory.mktemp("reveal") / "seized")
        with served(lasting_database, PAGES) as address:
            yield here, media, address


@pytest.fixture
def seen(veils: tuple[Node, list[Medium], str], chromium: Browser) -> Iterator[Seen]:
    here, media, address = veils
    Reveal.objects.all().delete()
    context = chromium.new_context()
    page = signed_in_page(context, address, here.bram.person)
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


def test_before_a_reveal_nothing_sharp_is_anywhere(ready: Seen) -> None:
    assert any("/sealed?media=" in address for address, _ in ready.bodies)
    ready.nothing_sharp()
    assert Reveal.objects.count() == 0


def test_the_examination_sees_a_sharp_picture() -> None:
    file = io.BytesIO()
    Image.fromarray(landscape(1, 96, 128)).save(file, "JPEG")
    assert largest(b"before" + file.getvalue()) == 128


def test_while_held_the_canvas_shows_the_preview_and_nothing_is_left_after(ready: Seen) -> None:
    ready.hold()
    grey, shown = ready.pixels(), np.asarray(Image.open(io.BytesIO(preview(ready.here, ready.media[0]))).convert("RGB"))
    assert (grey[:, :, 0] == grey[:, :, 1]).all()
    assert (grey[:, :, 1] == grey[:, :, 2]).all()
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
    assert look.ended_at is not None
    assert 0 < look.seconds < 20
    assert look.medium == ready.media[0]


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


def test_a_key_released_before_the_answer_shows_nothing(ready: Seen) -> None:
    ready.page.keyboard.press("Space")
    ready.page.wait_for_timeout(300)
    assert ready.canvases() == 0
    ready.settled()


def test_large_shows_it_large_and_is_gone_on_release(ready: Seen) -> None:
    ready.hold("z")
    frame = ready.page.locator(".veil-large canvas").bounding_box()
    assert frame is not None
    assert frame["height"] > 500
    ready.page.keyboard.up("z")
    assert ready.canvases() == 0


def test_pressed_twice_it_shows_for_ten_seconds(ready: Seen) -> None:
    choose_viewing(ready.here.bram.person, Choice(twice=True, colour=True))
    ready.page.clock.install()
    ready.page.reload()
    ready.page.wait_for_load_state("networkidle")
    ready.page.keyboard.press("Space")
    ready.page.wait_for_timeout(200)
    assert ready.canvases() == 0
    ready.page.keyboard.press("Space")
    ready.page.wait_for_selector(".veil canvas", state="attached")
    pixels = ready.pixels()
    assert (pixels[:, :, 0] != pixels[:, :, 1]).any()
    ready.page.clock.run_for(9_000)
    assert ready.canvases() == 1
    ready.page.clock.run_for(1_200)
    assert ready.canvases() == 0
    choose_viewing(ready.here.bram.person, Choice())
