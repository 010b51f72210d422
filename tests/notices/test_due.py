"""What is due and when, hour by hour against a slow walk through time that follows the text of decision 0217."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from havre.notices.due import CLIMBING, EVERY, SENDING, Due, Followed, Step, dues, next_letter, silent_until, slot
from havre.notices.models import Act, Kind, State
from tests.cast import NOON

HOUR = timedelta(hours=1)
SENT = Followed(State.SENT, Kind.HOST, Act.REMOVE, 48, NOON, NOON, left_at=NOON)


def test_of_what_a_person_must_confirm_nothing_else_is_due() -> None:
    drafted = replace(SENT, state=State.DRAFTED, due_at=None, left_at=None)
    assert dues(drafted) == [Due(NOON, Step.CONFIRM)]
    assert silent_until(drafted) is None


def test_of_what_is_over_nothing_is_due() -> None:
    assert [dues(replace(SENT, state=state)) for state in (State.REMOVED, State.RETRACTED)] == [[], []]
    assert {State.REFUSED} == CLIMBING - SENDING


def test_the_first_letter_is_due_at_once_and_the_next_a_day_later_at_the_same_minute() -> None:
    first = replace(SENT, state=State.DRAFTED, left_at=None)
    assert dues(first) == [Due(NOON, Step.SEND), Due(NOON + 48 * HOUR, Step.RAISE)]
    late = replace(SENT, left_at=NOON + 30 * HOUR)
    assert next_letter(late, NOON) == NOON + 48 * HOUR


def test_what_came_back_is_refused_or_only_informs_is_not_repeated() -> None:
    assert next_letter(replace(SENT, bounced_at=NOON), NOON) is None
    assert next_letter(replace(SENT, state=State.REFUSED), NOON) is None
    told = replace(SENT, act=Act.INFORM)
    assert next_letter(told, NOON) == NOON + EVERY
    assert next_letter(replace(told, acknowledged_at=NOON), NOON) is None
    assert next_letter(replace(SENT, kind=Kind.PUBLICATION), NOON) is None


def test_silence_counts_from_when_it_was_due_and_once_again_from_when_they_confirmed() -> None:
    never_left = replace(SENT, left_at=None)
    assert silent_until(never_left) == NOON + 48 * HOUR
    assert silent_until(replace(SENT, acknowledged_at=NOON + 12 * HOUR)) == NOON + 60 * HOUR
    assert silent_until(replace(SENT, acknowledged_at=NOON + 49 * HOUR)) == NOON + 48 * HOUR


def test_a_refusal_or_mail_that_came_back_ends_it_at_once() -> None:
    refused = replace(SENT, state=State.REFUSED, refused_at=NOON + 6 * HOUR)
    assert dues(refused) == [Due(NOON + 6 * HOUR, Step.RAISE)]
    assert dues(replace(SENT, bounced_at=NOON + HOUR)) == [Due(NOON + HOUR, Step.RAISE)]
    assert dues(replace(SENT, raised=True)) == [Due(NOON + EVERY, Step.SEND)]


@given(st.lists(st.integers(0, 400), max_size=8, unique=True), st.integers(1, 200))
def test_a_sender_that_comes_when_it_can_sends_one_letter_a_slot(looks: list[int], hours: int) -> None:
    seen, left = replace(SENT, state=State.DRAFTED, left_at=None, hours=hours), list[datetime]()
    for hour in sorted(looks):
        now = NOON + hour * HOUR
        at = next_letter(seen, NOON)
        if at is not None and at <= now:
            left.append(now)
            seen = replace(seen, state=State.SENT, left_at=now)
    slots = [(now - NOON) // EVERY for now in left]
    assert slots == sorted({hour // 24 for hour in looks})  # the slow truth: the first look in each slot of a day


@given(st.integers(0, 10_000))
def test_a_slot_is_the_last_moment_at_which_a_letter_was_due(minutes: int) -> None:
    at = NOON + timedelta(minutes=minutes)
    found = slot(NOON, at)
    assert found <= at < found + EVERY
    assert (found - NOON) % EVERY == timedelta(0)


def test_while_they_do_not_let_us_in_no_silence_is_counted_and_what_they_said_before_is() -> None:
    barred = replace(SENT, barred=True)
    assert dues(barred) == [Due(NOON + EVERY, Step.SEND)]
    assert silent_until(replace(barred, bounced_at=NOON + HOUR)) == NOON + HOUR
    assert silent_until(replace(barred, refused_at=NOON + HOUR)) == NOON + HOUR
