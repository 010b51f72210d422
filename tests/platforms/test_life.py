"""A request is what its life allows."""

from itertools import product

import pytest

from havre.errors import Invalid
from havre.platforms.life import MAY_BECOME, OVER, WAITING, become
from havre.platforms.models import Request, State
from tests.cast import NOON, Node
from tests.platforms.asked import asked


def test_every_state_has_its_life_and_what_is_over_stays_over() -> None:
    assert set(MAY_BECOME) == set(State)
    assert {state for state, to in MAY_BECOME.items() if not to} == OVER
    assert all(State.ANSWERED in MAY_BECOME[state] for state in WAITING)


def test_a_request_moves_as_its_life_says_and_no_otherwise(begun: Node) -> None:
    request = asked(begun)
    for was, to in product(State, State):
        Request.objects.filter(pk=request.pk).update(state=was, ended_at=None)
        request.refresh_from_db()
        if to in MAY_BECOME[was] or to == was:
            become(request, to, NOON)
        else:
            with pytest.raises(Invalid):
                become(request, to, NOON)
        request.refresh_from_db()
        moved = to if to in MAY_BECOME[was] else was
        assert request.state == moved
        assert request.ended_at == (NOON if moved in OVER and moved != was else None)
