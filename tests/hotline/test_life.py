"""A page moves as the table says and no other way; each state has its clock."""

from datetime import timedelta

import pytest

from havre.errors import Invalid
from havre.hotline.life import MAY_BECOME, OPEN, OVER, become, due, waits_until
from havre.hotline.models import Page, State
from havre.hotline.policy_file import policy_of
from havre.hotline.standing import Standing, Waits
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.hotline.reported import page

TIMES = policy_of("BE").times
HOUR = timedelta(hours=1)


def test_every_state_is_in_the_table_and_open_or_over() -> None:
    assert set(MAY_BECOME) == set(State)
    assert set(OPEN) | OVER == set(State)
    assert not set(OPEN) & OVER
    assert State.ROUTED not in MAY_BECOME[State.RECEIVED] | MAY_BECOME[State.NOT_ACTIONABLE]


def test_a_page_moves_only_as_the_table_says(database: Settings) -> None:
    found = page(introduce().belgium)
    for state in State:
        for wanted in State:
            found.state = state
            if wanted in MAY_BECOME[state]:
                assert become(found, wanted, NOON, TIMES).state == wanted
            else:
                with pytest.raises(Invalid, match="cannot become"):
                    become(found, wanted, NOON, TIMES)
    found.state = State.RECEIVED
    become(found, State.CLOSED, NOON, TIMES)
    kept = Page.objects.get()
    assert (kept.state, kept.closed_at, kept.since, kept.due_at) == (State.CLOSED, NOON, NOON, None)


@pytest.mark.parametrize(
    ("state", "danger", "hours"),
    [
        (State.RECEIVED, False, 24),
        (State.RECEIVED, True, 1),
        (State.TRIAGED, False, 4),
        (State.TRIAGED, True, 1),
        (State.ROUTED, True, 72),
        (State.ACTED_ON, False, 720),
    ],
)
def test_each_state_has_its_service_time(state: State, danger: bool, hours: int) -> None:
    assert due(Page(state=state, danger=danger), NOON, TIMES) == NOON + hours * HOUR


def test_what_is_over_waits_for_nothing() -> None:
    assert [due(Page(state=state), NOON, TIMES) for state in OVER] == [None, None]


def test_the_second_person_has_their_own_time_from_the_word_before() -> None:
    found = Page(state=State.RECEIVED, first_at=NOON)
    assert waits_until(found, Standing(Waits.FIRST), TIMES) == NOON + 24 * HOUR
    assert waits_until(found, Standing(Waits.SECOND, at=NOON + HOUR), TIMES) == NOON + 25 * HOUR
    found.danger = True
    assert waits_until(found, Standing(Waits.AGREEMENT, at=NOON + HOUR), TIMES) == NOON + 2 * HOUR
