"""A hash list in a real browser: proposed on the page of a medium, confirmed by a second person's key, out, disputed,
judged; nobody but those two people touches more than keys and one reason.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from havre.entrypoints.analyst.node import now
from havre.feeds.models import Entry, Published, State
from havre.feeds.votes import vote
from havre.settings import Settings
from tests.cast import node
from tests.flows.fed import Fed, fed
from tests.web import served, signed_in_page

pytestmark = [pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.fixture
def here(database: Settings, tmp_path: Path) -> Iterator[tuple[Fed, str]]:
    """A unit with lists that somebody reads, and where its pages are."""
    with node(database) as found, served(database) as address:
        yield fed(found, tmp_path / "roots"), address


def test_from_the_proposal_to_the_judgement(here: tuple[Fed, str], chromium: Browser) -> None:
    lists, address = here
    medium, (reader, _token) = lists.medium(), lists.reader()
    anke = signed_in_page(chromium.new_context(java_script_enabled=False), address, lists.node.anke.person)
    anke.goto(f"{address}/media/{medium.pk}")
    anke.click("text=Hash lists >> nth=0")
    anke.click('[data-list="national-be"] button')
    expect(anke.locator("main")).to_contain_text("Proposed: somebody else confirms it.")
    bram = signed_in_page(chromium.new_context(), address, lists.node.bram.person)
    bram.goto(f"{address}/desk")
    bram.click('a[href="/feeds/next"]')
    expect(bram.locator("h1")).to_have_text("List entry 4")  # behind three canaries
    bram.keyboard.press("b")
    expect(bram.locator("main")).to_contain_text("Confirmed: it goes out with the next version.")
    lists.publish()
    assert Published.objects.filter(subscriber=None).get().retracted is False
    vote(reader, "national-be", 4, False, "a beach", now())
    bram.goto(f"{address}/feeds/disputed")
    expect(bram.locator("main")).to_contain_text("Platform: a beach")
    bram.click('[data-entry="4"] a.btn')
    expect(bram.locator("h1")).to_have_text("List entry 4")
    bram.keyboard.press("n")  # asks why first
    expect(bram.locator("#because")).to_be_focused()
    bram.keyboard.type("A beach indeed; nobody saw y or b.")
    assert Entry.objects.get().state == State.CHALLENGED
    bram.keyboard.press("Tab")  # out of the field, where keys are letters
    bram.keyboard.press("n")
    expect(bram.locator("main")).to_contain_text("Retracted: subscribers hear it with the next version.")
    lists.publish()
    bram.goto(f"{address}/feeds/subscribers?which=behind")
    expect(bram.locator("[data-reading]")).to_contain_text("Platform")
    assert Published.objects.get(subscriber=None).retracted is True
    for page in (anke, bram):
        page.context.close()
