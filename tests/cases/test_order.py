"""An order's life is a table, and a lease is one process's alone."""

from datetime import timedelta

import pytest

from havre.cases.models import Case, Intake, Order, State
from havre.cases.open import open_case
from havre.cases.order import (
    AGAIN,
    MAY_BECOME,
    TRIES,
    ask,
    ask_to_stop,
    beat,
    become,
    begin_again,
    claim,
    note_intake,
    put_off,
)
from havre.errors import Invalid
from havre.settings import Settings
from tests.cast import NOON, introduce


@pytest.fixture
def case(database: Settings) -> Case:
    return open_case("A", "a warrant", "a test", introduce().bram, NOON)


def ordered(case: Case, state: State = State.WAITING) -> Order:
    order = ask(case, case.opened_by, NOON, "a test", "/a")
    Order.objects.filter(pk=order.pk).update(state=state)
    order.refresh_from_db()
    return order


def nobody(_holder: str) -> bool:
    return False


@pytest.mark.parametrize("before", list(State))
def test_an_order_becomes_what_its_life_allows_and_nothing_else(case: Case, before: State) -> None:
    for after in State:
        order = ordered(case, before)
        if after in MAY_BECOME[before]:
            become(order, after)
            assert Order.objects.get(pk=order.pk).state == after
        else:
            with pytest.raises(Invalid):
                become(order, after)
            assert Order.objects.get(pk=order.pk).state == before


def test_the_oldest_is_claimed_once(case: Case) -> None:
    first, second = ordered(case), ordered(case)
    assert [claim("x", NOON, nobody), claim("y", NOON, nobody), claim("z", NOON, nobody)] == [first, second, None]


def test_who_says_that_it_runs_keeps_it_and_whoever_lost_it_is_told(case: Case) -> None:
    ordered(case)
    mine = claim("x", NOON, nobody)
    assert mine is not None
    assert beat(mine, NOON + timedelta(minutes=2))
    assert claim("y", NOON + timedelta(minutes=4), nobody) is None
    assert claim("y", NOON + timedelta(minutes=6), nobody) == mine
    assert not beat(mine, NOON + timedelta(minutes=6))


def test_who_is_asked_to_stop_is_told(case: Case) -> None:
    order = ordered(case)
    mine = claim("x", NOON, nobody)
    assert mine is not None
    order.refresh_from_db()
    ask_to_stop(order)
    assert not beat(mine, NOON)
    waiting = ordered(case)
    ask_to_stop(waiting)
    assert waiting.state == State.STOPPED
    begin_again(waiting)
    assert Order.objects.get(pk=waiting.pk).state == State.WAITING
    with pytest.raises(Invalid):
        ask_to_stop(ordered(case, State.DONE))


def test_trouble_fails_it_only_where_it_comes_no_further(case: Case) -> None:
    order, at = ordered(case), NOON
    for number in range(2 * TRIES):
        mine = claim("x", at, nobody)
        assert mine is not None, number
        if number < TRIES:
            beat(mine, at, further=True)
        put_off(mine, at, "no room")
        order.refresh_from_db()
        if order.state == State.FAILED:
            break
        assert claim("x", at, nobody) is None
        at += AGAIN
    assert (order.state, order.trouble, number) == (State.FAILED, "no room", TRIES + 1)


def test_an_intake_is_that_of_the_newest_order_that_went_on_with_it(case: Case) -> None:
    intake = Intake.objects.create(case=case, path="/a", begun_at=NOON, begun_by=case.opened_by, listing=b"", salt=b"")
    first, second = ordered(case), ordered(case)
    note_intake(first, intake)
    note_intake(second, intake)
    first.refresh_from_db()
    assert (first.intake, second.intake) == (None, intake)
