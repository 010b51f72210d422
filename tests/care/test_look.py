"""The time somebody looked adds up, whatever was pressed, dropped or held at once; and limits lead to pauses."""

import operator
from datetime import datetime
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.care.choose import Choice, choose_viewing, set_limits
from havre.care.look import begin_look, end_looks, pause_due
from havre.care.models import Pause, Reveal, Why
from havre.care.queries import limits_of, spent_by
from havre.units.models import Person
from tests.care.looks import at, looked, medium
from tests.cast import Cast

EVENTS = st.lists(
    st.tuples(st.sampled_from(["reveal", "veil", "lose"]), st.integers(0, 2), st.floats(0, 200)),
    min_size=1,
    max_size=25,
)
"""What is done, in which hold, and how many seconds after the event before."""


def visible(reveals: list[Reveal]) -> float:
    """Seconds in which at least one of them was visible: the slow reference."""
    total, until = 0.0, None
    for began, ended in sorted((each.began_at, each.ended_at) for each in reveals if each.ended_at is not None):
        start = began if until is None else max(began, until)
        total += max(0.0, (ended - start).total_seconds())
        until = ended if until is None else max(ended, until)
    return total


@given(events=EVENTS)
@settings(max_examples=25)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_time_looked_adds_up(cast: Cast, events: list[tuple[str, int, float]]) -> None:
    Reveal.objects.all().delete()
    bram, clock, generation = cast.bram, 0.0, 0
    for act, number, wait in events:
        clock += wait
        hold = f"{number} {generation}"
        if act == "reveal":
            end_looks(bram, at(clock), partial(operator.ne, hold))
            begin_look(bram, medium(cast.belgium, number), None, hold, at(clock))
        elif act == "veil":
            end_looks(bram, at(clock), partial(operator.eq, hold))
        else:
            generation += 1
    end_looks(bram, at(clock + 1000), lambda _: True)
    reveals = list(Reveal.objects.all())
    assert all(each.ended_at is not None for each in reveals)
    assert sum(each.seconds for each in reveals) == pytest.approx(visible(reveals), abs=1e-3)
    assert all(0 <= each.seconds <= 120 for each in reveals)
    assert sum(each.seconds for each in reveals) <= clock + 120


def test_two_pictures_held_at_once_count_once(cast: Cast) -> None:
    for number in (1, 2):
        begin_look(cast.bram, medium(cast.belgium, number), None, "one", at(number))
    assert spent_by(cast.bram, at(11), limits_of(cast.bram)).day == 10
    assert end_looks(cast.bram, at(11), lambda hold: hold == "one") == 2
    assert [each.seconds for each in Reveal.objects.order_by("id")] == [10.0, 0.0]


def test_a_reveal_never_ended_counts_to_its_cap(cast: Cast) -> None:
    begin_look(cast.bram, medium(cast.belgium), None, "lost", at(0))
    assert spent_by(cast.bram, at(3000), limits_of(cast.bram)).day == 120
    end_looks(cast.bram, at(3000), lambda hold: hold == "another")
    assert Reveal.objects.get().seconds == 120


def test_the_next_reveal_ends_one_that_was_never_ended(cast: Cast) -> None:
    begin_look(cast.bram, medium(cast.belgium), None, "lost", at(0))
    end_looks(cast.bram, at(30), lambda hold: hold != "next")
    assert Reveal.objects.get().seconds == 30


def test_a_pause_is_due_after_a_stretch_with_time_to_finish(cast: Cast) -> None:
    looked(cast.bram, 0, 2699)
    assert pause_due(cast.bram, at(2699)) is None
    looked(cast.bram, 2699, 1)
    pause = pause_due(cast.bram, at(2700))
    assert pause is not None
    assert (pause.why, pause.began_at, pause.until) == (Why.STRETCH, at(2820), at(3600))
    looked(cast.bram, 2750, 40)
    later = pause_due(cast.bram, at(2790))
    assert later is not None
    assert later.until == at(3690)
    assert Pause.objects.count() == 1
    assert pause_due(cast.bram, at(3689)) == pause
    assert pause_due(cast.bram, at(3690)) is None


def test_a_break_of_the_pauses_length_begins_a_new_stretch(cast: Cast) -> None:
    looked(cast.bram, 0, 2000)
    looked(cast.bram, 2900, 600)
    assert spent_by(cast.bram, at(3500), limits_of(cast.bram)).stretch == 600
    looked(cast.bram, 3500 + 899, 60)
    spent = spent_by(cast.bram, at(4459), limits_of(cast.bram))
    assert (spent.stretch, spent.day) == (660, 2660)


def test_the_day_is_over_at_its_limit_and_begins_again_at_midnight(cast: Cast) -> None:
    set_limits(cast.belgium, 600, 600, 900)
    looked(cast.bram, 0, 600)
    pause = pause_due(cast.bram, at(600))
    assert pause is not None
    assert pause.why == Why.DAY
    midnight = datetime(2026, 3, 3, tzinfo=pause.until.tzinfo)
    assert pause.until == midnight
    assert pause_due(cast.bram, midnight) is None
    assert spent_by(cast.bram, midnight, limits_of(cast.bram)).day == 0


def test_a_raised_limit_lifts_the_pause_it_asked_for(cast: Cast) -> None:
    set_limits(cast.belgium, 600, 600, 900)
    looked(cast.bram, 0, 600)
    assert pause_due(cast.bram, at(600)) is not None
    set_limits(cast.belgium, 1200, 1200, 900)
    assert pause_due(cast.bram, at(800)) is None


def test_own_shorter_limits_hold_for_oneself_alone(cast: Cast) -> None:
    choose_viewing(cast.bram, Choice(stretch_seconds=600))
    for person in (cast.bram, cast.anke):
        looked(person, 0, 600)
    assert pause_due(cast.bram, at(600)) is not None
    assert pause_due(cast.anke, at(600)) is None


def test_asking_takes_as_many_queries_after_many_looks_as_after_one(cast: Cast) -> None:
    looked(cast.bram, 0, 100)
    few = _asked(cast.bram, at(100))
    looked(cast.bram, 100, 2400)
    assert _asked(cast.bram, at(2500)) == few


def _asked(person: Person, when: datetime) -> int:
    with CaptureQueriesContext(connection) as queries:
        pause_due(person, when)
    return len(queries)
