"""What was decided stays decided; what stands may turn out to be wrong."""

from itertools import product

import pytest

from havre.corrections.life import MAY_BECOME, become
from havre.corrections.models import Challenge, State
from havre.errors import Invalid


def test_a_challenge_is_decided_once() -> None:
    assert set(MAY_BECOME) == set(State)
    for was, to in product(State, State):
        challenge = Challenge(state=was)
        if (was == State.WAITING and to != State.WAITING) or (was, to) == (State.RIGHT, State.WRONG):
            become(challenge, to)
            assert challenge.state == to
        else:
            with pytest.raises(Invalid):
                become(challenge, to)
