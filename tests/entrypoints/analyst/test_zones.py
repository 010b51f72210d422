"""The clock of a page: what is told in a zone is read in it, and whoever tells no time by it never moves."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst import zones
from havre.entrypoints.analyst.jinja import dated
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.zones import ahead, begins, clock_said, day, in_zone, zone_named
from havre.flows.group import found_group
from havre.flows.home import log
from havre.hotline.models import Report
from havre.platforms.models import Edition
from havre.restrictions.keep import said
from havre.series.models import Claim
from havre.settings import Settings, time_zones
from havre.sites.models import Capture, Site
from havre.units.acting import Acting
from havre.units.prefer import prefer
from tests import captures
from tests.cast import NOON, Node, node
from tests.corrections.standing import challenged
from tests.desked import brought
from tests.exchange.shared import confirmed
from tests.hotline.reported import PAGE, reported
from tests.platforms.written import contact, notice
from tests.series.many import series_of
from tests.web import visiting

ZONES = (
    *("UTC", "Europe/Brussels", "Europe/Lisbon", "America/New_York", "America/St_Johns", "America/Havana"),
    *("Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/Nuuk"),
)
"""Of these some put clocks ahead at midnight, some by half an hour, and some are ahead of UTC by quarters of hours."""

MOMENTS = st.datetimes(datetime(2025, 12, 31), datetime(2027, 1, 2), timezones=st.just(UTC))

TOLD = re.compile(r"(\d+ \w{3} \d{4}, \d\d:\d\d)(?: \((UTC.*)\))?")


def read(text: str, zone: ZoneInfo) -> datetime:
    """What somebody reads who has that clock on the wall, and a calendar of when it is changed."""
    found = TOLD.fullmatch(text)
    assert found is not None
    shown = datetime.strptime(found[1], "%d %b %Y, %H:%M").replace(tzinfo=zone)
    both = {ahead(shown.replace(fold=fold)): shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    return both[found[2]] if found[2] else both.popitem()[1]


@pytest.mark.parametrize("name", ZONES)
def test_what_is_told_in_a_year_is_read_as_it_was_and_no_two_moments_are_told_alike(name: str) -> None:
    zone, half_hours = (
        ZoneInfo(name),
        [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(17520)],
    )
    with in_zone(zone):
        told = [dated(each, "SHORT_DATETIME_FORMAT") for each in half_hours]
    assert [read(each, zone) for each in told] == half_hours
    assert sum("UTC" in each for each in told) <= 4


@given(at=MOMENTS, name=st.sampled_from(ZONES))
def test_a_moment_lies_in_the_day_that_is_told_of_it_as_that_day_is_read(at: datetime, name: str) -> None:
    with in_zone(ZoneInfo(name)):
        typed = date.fromisoformat(dated(at, "Y-m-d"))
        assert typed == day(at)
        assert begins(typed) <= at < begins(typed + timedelta(days=1))
        assert read(dated(at, "SHORT_DATETIME_FORMAT"), ZoneInfo(name)) == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("Europe/Brussels", date(2026, 3, 29), "2026-03-28T23:00:00+00:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),  # begins at one o'clock
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00+00:00"),  # has midnight twice
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),  # never was
        ("Europe/Brussels", date.min, "0001-01-01T00:00:00+00:00"),
        ("America/New_York", date.max, "9999-12-31T05:00:00+00:00"),
    ],
)
def test_a_day_begins_with_its_first_moment(name: str, typed: date, first: str) -> None:
    with in_zone(ZoneInfo(name)):
        assert begins(typed).isoformat() == first


def test_a_clock_says_which_it_is() -> None:
    assert clock_said() == "UTC"
    with in_zone(ZoneInfo("Asia/Kathmandu")):
        assert clock_said() == "Asia/Kathmandu (UTC+5:45)"
    summer, winter = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert zones.told(summer) == "00:30 UTC"
    with in_zone(ZoneInfo("Europe/Brussels")):
        assert (zones.told(summer), zones.told(winter)) == ("02:30 (UTC+2)", "02:30 (UTC+1)")
        assert zones.told(winter + timedelta(hours=1)) == "03:30"


def test_a_zone_that_this_machine_does_not_know_is_utc_and_called_so() -> None:
    for name in ("Europe/Nowhere", "../../etc/passwd", "UTC"):
        with in_zone(zone_named(name)):
            assert clock_said() == "UTC"


def test_every_zone_that_may_be_chosen_tells_times() -> None:
    assert {"UTC", "Europe/Brussels", "Europe/Paris", "Europe/Amsterdam"} < set(time_zones())
    for name in time_zones():
        with in_zone(zone_named(name)):
            assert clock_said().startswith(name)


def test_each_thread_has_its_own_clock() -> None:
    meet = Barrier(3)

    def told(name: str) -> str:
        with in_zone(zone_named(name)):
            meet.wait(10)
            said = dated(NOON, "H:i")
            meet.wait(10)
        return said + dated(NOON, " H:i")

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(told, ("UTC", "Europe/Paris", "Asia/Tokyo"))) == [
            "12:00 12:00", "13:00 12:00", "21:00 12:00",
        ]  # fmt: skip


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(replace(database, zone="Europe/Brussels")) as found:
        yield found


def written(here: Node, at: datetime, thing: str) -> None:
    log(here.home, Acting(here.anke.person, lambda: at, "a test"), "consultation", thing, {})


def test_a_page_tells_times_by_the_clock_of_each_who_asks(here: Node) -> None:
    written(here, NOON, "series S7")
    client = visiting(here, here.anke.person)
    for zone, shown, said_of in (
        ("UTC", "2026-03-02 12:00:00", "UTC"),
        ("", "2026-03-02 13:00:00", "Europe/Brussels"),
        ("America/New_York", "2026-03-02 07:00:00", "America/New_York"),
        ("Asia/Tokyo", "2026-03-02 21:00:00", "Asia/Tokyo"),
    ):
        prefer(here.anke.person, zone=zone)
        text = client.get("/audit").text
        assert (f">{shown}</time>" in text, f"newest first; times: {said_of}" in text) == (True, True)
    assert zones.zone() is UTC


def test_what_was_signed_stays_in_utc_and_says_so(here: Node) -> None:
    prefer(here.anke.person, zone="Asia/Tokyo")
    written(here, NOON, "series S7")
    client = visiting(here, here.anke.person)
    index = client.get("/audit?thing=S7").text.partition("/audit/entries/")[2].partition('"')[0]
    text = client.get(f"/audit/entries/{index}").text
    assert ">2026-03-02T12:00:00.000000+00:00</time>" in text
    assert "UTC, as it was signed" in text
    assert "2 March 2026, 21:00" in text
    proof = json.loads(client.post(f"/audit/entries/{index}/proof").content)
    assert "2026-03-02T12:00:00.000000+00:00" in json.dumps(proof)


def test_days_that_are_typed_begin_by_the_clock_that_is_shown(here: Node) -> None:
    written(here, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "series S71")  # half past midnight in Brussels
    written(here, datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "series S72")
    client = visiting(here, here.anke.person)
    for zone, found in (("", ["S71"]), ("UTC", ["S72"]), ("Asia/Tokyo", ["S71"]), ("America/New_York", ["S72"])):
        prefer(here.anke.person, zone=zone)
        text = client.get("/audit?thing=S7&since=2026-03-02&until=2026-03-02").text
        assert [each for each in ("S71", "S72") if f"series {each}" in text] == found, zone
    assert client.get("/audit?since=0001-01-01&until=9999-12-31").status_code == 200


def test_a_day_on_which_others_agreed_is_the_same_for_everybody(here: Node) -> None:
    series = confirmed(here.anke)
    client, address = visiting(here, here.anke.person), f"/series/{series.number}/share"
    prefer(here.anke.person, zone="America/New_York")
    client.post(address, {"level": "open", "countries": "IT", "until": "2031-04-01"})
    assert said("series", [series.pk])[series.pk].retain_until == datetime(2031, 4, 1, tzinfo=UTC)
    for zone in ("America/New_York", "Pacific/Auckland"):
        prefer(here.anke.person, zone=zone)
        assert 'type="date" value="2031-04-01"' in client.get(address).text
        text = client.get("/reviews?days=3650").text
        assert ("ends on 1 April 2031" in text, "days in UTC" in text) == (True, True)


def test_days_of_groups_and_registers_are_those_of_utc(here: Node) -> None:
    found_group(here.home, here.anke, "tf-1", "Force one", datetime(2031, 3, 1, tzinfo=UTC))
    challenged(here.home, here.anke, notice(here.anke.person, contact(here.anke.person)))
    days = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 4, 5))
    Edition.objects.update(**dict(zip(("begins", "ends", "publish_after"), days, strict=True)))
    client = visiting(here, here.anke.person)
    prefer(here.anke.person, zone="America/New_York")
    assert "1 March 2031 UTC" in client.get("/groups").text
    assert "until 1 March 2031 UTC" in client.get("/groups/tf-1").text
    listed, one = client.get("/registers").text, client.get(f"/registers/{Edition.objects.get().pk}").text
    assert all("from 1 January 2026 to 1 April 2026 UTC" in text for text in (listed, one))
    assert "not published before 1 May 2026 UTC" in listed


def test_the_day_that_is_left_of_a_report_is_the_same_for_everybody(here: Node) -> None:
    report, _code = reported(here, PAGE)
    Report.objects.update(erased_at=NOON, at=datetime(2026, 3, 2, tzinfo=UTC))
    prefer(here.anke.person, zone="America/New_York")
    assert "2 Mar 2026 UTC" in visiting(here, here.anke.person).get(f"/hotline/reports/{report.number}").text


def test_a_claim_says_its_day_by_the_clock_of_whoever_takes_it(here: Node) -> None:
    series_of(here.anke.person, 5)
    elsewhere = "Pacific/Kiritimati" if now().hour >= 11 else "Pacific/Pago_Pago"  # where it is another day
    prefer(here.anke.person, zone=elsewhere)
    text = visiting(here, here.anke.person).post("/series/1/claim", follow=True).text
    until = Claim.objects.get().until.astimezone(ZoneInfo(elsewhere))
    assert f"without anything done: {until:%-d %B %Y}." in text


def test_what_was_done_here_has_a_day_of_this_clock_and_what_a_source_says_its_own(here: Node, tmp_path: Path) -> None:
    captures.read(here, captures.listed(tmp_path / "a.csv", range(3)), "Quay")
    site, client = Site.objects.get(), visiting(here, here.bram.person)
    Site.objects.update(opened_at=datetime(2026, 3, 2, 3, tzinfo=UTC))
    Capture.objects.update(finished_at=datetime(2026, 3, 4, 3, tzinfo=UTC))
    told = {"kind": "mirror", "address": "quay.example/x", "since": "2018-01-31", "source": "an officer"}
    client.post(f"/sites/{site.pk}/address", told)
    for zone, opened, finished in (("UTC", "2 Mar", "4 Mar"), ("America/New_York", "1 Mar", "3 Mar")):
        prefer(here.bram.person, zone=zone)
        assert f"{opened} 2026" in client.get("/sites").text
        page = client.get(f"/sites/{site.pk}").text
        assert ("31 Jan 2018" in page, f"{finished} 2026" in page) == (True, True)


def test_months_are_counted_and_named_in_utc_whoever_looks(here: Node) -> None:
    brought(here.bram.person, now())
    client = visiting(here, here.bram.person)
    tables = []
    for zone in ("UTC", "America/New_York", "Pacific/Auckland"):
        prefer(here.bram.person, zone=zone)
        work = client.get("/statistics").text.partition('id="h-work"')[2].partition("</table>")[0]
        tables.append((re.findall(r'<th scope="row">(\w+ \d{4})</th>', work), "months in UTC" in work))
    assert tables == [([*tables[0][0]], True)] * 3
    assert tables[0][0][0] == f"{now():%B %Y}"
    lines = client.post("/statistics/table", {"table": "intakes"}).text.splitlines()
    assert lines[0].startswith("case,begun (UTC),")


def test_a_choice_costs_no_question(here: Node) -> None:
    client, asked = visiting(here, here.bram.person), []
    client.get("/desk")
    for zone in (None, "Asia/Tokyo"):
        if zone:
            prefer(here.bram.person, zone=zone)
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/desk").status_code == 200
        asked.append(len(caught))
        alone = [
            each["sql"] for each in caught if "units_preference" in each["sql"] and "units_role" not in each["sql"]
        ]
        assert alone == []
    assert asked[0] == asked[1]
