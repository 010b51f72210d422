"""The eight steps and the clock: what the steps took adds up to the clock, whatever the order."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from havre.series.models import Step
from havre.series.steps import BY_ITSELF, Stage, course
from tests.cast import NOON

HOURS = st.integers(min_value=0, max_value=400)
STAMPED = st.dictionaries(st.sampled_from(list(Step)), HOURS.map(lambda hours: NOON + timedelta(hours=hours)))


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_the_story_of_ten_hours() -> None:
    times = (0, 0.1, 0.25, 0.75, 3.5, 7.4)
    stamped = {step: after(hours) for step, hours in zip(Step, times, strict=False)}
    told = course(stamped, after(9.2))
    assert [each.stage for each in told.steps] == [Stage.DONE] * 6 + [Stage.NOW, Stage.AHEAD]
    assert (told.now, told.done, told.running, told.clock) == (Step.ALERT, 6, True, timedelta(hours=9.2))
    took = [each.took for each in told.steps]
    assert took[4] == timedelta(hours=2.75)
    assert took[6] == after(9.2) - after(7.4)
    assert took[7] is None


def test_a_step_that_was_never_said_is_passed_and_the_clock_stands_at_the_end() -> None:
    told = course({Step.FIND: NOON, Step.RECORD: after(8)}, after(500), ended=after(10))
    assert [each.stage for each in told.steps] == [Stage.DONE, *[Stage.PASSED] * 6, Stage.DONE]
    assert (told.clock, told.running, told.now) == (timedelta(hours=10), False, None)
    ended_early = course({Step.FIND: NOON}, after(500), ended=after(2))
    assert (ended_early.now, ended_early.steps[1].stage) == (None, Stage.AHEAD)


def test_a_series_of_which_nothing_is_known_has_not_begun() -> None:
    told = course({}, NOON)
    assert (told.clock, told.now, told.done) == (timedelta(), Step.FIND, 0)


@given(stamped=STAMPED, later=HOURS)
def test_what_the_steps_took_adds_up_to_the_clock(stamped: dict[Step, datetime], later: int) -> None:
    now = max([*stamped.values(), NOON]) + timedelta(hours=later)
    told = course(stamped, now)
    assert [each.step for each in told.steps] == list(Step)
    assert {each.step for each in told.steps if each.stage is Stage.DONE} == set(stamped)
    took = sum((each.took for each in told.steps if each.took is not None), timedelta())
    assert all(each.took >= timedelta() for each in told.steps if each.took is not None)
    if Step.RECORD not in stamped:
        assert took == told.clock
    assert sum(each.stage is Stage.NOW for each in told.steps) == (Step.RECORD not in stamped)


def test_what_havre_times_by_itself_comes_first() -> None:
    assert list(Step)[: len(BY_ITSELF)] == list(BY_ITSELF)
