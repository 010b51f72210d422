"""Each sees their own figures; a supervisor sees sums of three people or more, of whole days."""

from datetime import timedelta

from havre.care.models import DAY_SECONDS
from havre.care.queries import limits_of, spared, spent_by, unit_limits, unit_sum, viewing_of
from havre.units.found import add_person
from tests.care.looks import at, looked
from tests.cast import NOON, Cast

TOMORROW = at(0) + timedelta(days=1)


def test_who_chose_nothing_has_the_defaults(cast: Cast) -> None:
    assert (viewing_of(cast.bram).tile, viewing_of(cast.bram).colour, viewing_of(cast.bram).twice) == (False,) * 3
    assert unit_limits(cast.bram).day_seconds == limits_of(cast.bram).day == DAY_SECONDS


def test_nobody_has_the_seconds_of_another(cast: Cast) -> None:
    looked(cast.bram, 0, 90)
    assert spent_by(cast.bram, at(100), limits_of(cast.bram)).day == 90
    assert spent_by(cast.anke, at(100), limits_of(cast.anke)).day == 0


def test_what_is_looked_at_after_a_clock_was_set_back_counts_in_its_stretch(cast: Cast) -> None:
    looked(cast.bram, 3600, 60)
    looked(cast.bram, 0, 120)  # the clock was an hour ahead until now
    spent = spent_by(cast.bram, at(130), limits_of(cast.bram))
    assert (spent.day, spent.stretch) == (180, 180)


def test_a_stretch_that_began_yesterday_counts_whole_and_the_day_from_midnight(cast: Cast) -> None:
    midnight = 12 * 3600
    looked(cast.bram, midnight - 100, 60)
    looked(cast.bram, midnight + 10, 30)
    spent = spent_by(cast.bram, at(midnight + 60), limits_of(cast.bram))
    assert (spent.day, spent.stretch) == (30, 90)


def test_a_sum_of_fewer_than_three_people_is_not_shown(cast: Cast) -> None:
    looked(cast.bram, 0, 90)
    looked(cast.anke, 0, 60)
    looked(cast.chiara, 0, 500)
    assert unit_sum(cast.anke, TOMORROW) is None
    looked(add_person("dirk", cast.belgium, NOON, []), 0, 30)
    found = unit_sum(cast.anke, TOMORROW)
    assert found is not None
    assert (found.seconds, found.people) == (180, 3)
    assert unit_sum(cast.chiara, TOMORROW) is None


def test_the_running_day_is_in_no_sum(cast: Cast) -> None:
    for person in (cast.bram, cast.anke, add_person("dirk", cast.belgium, NOON, [])):
        looked(person, 0, 60)
    assert unit_sum(cast.anke, at(1000)) is None
    assert unit_sum(cast.anke, TOMORROW) is not None
    assert unit_sum(cast.anke, TOMORROW + timedelta(days=7)) is None


def test_nothing_was_spared_before_anything_was_revealed(cast: Cast) -> None:
    assert (spared(cast.bram, at(0)).known, spared(cast.bram, at(0)).repeats) == (0, 0)
