"""The life of a notice: one table, and silence reachable from wherever something is waited for."""

import itertools

import pytest

from havre.errors import Invalid
from havre.notices.life import MAY_BECOME, OPEN, WAITING, become
from havre.notices.models import Notice, State
from tests.cast import NOON, Node
from tests.notices.standing import taken_down


def test_every_state_has_its_row() -> None:
    assert set(MAY_BECOME) == set(State)
    assert set().union(*MAY_BECOME.values()) | {State.DRAFTED} == set(State)


@pytest.mark.parametrize("state", sorted(WAITING))
def test_silence_is_reachable_from_every_state_that_waits(state: State) -> None:
    assert State.UNANSWERED in MAY_BECOME[state]


def test_whatever_is_not_over_can_be_gone_and_can_be_taken_back() -> None:
    assert {state for state in State if State.REMOVED in MAY_BECOME[state]} == OPEN
    assert {state for state in State if State.RETRACTED in MAY_BECOME[state]} == set(State) - {State.RETRACTED}


def test_it_becomes_what_the_table_says_and_nothing_else(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    for was, to in itertools.product(State, State):
        Notice.objects.update(state=was)
        notice.refresh_from_db()
        if to == was or to in MAY_BECOME[was]:
            become(notice, to, NOON)
            assert Notice.objects.get().state == to
        else:
            with pytest.raises(Invalid, match="cannot become"):
                become(notice, to, NOON)


def test_when_they_first_confirmed_is_kept(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    become(notice, State.ACKNOWLEDGED, NOON)
    become(notice, State.UNANSWERED, NOON)
    assert Notice.objects.get().acknowledged_at == NOON
