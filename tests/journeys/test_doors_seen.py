"""Pages of signing in and their problems as they look: axe finds nothing, nothing is wider than the screen.

Pages inside are walked by test_every_page.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from havre.settings import Settings
from havre.units.models import Person
from tests.cast import node
from tests.conftest import PROOF
from tests.proving import PASSWORD, known, link_for
from tests.web import served, signed_in_page

LOOKS = (("light", 1366, "en"), ("dark", 1366, "fr"), ("light", 390, "nl"))
OUTSIDE = ("/", "/?next=/settings") if PROOF else ("/?next=/settings",)
SHOTS = os.environ.get("HAVRE_SHOTS", "")
"""A folder where every page is drawn, for people to look at."""


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS if PROOF else LOOKS[1:2])
def test_every_page_reads_well(database: Settings, chromium: Browser, scheme: str, width: int, language: str) -> None:
    size: ViewportSize = {"width": width, "height": 768}
    with node(database) as here, served(database) as address:
        link = link_for(here, here.bram.person)
        outside = chromium.new_context(viewport=size, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
        page = outside.new_page()
        for each in (*OUTSIDE, link):
            page.goto(address + each)
            _look(page, f"{each.replace(link, '/welcome')}-{scheme}-{width}")
        _fail(page, address, link)
        _look(page, f"/problem-{scheme}-{width}")
        shown = known(here, here.anke.person)
        page.goto(address)
        page.fill("#id_login", "anke")
        page.fill("#id_password", shown.password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/second")
        _look(page, f"/second-{scheme}-{width}")
        inside = chromium.new_context(viewport=size, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
        page = signed_in_page(inside, address, Person.objects.get(name="anke"))
        page.goto(f"{address}/people")
        page.fill("#id_name", "bram")
        _send(page)
        _look(page, f"/people-problem-{scheme}-{width}")
        page.fill("#id_name", "dora")
        _send(page)
        if PROOF:
            _look(page, f"/people-link-{scheme}-{width}")


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.click("#main .btn-main")


def _fail(page: Page, address: str, link: str) -> None:
    page.goto(address + link)
    page.fill("#id_password", PASSWORD)
    page.fill("#id_password_again", "another one")
    with page.expect_navigation():
        page.press("#id_password_again", "Enter")


def _look(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name.strip('/').replace('/', '_')}.png"))
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
