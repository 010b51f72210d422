"""From a challenge to the retraction, in a real browser: somebody who had no part decides.

Without script, and in `make proof` with it too.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from havre.corrections.models import Challenge
from havre.entrypoints.analyst.node import now
from havre.flows.notice_hands import Hands
from havre.flows.open_door import open_door
from havre.flows.send_notices import send_due
from havre.hotline.letters import follow
from havre.hotline.models import Page
from havre.notices.models import Letter, Notice, Transmission
from havre.sealing.receipt import read_code
from havre.settings import Settings
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.platforms.written import contact, notice
from tests.web import served, signed_in_page

pytestmark = [pytest.mark.parametrize("backend", ["sqlite"])]

TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)


@pytest.fixture
def here(database: Settings) -> Iterator[tuple[Node, str, Notice]]:
    """A node with a notice that left, and where its pages are."""
    with node(database) as found:
        about = notice(found.anke.person, contact(found.anke.person))
        with served(database) as address:
            yield found, address, about


@pytest.mark.proof
@pytest.mark.parametrize("script", [True, False] if PROOF else [False])
def test_what_was_wrong_is_taken_back(here: tuple[Node, str, Notice], chromium: Browser, script: bool) -> None:
    found, address, about = here
    context = chromium.new_context(java_script_enabled=script)
    page = signed_in_page(context, address, found.bram.person)
    page.goto(f"{address}/challenges")
    page.fill("#about", about.reference)
    page.fill("#text", "it is my own child on a beach")
    page.select_option("#language", "fr")
    page.click('form[action$="/written"] button')
    code = read_code(re.findall(r"[0-9A-Z-]{29}", page.locator('[role="status"] code').inner_text())[0])
    page.click("li[data-challenge] a")
    expect(page.locator("main")).to_contain_text("it is my own child on a beach")
    page.fill("#because", "It shows no abuse.")
    page.click('button[value="wrong"]')
    expect(page.locator("main")).to_contain_text("waits to be sent")
    assert Challenge.objects.get().decided_by == found.bram.person
    assert send_due(found.home, now, TAKES).left == 1
    assert Transmission.objects.filter(letter=Letter.RETRACTION, outcome="taken").count() == 1
    page.reload()
    expect(page.locator("main")).to_contain_text("not yet")
    assert (Page.objects.get(pk=about.page_id).state, Notice.objects.get().state) == ("not actionable", "retracted")
    ((_at, answer),) = follow(open_door(found.home, found.anke), code).answers
    assert answer.startswith("Vous aviez raison.")
    assert page.locator('main a[href^="http"]').count() == 0
    context.close()
