"""In a real browser: a notice from its draft through silence and the next rung to removal, and there again."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from havre.entrypoints.analyst.node import now
from havre.flows.notice_hands import Hands
from havre.flows.send_notices import send_due
from havre.hotline.models import Page as Reported
from havre.notices.models import Notice, State
from havre.settings import Settings
from tests.cast import node
from tests.notices.standing import contact, routed
from tests.web import served, signed_in_page

TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)


def press(page: Page, words: str) -> None:
    """Press the button of these words, and wait for what follows."""
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_from_the_draft_over_the_ladder_to_gone_and_there_again(database: Settings, chromium: Browser) -> None:
    with node(database) as here, served(database) as address:
        contact(here)
        contact(here, "The upstream", "upstream")
        reported = routed(here)
        context = chromium.new_context(java_script_enabled=True)
        signed_in_page(context, address, here.anke.person).close()
        page = context.new_page()
        page.goto(f"{address}/takedowns")
        page.get_by_label("Number or address of the page").fill(reported.address)
        press(page, "Draft")
        assert "You host the page below." in page.locator("pre").inner_text()
        assert reported.address in page.locator("pre").inner_text()
        press(page, "Confirm: it may go")
        assert "Confirmed: its letter leaves with the next ones." in page.locator("main").inner_text()

        Notice.objects.update(due_at=now() - timedelta(hours=25))  # past the 24 hours that the first rung may be silent
        assert send_due(here.home, now, TAKES).raised == 1
        page.goto(f"{address}/takedowns")
        assert "to be confirmed" in page.locator("main").inner_text()
        page.get_by_role("link", name="Read and confirm").click()
        assert "You carry the traffic of the host" in page.locator("pre").inner_text()
        press(page, "Confirm: it may go")
        press(page, "I looked: it is gone")
        assert "It is gone: nothing more is sent." in page.locator("main").inner_text()
        assert set(Notice.objects.values_list("state", flat=True)) == {State.REMOVED}

        Reported.objects.update(last_at=now())
        assert send_due(here.home, now, TAKES).returned == 1
        page.goto(f"{address}/takedowns")
        page.get_by_role("link", name="Read and confirm").click()
        assert "It was gone, and seems to be there again." in page.locator("main").inner_text()
        press(page, "I looked: it is still there")
        assert Notice.objects.get(rung=0).due_at is not None
        context.close()
