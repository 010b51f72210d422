"""The life of a standing question."""

from itertools import product

import pytest

from havre.alerts.models import State
from havre.alerts.rules import MAY_BECOME, advance
from havre.errors import Invalid


@pytest.mark.parametrize(("now", "to"), list(product(State, State)))
def test_a_question_moves_as_its_table_says_and_never_back(now: State, to: State) -> None:
    allowed = {(State.ACTIVE, State.EXPIRED), (State.ACTIVE, State.WITHDRAWN), (State.EXPIRED, State.WITHDRAWN)}
    if (now, to) in allowed:
        assert advance(now, to) == to
    else:
        with pytest.raises(Invalid, match="cannot become"):
            advance(now, to)


def test_every_state_has_its_moves() -> None:
    assert set(MAY_BECOME) == set(State)
