"""What was taken back stays taken back; subscribers are told of every change of what they have."""

from itertools import product

import pytest

from havre.errors import Invalid
from havre.feeds.life import MAY_BECOME, OUT, become
from havre.feeds.models import Entry, State


def test_an_entry_goes_one_way_and_what_subscribers_have_is_due_when_it_changes() -> None:
    assert set(MAY_BECOME) == set(State)
    for was, to in product(State, State):
        entry = Entry(state=was)
        if to in MAY_BECOME[was]:
            become(entry, to)
            assert (entry.state, entry.due) == (to, to == State.CONFIRMED or was in OUT)
        else:
            with pytest.raises(Invalid, match="cannot become"):
                become(entry, to)


def test_nothing_goes_out_unconfirmed_and_nothing_comes_back() -> None:
    assert State.PUBLISHED not in MAY_BECOME[State.PROPOSED]
    assert MAY_BECOME[State.RETRACTED] == frozenset()
