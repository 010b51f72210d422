"""The desk: what needs a person, what moves, what came in; as much as their roles may see, and no picture."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from havre.audit.models import Entry
from havre.entrypoints.analyst.node import now
from havre.flows.begin import add_colleague
from havre.settings import Settings
from havre.units.models import Approval, Person, RoleName
from havre.units.queries import person_named
from tests.cast import Node, node
from tests.desked import brought, fill, series
from tests.web import served, signed_in_page, visiting


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def one_who_is(here: Node, *roles: RoleName) -> Person:
    add_colleague(here.home, here.anke, "dora", "", list(roles))
    return person_named("dora")


def test_whoever_is_not_signed_in_signs_in_first(here: Node) -> None:
    answer = visiting(here, None).get("/desk")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?next=%2Fdesk")


def test_an_empty_desk_says_what_comes_next(here: Node) -> None:
    text = visiting(here, here.bram.person).get("/desk").text
    assert "Nothing needs you now." in text
    assert 'href="/triage"' in text
    assert 'href="/intakes"' in text


def test_the_nearest_to_a_child_comes_first_each_with_one_verb(here: Node) -> None:
    fill(here.bram.person, here.anke.person, now())
    text = visiting(here, here.bram.person).get("/desk").text
    kinds = re.findall(r'<li><span class="chip \w*">([^<]+)</span>', text)
    assert kinds == ["Claim", "Series", "Approval", "Quarantine"]
    assert "Your claim on S3 Blue tiles ends soon" in text
    assert "2 proposed series wait for a decision" in text
    assert "3 files of Drive 2 could not be read" in text


def test_the_newest_intake_adds_up_in_words_and_in_the_bar(here: Node) -> None:
    brought(here.bram.person, now() - timedelta(hours=1), times=10, bad=7)
    text = visiting(here, here.bram.person).get("/desk").text
    figures = [int(n.replace(",", "")) for n in re.findall(r'<dd class="num">(?:<a[^>]*>)?([\d,]+)', text)][:7]
    assert figures[0] == sum(figures[1:]) == 1_297
    edges = [(int(x), int(width)) for x, width in re.findall(r'x="(\d+)" width="(\d+)" height="10"', text)]
    assert sum(width for _, width in edges) == 1000
    assert all(x + width == after for (x, width), (after, _) in pairwise(edges))


def test_another_units_series_cases_and_requests_are_not_on_it(here: Node) -> None:
    italian = here.chiara.person
    series(italian, now() - timedelta(days=2), 1, "Tegola", 1)
    brought(italian, now(), case="Torino")
    text = visiting(here, here.bram.person).get("/desk").text
    assert "Tegola" not in text
    assert "Torino" not in text
    own = visiting(here, italian).get("/desk").text
    assert "Tegola" in own  # there was something to leak
    assert "Torino" in own


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_does_not_work_with_media_sees_none_of_it(here: Node, role: RoleName) -> None:
    fill(here.bram.person, here.anke.person, now())
    text = visiting(here, one_who_is(here, role)).get("/desk").text
    for word in ("Garden wall", "Drive 2", "Series on the move", "Children safeguarded", "proposed series"):
        assert word not in text
    assert ("anke asks for a second person" in text) == (role == RoleName.ADMINISTRATOR)


def test_a_second_person_approves_from_the_desk(here: Node) -> None:
    fill(here.bram.person, here.anke.person, now())
    asked = Approval.objects.get()
    client = visiting(here, here.bram.person)
    assert f'action="/desk/approvals/{asked.pk}"' in client.get("/desk").text
    assert client.post(f"/desk/approvals/{asked.pk}").headers["Location"] == "/desk"
    asked.refresh_from_db()
    assert asked.given_by == here.bram.person
    assert "asks for a second person" not in client.get("/desk").text


def test_another_unit_approves_nothing_and_nobody_their_own(here: Node) -> None:
    fill(here.bram.person, here.anke.person, now())
    asked = Approval.objects.get()
    assert visiting(here, here.chiara.person).post(f"/desk/approvals/{asked.pk}").status_code == 404
    assert visiting(here, here.anke.person).post(f"/desk/approvals/{asked.pk}").status_code == 403


def test_looking_is_logged_with_the_series_that_were_seen(here: Node) -> None:
    fill(here.bram.person, here.anke.person, now())
    visiting(here, here.bram.person).get("/desk")
    last = Entry.objects.order_by("-index")[0]
    assert (last.person, last.thing) == ("bram", "desk")
    assert '"S5"' in last.detail


def test_it_costs_the_same_however_much_there_is(here: Node) -> None:
    asked = []
    for times in (1, 8):
        Approval.objects.all().delete()
        here.bram.unit.series.all().delete()
        here.bram.unit.victims.all().delete()
        fill(here.bram.person, here.anke.person, now(), times)
        client = visiting(here, here.bram.person)
        client.get("/desk")
        with CaptureQueriesContext(connection) as caught:
            client.get("/desk")
        asked.append(len(caught))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_desk_is_seen(database: Settings, here: Node, chromium: Browser) -> None:
    with served(database) as address:
        page = signed_in_page(chromium, address, here.bram.person)
        page.goto(f"{address}/desk")
        assert page.inner_text("h1") == "Desk"
        page.keyboard.press("?")
        assert page.locator("#sheet").is_visible()
