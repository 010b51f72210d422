"""Figures agree with counting by hand; what is too little is left out; what was retracted is counted apart."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.platforms.figures import (
    Asked,
    Counted,
    Rules,
    figures_of,
    hours,
    is_silent,
    percentile,
    share,
    sources_of,
    unheard,
)
from tests.cast import NOON

RULES = Rules(fewest=5, silent=72, at=NOON + timedelta(days=90))


def after(count: float | None) -> datetime | None:
    """So many hours after noon."""
    return None if count is None else NOON + timedelta(hours=count)


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([1], 50, 1),
        ([1], 90, 1),
        ([3, 1, 2], 50, 2),
        ([1, 2, 3, 4], 50, 2),
        (list(range(1, 11)), 90, 9),
        ([5, 1], 90, 5),
    ],
)
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(
    values: list[float], percent: int, found: float
) -> None:
    assert percentile(values, percent) == found


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(1, 100))
def test_a_percentile_leaves_as_many_below_it_as_it_says(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(each <= found for each in values) * 100 >= percent * len(values)
    assert sum(each < found for each in values) * 100 < percent * len(values)


MAYBE = st.one_of(st.none(), st.floats(0, 2_000))
NOTICES = st.lists(
    st.builds(
        lambda answered, gone, receipt, letters, returns, retracted: Counted(
            "HN",
            NOON,
            letters,
            after(receipt),
            after(answered),
            after(gone),
            returns,
            retracted,
        ),
        *(MAYBE, MAYBE, MAYBE, st.integers(1, 9), st.integers(0, 3), st.booleans()),
    ),
    max_size=12,
)


@given(NOTICES)
def test_figures_are_those_of_counting_by_hand(notices: list[Counted]) -> None:
    found = figures_of(notices, [], RULES)
    standing = [each for each in notices if not each.retracted]
    answers = sorted(hours(NOON, each.answered_at) for each in standing if each.answered_at)
    assert (found.notices, found.retracted) == (len(standing), len(notices) - len(standing))
    assert found.notices + found.retracted == len(notices)
    assert found.answer.count == len(answers)
    assert (found.answer.median is None) is (len(answers) < 5)
    assert (found.answered_share is None) is (len(standing) < 5)
    assert found.repeats == sum(each.letters - 1 for each in standing)
    in_time = [
        each
        for each in standing
        if any(at is not None and hours(NOON, at) <= 72 for at in (each.answered_at, each.gone_at))
    ]
    assert found.silent == len(standing) - len(in_time)
    sources = sources_of(notices, [], RULES)
    assert sum(each["silent"] for each in sources) == found.silent
    assert sum(each["retracted"] for each in sources) == found.retracted


def test_silence_is_not_counted_before_its_hours_are_over() -> None:
    early = Rules(5, 72, at=NOON + timedelta(hours=71))
    assert is_silent(Counted("HN", NOON), early) is False
    assert is_silent(Counted("HN", NOON), Rules(5, 72, at=NOON + timedelta(hours=72))) is True


def test_requests_are_counted_beside_notices() -> None:
    asked = [Asked("a", NOON), Asked("b", NOON, NOON), Asked("c", NOON, NOON, full=True)]
    found = figures_of([], asked, RULES)
    assert (found.requests, found.requests_answered, found.requests_full, found.requests_silent) == (3, 2, 1, 0)
    assert [each["full"] for each in sources_of([], asked, RULES)] == [False, False, True]
    assert share(1, 3, 0) == 0.333
    assert share(0, 0, 0) is None


def test_a_request_is_silent_once_its_own_deadline_passed_without_a_word() -> None:
    day, at = timedelta(days=1), NOON + timedelta(days=7)
    late, early = Rules(5, 72, at=at), Rules(5, 72, at=at - timedelta(minutes=1))
    silent, unsure = Asked("a", NOON, deadline=at), Asked("b", NOON)
    said = [Asked("c", NOON, at, deadline=at), Asked("d", NOON, at + day, deadline=at)]
    assert [unheard(each, late) for each in (silent, unsure, *said)] == [True, False, False, True]
    assert not unheard(silent, early)
    assert figures_of([], [silent, unsure, *said], late).requests_silent == 2
    assert [each["silent"] for each in sources_of([], [silent, unsure], late)] == [True, False]
