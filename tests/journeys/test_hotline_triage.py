"""From the queue to the route, in a real browser: two people judge, one finds out, it goes.

With script, and in `make proof` without too.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from havre.hotline.models import Finding, Routing
from havre.settings import Settings
from havre.units.models import Person
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.hotline.reported import OTHER, PAGE, page_of, reported
from tests.web import served, signed_in_page

pytestmark = [pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.fixture
def here(database: Settings) -> Iterator[tuple[Node, str]]:
    """A node with two reports, one of danger, and where its pages are."""
    with node(database) as found:
        reported(found, OTHER)
        reported(found, PAGE, danger=True)
        with served(database) as address:
            yield found, address


def opened(chromium: Browser, address: str, person: Person, script: bool) -> Page:
    context = chromium.new_context(java_script_enabled=script)
    page = signed_in_page(context, address, person)
    page.goto(f"{address}/hotline")
    return page


def judge(page: Page) -> None:
    page.check('input[name="verdict"][value="actionable"]')
    page.check('input[name="age"][value="6-9"]')
    page.check('input[name="visible"][value="nudity"]')
    page.click('form[action$="/judge"] button')


@pytest.mark.proof
@pytest.mark.parametrize("script", [True, False] if PROOF else [True])
def test_a_report_is_triaged_to_its_route(here: tuple[Node, str], chromium: Browser, script: bool) -> None:
    found, address = here
    asked: list[str] = []
    number = page_of().pk
    for acting in (found.anke, found.bram):
        page = opened(chromium, address, acting.person, script)
        page.on("request", lambda request: asked.append(request.url))
        expect(page.locator("tr[data-page]").first).to_have_attribute("data-page", str(number))
        page.click(f'tr[data-page="{number}"] a')
        judge(page)
        page.wait_for_url(f"**/hotline/pages/{number}")
    assert page_of().state == "triaged"
    page.select_option('select[name="kind"]', "hosting country")
    page.fill('input[name="value"]', "be")
    page.click('form[action$="/found"] button')
    page.click('form[action$="/route"] button')
    expect(page.locator("[data-route]")).to_have_attribute("data-route", "police-magistrate")
    expect(page.locator("[data-route]")).to_contain_text("2017-07-06.2")
    row = Routing.objects.get()
    assert (row.route, row.rule, Finding.objects.get().value) == ("police-magistrate", "hosted in Belgium", "BE")
    assert not [url for url in asked if not url.startswith(address)]
    assert page.locator('main a[href^="http"]').count() == 0
    page.context.close()
