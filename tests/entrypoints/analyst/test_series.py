"""The list of series and one series: what is shown to whom. From proposal to identified is one of the journeys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, expect

from havre.flows.comment import say
from havre.flows.identify import record_offender, record_victim
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_life import name_series
from havre.series.models import Life, Series, Status
from havre.settings import Settings
from havre.victims.models import Victim
from havre.victims.record import Child, Suspect
from tests.cast import Node, node
from tests.exposures import NIKON, exposure, intake, taken_at
from tests.series.many import series_of
from tests.sources import variants
from tests.web import served, signed_in_page, visiting

SERIAL = {"BodySerialNumber": "6030741"}


def seized(here: Node, folder: Path) -> None:
    """One series of six stacks of one camera, one of them with copies; another series beside it."""
    files = {f"holiday {at}.jpg": exposure(at, NIKON, SERIAL, taken_at(f"1{at}:0{at}:00")) for at in range(6)}
    copies = {f"copy {name}.png": data for name, data in variants(1).items() if name in ("larger", "re-encoded")}
    intake(here.home, here.anke, folder, files | copies)
    propose(here.home, here.anke)


def test_the_list_shows_steps_clock_and_claim(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        seized(here, tmp_path / "seized")
        name_series(here.home, here.anke, "S1", "Blue tiles")
        answer = visiting(here, here.bram.person).get("/series")
        assert answer.status_code == 200
        assert "Blue tiles" in answer.text
        assert "Proposed" in answer.text
        assert "No series is that" in visiting(here, here.bram.person).get("/series?which=located").text
        assert visiting(here, here.bram.person).get("/series?which=secret").status_code == 404


def test_older_series_are_behind_a_cursor_and_cost_no_more(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.anke.person)
        for _ in range(3):
            series_of(here.anke.person, 2)
        client.get("/series")
        few = _asked(client, "/series")
        for _ in range(40):
            series_of(here.anke.person, 2)
        assert _asked(client, "/series") == few
        first = client.get("/series").text
        assert "S43<" in first
        assert "before=14" in first
        assert "S13<" in client.get("/series?before=14").text


def _asked(client: object, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200  # type: ignore[attr-defined]
    return len(queries)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_is_recorded_is_not_recorded_a_second_time_when_identified(
    database: Settings, tmp_path: Path, chromium: Browser
) -> None:
    with node(database) as here:
        seized(here, tmp_path / "seized")
        confirm(here.home, here.anke, "S1")
        with served(database) as address:
            page = signed_in_page(chromium, address, here.anke.person)
            page.goto(f"{address}/series/1")
            page.keyboard.press("i")
            assert page.evaluate("document.activeElement.id") == "victim-pseudonym"  # nobody is recorded yet
            record_victim(here.home, here.anke, "S1", Child("Otter"))
            page.goto(f"{address}/series/1")
            page.keyboard.press("i")
            assert not page.locator("#victim-pseudonym").is_visible()
            page.keyboard.type("fr")
            page.keyboard.press("Enter")
            expect(page.locator("#victims tbody")).to_contain_text("FR, ")
            assert Victim.objects.count() == 1


@pytest.mark.proof
def test_a_page_of_a_thousand_members_costs_no_more_questions_than_one_of_ten(
    database: Settings, count: Callable[[int, int], int]
) -> None:
    with node(database) as here:
        client = visiting(here, here.anke.person)
        series_of(here.anke.person, 10)
        series_of(here.anke.person, count(200, 1000))
        client.get("/series/1")
        assert _asked(client, "/series/2") == _asked(client, "/series/1")
        assert "More stacks" in client.get("/series/2").text


def test_nothing_of_a_series_is_told_to_another_unit(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        seized(here, tmp_path / "seized")
        name_series(here.home, here.anke, "S1", "Blue tiles")
        say(here.home, here.anke, "S1", "the tiles are from Lyon")
        record_offender(here.home, here.anke, "S1", Suspect("Heron"))
        own = visiting(here, here.anke.person).get("/series/1").text
        assert all(told in own for told in ("Blue tiles", "from Lyon", "Heron"))  # there is something to leak

        theirs = visiting(here, here.chiara.person)
        for address in ("/series", "/series?which=proposed", "/series/1", "/series/77777"):
            text = theirs.get(address).text
            assert not any(told in text for told in ("Blue tiles", "Lyon", "Heron", "holiday"))
        unseen, absent = theirs.get("/series/1"), theirs.get("/series/77777")
        assert unseen.status_code == absent.status_code == 404
        assert unseen.text == absent.text.replace("77777", "1")


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_whoever_never_sees_media_is_refused(database: Settings, tmp_path: Path, role: str) -> None:
    with node(database) as here:
        seized(here, tmp_path / "seized")
        here.bram.person.roles.update(name=role)
        client = visiting(here, here.bram.person)
        assert client.get("/series").status_code == client.get("/series/1").status_code == 403
        assert client.post("/series/1/confirm").status_code == 403
        assert Series.objects.get(number=1).status == Status.PROPOSED


def test_a_merged_series_leads_to_the_one_it_became_part_of(database: Settings) -> None:
    with node(database) as here:
        one, other = series_of(here.anke.person, 2), series_of(here.anke.person, 2)
        Series.objects.filter(pk=other.pk).update(status=Status.MERGED, life=Life.MERGED, merged_into=one)
        answer = visiting(here, here.anke.person).get("/series/2")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/series/1")
