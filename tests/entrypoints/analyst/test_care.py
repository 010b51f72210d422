"""The bar at the top and the sentences of care."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from havre.care.models import Pause, Why
from havre.care.rules import Limits, Spent, next_day
from havre.entrypoints.analyst import care
from havre.entrypoints.analyst.care import left, length, pause_sentence, told
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.zones import in_zone
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.care.looks import looked
from tests.cast import NOON, node
from tests.web import visiting


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 min"), (59, "0 min"), (2460, "41 min"), (7200, "2 h"), (8100, "2 h 15 min")]
)
def test_a_time_is_told_in_hours_and_whole_minutes(seconds: float, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (900, "15 minutes"), (22081, "6 h 9 min")],
)
def test_what_is_left_is_never_told_too_short(seconds: float, words: str) -> None:
    assert left(seconds) == words


def test_the_bar_tells_words_and_a_share() -> None:
    shown = told(Spent(2460, 0), Limits(7200, 2700, 900))
    assert (shown["words"], shown["share"]) == ("41 min of 2 h", 34)
    assert told(Spent(9000, 0), Limits(7200, 2700, 900))["share"] == 100


@pytest.mark.parametrize(
    ("why", "begins", "says"),
    [
        (Why.STRETCH, timedelta(minutes=2), "finish this stack"),
        (Why.STRETCH, -timedelta(minutes=2), "It goes on at"),
        (Why.DAY, -timedelta(minutes=2), "It goes on tomorrow"),
    ],
)
def test_a_pause_says_when_it_goes_on(why: Why, begins: timedelta, says: str) -> None:
    sentence = pause_sentence(Pause(why=why, began_at=now() + begins, until=next_day(now())))
    assert says in sentence
    assert "UTC" in sentence


@pytest.mark.parametrize(
    ("zone", "at", "says"),
    [
        ("Europe/Brussels", "2026-03-02T21:00", "It goes on tomorrow, after 01:00."),
        ("Europe/Brussels", "2026-03-02T23:30", "It goes on today, after 01:00."),
        ("America/New_York", "2026-03-02T21:00", "It goes on today, after 19:00."),
    ],
)
def test_a_day_of_viewing_goes_on_by_the_clock_of_whoever_waits(
    zone: str, at: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.fromisoformat(f"{at}+00:00")
    monkeypatch.setattr(care, "now", lambda: moment)
    with in_zone(ZoneInfo(zone)):
        assert says in pause_sentence(Pause(why=Why.DAY, began_at=moment, until=next_day(moment)))


def test_the_bar_shows_the_own_time_and_nobody_elses(database: Settings) -> None:
    with node(database) as here:
        moment = (now() - NOON).total_seconds()
        looked(here.anke.person, moment - 5, 5)
        looked(here.bram.person, moment, 61)
        assert "1 min of 2 h" in visiting(here, here.bram.person).get("/desk").text
        assert "0 min of 2 h" in visiting(here, here.anke.person).get("/desk").text


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_never_sees_media_has_no_bar_and_no_script_that_reveals(database: Settings, role: RoleName) -> None:
    with node(database) as here:
        text = visiting(here, add_person("dirk", here.bram.unit, NOON, [role])).get("/desk").text
        assert 'id="care"' not in text
        assert "veil.js" not in text
