"""Caps, sums and pauses as arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.care.models import Pause, Why
from havre.care.rules import (
    LONGEST_LOOK,
    Limits,
    OnPause,
    Spent,
    day_of,
    hold_end,
    next_day,
    reached,
    seconds_added,
    shorter,
    stands,
)
from havre.errors import Refused

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = Limits(day=7200, stretch=2700, pause=900)


@pytest.mark.parametrize(("own", "least"), [(None, 100), (60, 60), (200, 100)])
def test_the_shorter_limit_holds(own: int | None, least: int) -> None:
    assert shorter(own, 100) == least


@given(starts=st.lists(st.floats(0, 200), min_size=1, max_size=5), at=st.floats(200, 500))
def test_a_hold_adds_the_time_in_which_anything_was_visible(starts: list[float], at: float) -> None:
    began = [NOON + timedelta(seconds=start) for start in sorted(starts)]
    end = hold_end(began, NOON + timedelta(seconds=at))
    added = seconds_added(began, end)
    assert len(added) == len(began)
    assert sum(added) == (end - began[0]).total_seconds() <= LONGEST_LOOK.total_seconds()
    assert end <= NOON + timedelta(seconds=at)


def test_a_clock_that_goes_back_takes_no_time_away() -> None:
    assert hold_end([NOON], NOON - timedelta(hours=1)) == NOON


@pytest.mark.parametrize(
    ("spent", "why"),
    [
        (Spent(7199, 2699), None),
        (Spent(7199, 2700), Why.STRETCH),
        (Spent(7200, 0), Why.DAY),
        (Spent(9000, 9000), Why.DAY),
    ],
)
def test_a_limit_is_reached_when_it_is_used_up(spent: Spent, why: Why | None) -> None:
    assert reached(spent, LIMITS) == why


@pytest.mark.parametrize(
    ("why", "spent", "holds"),
    [
        (Why.TAKEN, Spent(0, 0), True),
        (Why.DAY, Spent(7200, 0), True),
        (Why.DAY, Spent(7000, 3000), False),
        (Why.STRETCH, Spent(3000, 2700), True),
        (Why.STRETCH, Spent(3000, 2000), False),
    ],
)
def test_a_pause_stands_as_long_as_its_reason(why: Why, spent: Spent, holds: bool) -> None:
    assert stands(Pause(why=why), spent, LIMITS) is holds


def test_a_day_goes_from_midnight_to_midnight() -> None:
    assert day_of(NOON) == datetime(2026, 3, 2, tzinfo=UTC)
    assert next_day(NOON) == datetime(2026, 3, 3, tzinfo=UTC)


def test_who_is_on_a_pause_is_told_until_when() -> None:
    error = OnPause(Pause(why=Why.STRETCH, began_at=NOON, until=NOON + timedelta(minutes=15)))
    assert isinstance(error, Refused)
    assert "until 12:15 UTC" in str(error)
