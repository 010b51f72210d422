"""Triage of the stacks that somebody asked for: those of a page, of a medium, or just undone."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from havre.assessments.models import Stack
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.cast import node
from tests.entrypoints.analyst.test_triage import SENT, drive, opened, wait
from tests.web import visiting


def test_triage_shows_what_is_asked_for_whatever_its_tab(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stacks = drive(here, tmp_path / "drive")
        browser, theirs = (visiting(here, each.person) for each in (here.bram, here.chiara))
        browser.post("/triage/judge", {"stack": stacks[3].pk, "label": "5", "once": "a"})
        shown = browser.get(f"/triage?stack={stacks[3].pk}&stack={stacks[2].pk}").text
        assert set(re.findall(r'data-stack="(\d+)"', shown)) == {str(stacks[2].pk), str(stacks[3].pk)}
        assert ">Show them all</a>" in shown
        of_medium = f"/triage?medium={stacks[3].medium_id}"
        shown = browser.get(of_medium).text
        assert re.findall(r'data-stack="(\d+)"', shown) == [str(stacks[3].pk)]
        assert re.search(r'data-tab="judged" aria-current="page"', shown)
        assert [theirs.get(at).status_code for at in (of_medium, f"/triage?stack={stacks[3].pk}")] == [404, 404]
        assert [browser.get(f"/triage?{at}").status_code for at in ("medium=x", "medium=9999", "stack=-1")] == [404] * 3


def test_questions_to_the_database_do_not_grow_with_what_is_asked_for(database: Settings) -> None:
    with node(database) as here:
        many(here.anke.unit, here.anke.person, 50)
        browser = visiting(here, here.bram.person)
        asked: list[int] = []
        for some in (2, 40):
            named = "&".join(f"stack={stack.pk}" for stack in Stack.objects.order_by("id")[:some])
            browser.get(f"/triage?{named}")
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(f"/triage?{named}").status_code == 200
            asked.append(len(captured))
        assert asked[1] <= asked[0] + 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_was_judged_before_the_page_was_made_stands_first_when_it_is_undone(
    database: Settings, chromium: Browser, tmp_path: Path
) -> None:
    with node(database) as here:
        stacks = [str(stack.pk) for stack in drive(here, tmp_path / "drive")]
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            for _key in range(2):
                page.keyboard.press("5")
                wait(page, SENT)
            page.reload()
            page.wait_for_selector(".tile[data-current]")
            first = "document.querySelector('.tile').dataset.stack"
            assert page.evaluate(first) == stacks[2]
            for undone in (stacks[1], stacks[0]):
                page.keyboard.press("u")
                wait(page, f"{first} === '{undone}'")
                assert page.locator(".tile[data-current]").get_attribute("data-stack") == undone
            page.keyboard.press("4")
            wait(page, SENT)
            assert Stack.objects.filter(tab="judged").count() == 1
            page.goto(f"{address}/triage?tab=near")
            page.keyboard.press("u")
            page.wait_for_url("**/triage?stack=*")
            page.wait_for_selector(".tile[data-current]")
            assert page.evaluate(first) == stacks[0]
