"""The unit's numbers: nobody is singled out by them, on the page, in the export or by subtracting."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from havre.audit.models import Entry
from havre.entrypoints.analyst.node import now
from havre.flows.begin import add_colleague
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from havre.victims.models import Victim
from tests.cast import Node, node
from tests.desked import brought, children, fill, series
from tests.web import served, signed_in_page, visiting


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def exported(here: Node) -> list[list[str]]:
    answer = visiting(here, here.bram.person).post("/statistics/table")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.text)))


def test_an_empty_unit_is_told_that_nothing_is_shown(here: Node) -> None:
    text = visiting(here, here.bram.person).get("/statistics").text
    assert text.count("Fewer than 5 are recorded: nothing is shown.") == 5
    assert "No intake is finished yet." in text


def test_counts_are_those_of_the_own_unit(here: Node) -> None:
    children(here.bram.person, now(), times=3)
    children(here.chiara.person, now(), times=40)
    mine = Victim.objects.filter(unit=here.bram.unit).count()
    rows = {(row[0], row[1], row[2]): row[3:] for row in exported(here)}
    assert rows["victims", "sex", "all"][-1] == str(mine)
    assert Victim.objects.count() > 2 * mine  # there was something to leak


def test_no_count_below_five_leaves_in_any_table(here: Node) -> None:
    children(here.bram.person, now(), times=2)
    for age, sex, number in (("0-2", "other", 2), ("0-2", "female", 1)):
        for place in range(number):
            facts = {"age": age, "sex": sex, "recorded_by": here.bram.person, "recorded_at": now()}
            Victim.objects.create(unit=here.bram.unit, pseudonym=f"{age} {sex} {place}", **facts)
    counts = [cell for row in exported(here)[1:] for cell in row[3:]]
    assert {int(cell) for cell in counts if cell != "hidden"} & set(range(5)) == set()
    assert "hidden" in counts
    page = visiting(here, here.bram.person).get("/statistics").text
    tables = page.partition('id="h-steps"')[0]
    assert not [n for n in range(5) if f'data-n="{n}"' in tables]


def test_an_export_holds_no_formula_and_is_logged(here: Node) -> None:
    children(here.bram.person, now(), times=2)
    Victim.objects.update(country="=1")
    assert not [cell for row in exported(here) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    last = Entry.objects.order_by("-index")[0]
    assert (last.verb, last.thing, last.person) == ("disclosure", "statistics", "bram")


def test_a_median_of_fewer_than_five_series_is_hidden(here: Node) -> None:
    for number in range(1, 5):
        series(here.bram.person, now() - timedelta(days=number), number, "", 2)
    page = visiting(here, here.bram.person)
    steps = page.get("/statistics").text.partition('id="h-steps"')[2].partition("</table>")[0]
    assert "2 h 00" not in steps
    series(here.bram.person, now() - timedelta(days=9), 9, "", 2)
    steps = page.get("/statistics").text.partition('id="h-steps"')[2].partition("</table>")[0]
    assert "2 h 00" in steps


def test_known_share_is_of_what_could_be_read(here: Node) -> None:
    brought(here.bram.person, now())
    text = visiting(here, here.bram.person).get("/statistics").text
    known = text.partition('id="h-known"')[2].partition("</section>")[0]
    assert "69\N{NO-BREAK SPACE}%" in known or "69 %" in known  # 88 of 127


def test_each_table_of_the_page_is_taken_out_by_itself(here: Node) -> None:
    brought(here.bram.person, now())
    page = visiting(here, here.bram.person)
    for name, first in {"steps": "step,", "intakes": "case,", "work": "month (UTC),"}.items():
        answer = page.post("/statistics/table", {"table": name})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="havre-{name}-{now():%Y-%m-%d}.csv"'
        assert answer.text.startswith(first)
    none = page.post("/statistics/table", {"table": "people"})
    assert (none.status_code, "take out one that this page shows" in none.text) == (400, True)


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_does_not_work_with_media_counts_nothing(here: Node, role: RoleName) -> None:
    add_colleague(here.home, here.anke, "dora", "", [role])
    client = visiting(here, person_named("dora"))
    assert client.get("/statistics").status_code == 403
    assert client.post("/statistics/table").status_code == 403


def test_it_costs_the_same_however_much_there_is(here: Node) -> None:
    asked = []
    for times in (1, 6):
        here.bram.unit.series.all().delete()
        here.bram.unit.victims.all().delete()
        here.bram.unit.approvals.all().delete()
        fill(here.bram.person, here.anke.person, now(), times)
        client = visiting(here, here.bram.person)
        client.get("/statistics")
        with CaptureQueriesContext(connection) as caught:
            client.get("/statistics")
        asked.append(len(caught))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_charts_are_drawn_from_the_tables_without_breaking_the_policy(
    database: Settings, here: Node, chromium: Browser
) -> None:
    fill(here.bram.person, here.anke.person, now(), 4)
    with served(database) as address:
        page, said = signed_in_page(chromium, address, here.bram.person), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{address}/statistics")
        page.wait_for_selector(".chart canvas")
        assert page.locator(".chart canvas").count() >= 5
        assert page.inner_text("[data-country=BE]") == "Belgium"
        shades = (
            "[...document.querySelectorAll('th[data-shade]')].map((cell) => [cell.textContent, cell.dataset.shade])"
        )
        assert page.evaluate(shades) == [["Known", "--line-strong"], ["Near", "--near"], ["New", "--accent"]]
        assert said == []
