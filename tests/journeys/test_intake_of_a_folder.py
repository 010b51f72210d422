"""From a folder on the analyst's computer to a summary that adds up, in Chromium, with the real server behind it."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from havre.cases.models import Intake, Order, State, Upload
from havre.cases.upload import CHUNK
from havre.flows.dossier import open_dossier
from havre.settings import Settings
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.sources import lay, seizure
from tests.web import all_served, served, signed_in_page

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WHOLE = seizure(5, 20)
LONG = 120_000
"""Milliseconds that the background may take on a busy machine."""


TROUBLES: list[str] = []
"""What scripts of the pages threw."""


def signed_in(browser: Browser, here: Node, address: str) -> Page:
    """Bram's browser."""
    page = signed_in_page(browser.new_context(viewport={"width": 1366, "height": 768}), address, here.bram.person)
    page.on("pageerror", lambda error: TROUBLES.append(f"{error.stack}"))
    return page


def accessible(page: Page, one: Literal["light", "dark"]) -> None:
    """No violation that axe knows of, in this one of the schemes, and in `make proof` in both."""
    for scheme in SCHEMES if PROOF else (one,):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(400)  # colours take a moment to change
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_folder_is_sent_taken_in_and_summed_up(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", WHOLE.files)
    with node(database) as here:
        with all_served(database) as address:
            page = signed_in(chromium, here, address)
            page.goto(f"{address}/cases")
            accessible(page, "dark")
            page.fill("#reference", "2026-17")
            page.fill("#basis", "warrant 17")
            page.fill("#purpose", "find who is seen")
            page.get_by_role("button", name="Open the case").click()
            accessible(page, "light")
            page.get_by_role("button", name="Go on").click()
            page.set_input_files("#folder", folder)
            expect(page.locator("#said")).to_have_text("Everything has arrived.", timeout=LONG)
            accessible(page, "dark")
            page.get_by_role("button", name="Begin the intake").click()
            page.wait_for_url("**/intakes/1", timeout=LONG)
            expect(page.locator("#progress header .chip")).to_have_text("done", timeout=LONG)
            parts = dict(
                zip(
                    page.locator("dl.parts dt").all_inner_texts(),
                    page.locator("dl.parts dd").all_inner_texts(),
                    strict=False,
                )
            )
            page.locator("#refused > summary").click()
            refused = WHOLE.totals()["refused"]
            expect(page.locator("#refused tbody tr")).to_have_count(refused)
            accessible(page, "light")
        assert TROUBLES == []
        intake = Intake.objects.get()
        told = {name.strip(): int(count) for name, count in parts.items()}
        assert sum(told.values()) == intake.found == len(WHOLE.files)
        assert told["refused"] == refused
        order = Order.objects.get()
        assert (order.state, order.by) == (State.DONE, here.bram.person)


CUT = """() => {
  const sent = window.fetch;
  let pieces = 0;
  window.fetch = (to, how = {}) =>
    how.method === "PATCH" && pieces++ ? Promise.reject(new TypeError("Failed to fetch")) : sent(to, how);
}"""
"""The connection is gone after the first piece, for as long as the page stands. In the page itself: in a long run the
requests of a browser were not always shown to whoever would break them off."""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_after_a_cut_and_a_reload_the_same_file_goes_on_and_another_does_not(
    database: Settings, chromium: Browser, tmp_path: Path
) -> None:
    film = bytes(range(256)) * (3 * CHUNK // 256) + b"the end"
    one, other = (
        lay(tmp_path / name, {"film.mp4": content}) for name, content in (("a", film), ("b", b"x" * len(film)))
    )
    with node(database) as here, served(database) as address:
        open_dossier(here.home, here.bram, "A", "a warrant", "a test")
        page = signed_in(chromium, here, address)
        page.goto(f"{address}/intakes/new")
        page.get_by_role("button", name="Go on").click()
        page.evaluate(CUT)
        page.set_input_files("#files", one / "film.mp4")
        expect(page.locator("#said")).to_contain_text("The connection is gone.", timeout=LONG)
        assert Upload.objects.get().received == CHUNK
        page.reload()
        page.set_input_files("#files", other / "film.mp4")
        expect(page.locator(".troubles")).to_contain_text("this is another file", timeout=LONG)
        page.reload()
        page.set_input_files("#files", one / "film.mp4")
        expect(page.locator("#said")).to_have_text("Everything has arrived.", timeout=LONG)
        assert Upload.objects.get().received == len(film)
        assert TROUBLES == []
