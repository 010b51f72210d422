"""People choose within the limits of their unit, and take pauses when they want."""

import pytest

from havre.care.choose import Choice, choose_viewing, go_on, set_limits, take_pause
from havre.care.models import Pause, UnitLimits, Viewing, Why
from havre.care.queries import limits_of, unit_limits, viewing_of
from havre.errors import Invalid
from tests.care.looks import at
from tests.cast import Cast


def test_a_choice_replaces_the_one_before(cast: Cast) -> None:
    choose_viewing(cast.bram, Choice(tile=True, day_seconds=3600))
    choose_viewing(cast.bram, Choice(colour=True, stretch_seconds=600))
    chosen = viewing_of(cast.bram)
    assert (chosen.tile, chosen.colour, chosen.twice) == (False, True, False)
    assert (chosen.day_seconds, chosen.stretch_seconds) == (None, 600)
    assert Viewing.objects.count() == 1


@pytest.mark.parametrize("choice", [Choice(day_seconds=7201), Choice(stretch_seconds=2701), Choice(day_seconds=10)])
def test_no_own_limit_is_longer_than_the_units(cast: Cast, choice: Choice) -> None:
    with pytest.raises(Invalid, match="your unit's limit"):
        choose_viewing(cast.bram, choice)
    assert not Viewing.objects.exists()


def test_the_limits_of_a_unit_hold_there_alone(cast: Cast) -> None:
    set_limits(cast.belgium, 3600, 1800, 600)
    assert (limits_of(cast.bram).day, limits_of(cast.bram).stretch, limits_of(cast.bram).pause) == (3600, 1800, 600)
    assert (limits_of(cast.chiara).day, unit_limits(cast.chiara).pause_seconds) == (7200, 900)


@pytest.mark.parametrize("limits", [(3600, 3601, 900), (90_000, 2700, 900), (3600, 60, 900), (3600, 2700, 60)])
def test_limits_that_make_no_sense_are_refused(cast: Cast, limits: tuple[int, int, int]) -> None:
    with pytest.raises(Invalid):
        set_limits(cast.belgium, *limits)
    assert not UnitLimits.objects.exists()


def test_a_pause_taken_may_be_ended_and_one_that_is_due_may_not(cast: Cast) -> None:
    take_pause(cast.bram, 900, at(0))
    due = Pause.objects.create(person=cast.bram, why=Why.STRETCH, began_at=at(0), until=at(900))
    assert go_on(cast.bram, at(60)) == 1
    assert [each.ended_at for each in Pause.objects.order_by("id")] == [at(60), None]
    assert go_on(cast.bram, at(60)) == 0
    assert Pause.objects.get(pk=due.pk).ended_at is None


def test_a_pause_has_a_length(cast: Cast) -> None:
    with pytest.raises(Invalid):
        take_pause(cast.bram, 10, at(0))
