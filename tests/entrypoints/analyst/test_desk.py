"""The desk."""

import pytest
from playwright.sync_api import Browser

from havre.settings import Settings
from tests.cast import node
from tests.web import served, signed_in_page, visiting


def test_whoever_is_not_signed_in_signs_in_first(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, None).get("/desk")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/?next=%2Fdesk")


def test_the_desk_opens(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, here.bram.person).get("/desk")
        assert answer.status_code == 200
        assert "<h1>Desk</h1>" in answer.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_desk_is_seen(database: Settings, chromium: Browser) -> None:
    with node(database) as here, served(database) as address:
        page = signed_in_page(chromium, address, here.bram.person)
        page.goto(f"{address}/desk")
        assert page.inner_text("h1") == "Desk"
        page.keyboard.press("?")
        assert page.locator("#sheet").is_visible()
