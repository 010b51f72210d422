"""Of two claims one wins, everywhere the same; clues point to few countries or to none."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.exchange.models import Heard, Shared
from havre.exchange.rules import (
    CLOCKS,
    began,
    handed,
    must_be_shaped,
    points_to,
    reference,
    time_told,
    told_from,
    winner,
)
from havre.linking.countries import Certainty, Constraint, Said, where
from havre.restrictions.model import Owner
from tests.cast import NOON

HOUR = timedelta(hours=1)
NODES = ("aa" * 32, "bb" * 32)
NODE = NODES[1]


def claim(ref: int, since: timedelta = 0 * HOUR, lasts: timedelta = HOUR) -> Shared:
    """A claim that begins so long after noon."""
    begins = NOON + since
    body = {"since": begins.isoformat(), "until": (begins + lasts).isoformat()}
    found = Shared(kind="claim", ref=UUID(int=ref), country="BE")
    found.body = body
    return found


def test_the_earliest_that_lasts_wins_and_of_two_at_once_the_same_one_everywhere() -> None:
    over, first, second = claim(1, -2 * HOUR), claim(3), claim(2)
    late = claim(4, HOUR)
    for order in permutations([over, first, second, late]):
        assert winner(order, NOON) is second
    second.withdrawn_at = NOON
    assert winner([second, first], NOON) is first
    assert winner([over], NOON) is None


def test_times_are_compared_and_not_their_texts() -> None:
    ours, theirs = claim(1, HOUR), claim(2)
    ours.body = {"since": "2026-03-02T09:30:00-04:00", "until": "2026-03-02T23:00:00+14:00"}  # 13:30, and 9:00
    assert NOON.isoformat() == "2026-03-02T12:00:00+00:00"
    for order in permutations([ours, theirs]):
        assert winner(order, NOON - 4 * HOUR) is theirs
    assert winner([ours], NOON) is None
    ours.body = {"since": "0", "until": "9"}
    assert winner([ours], NOON) is None


def heard_at(row: Shared, at: datetime) -> None:
    """It came from its node then."""
    since = time_told(row.body["since"])
    assert since is not None
    row.heard = Heard(shared=row, series_ref=row.series_ref, since=since, at=at)


@pytest.mark.parametrize(("before", "counts"), [(CLOCKS, True), (CLOCKS + HOUR, False)])
def test_no_claim_of_another_node_began_long_before_it_came(before: timedelta, counts: bool) -> None:
    ours, theirs = claim(1, -HOUR, 9 * HOUR), claim(2, -before, 99 * HOUR)
    theirs.node = NODE
    heard_at(theirs, NOON)
    assert (winner([ours, theirs], NOON) is theirs) is counts
    assert began(theirs) == (NOON - before if counts else NOON)


TOLD = st.tuples(st.integers(-20, 20), st.integers(0, 30), st.sampled_from([None, 0, 1]), st.integers(0, 24))


@given(st.lists(TOLD, min_size=1, max_size=4))
def test_two_nodes_that_know_the_same_claims_name_the_same_winner(told: list[tuple[int, int, int | None, int]]) -> None:
    won = [winner(list(as_node(told, here)), NOON) for here in (0, 1)]
    assert len({each.ref if each is not None else None for each in won}) == 1


def as_node(told: list[tuple[int, int, int | None, int]], here: int) -> Iterator[Shared]:
    """Claims of two nodes by turns, as one of them has them: those of the other came within a day."""
    for number, (since, lasts, hands, later) in enumerate(told):
        found, node = claim(number + 1, since * HOUR, lasts * HOUR), number % 2
        found.unit, found.node = f"Unit {node}", "" if node == here else NODES[node]
        if hands is not None:
            to = {"node": "" if hands == node else NODES[hands], "unit": f"Unit {hands}", "country": "BE"}
            found.body = {**found.body, "hand_to": to}
        if node != here:
            found.body = told_from("claim", found.body, NODES[node], NODES[here])
            heard_at(found, NOON + (since + later) * HOUR)
        yield found


def test_a_claim_is_handed_to_a_unit_of_one_node() -> None:
    ours = claim(1)
    ours.body = {**ours.body, "hand_to": {"node": NODE, "unit": "Police", "country": "BE"}}
    assert handed(ours, Owner(NODE, "Police", "BE"))
    assert not handed(ours, Owner("ff" * 32, "Police", "BE"))
    assert not handed(ours, Owner("", "Police", "BE"))
    assert not handed(claim(2), Owner("", "", ""))


def said(certainty: Certainty, *countries: str) -> list[Said]:
    """One clue."""
    return [Said(1, Constraint("country", countries, certainty))]


def test_clues_point_where_enough_speaks_for_few_countries() -> None:
    assert [each.country for each in points_to(where(said(Certainty.SURE, "GB")))] == ["GB"]
    assert points_to(where(said(Certainty.LIKELY, "GB"))) == []
    assert points_to(where([])) == []
    assert points_to(where(said(Certainty.SURE, "BE", "FR", "GB", "NL"))) == []


def test_a_reference_is_a_country_and_a_few_digits() -> None:
    assert reference(claim(0x1A2B << 112)) == "BE-1a2b0000"


CLAIMED: dict[str, object] = {"since": "2026-03-02T12:00:00Z", "until": "2026-03-09T12:00:00+00:00"}
SHAPED: list[tuple[str, dict[str, object]]] = [
    ("series", {"name": "Green chair", "life": "grouped", "contact": None}),
    ("claim", {"since": "2026-03-02T12:00:00+00:00", "until": "2026-03-02T12:00:00Z"}),
    ("claim", CLAIMED),
    ("claim", CLAIMED | {"hand_to": None}),
    ("claim", CLAIMED | {"hand_to": {"node": "", "unit": "Police", "country": "BE"}}),
    ("identification", {"country": "BE"}),
    ("hypothesis", {"countries": {"GB": ["red box"]}}),
    ("media", {}),
]
MISSHAPEN: list[tuple[str, dict[str, object]]] = [
    ("series", {"name": "Green chair"}),
    ("series", {"name": ["Green"], "life": "grouped"}),
    ("claim", {"since": "2026"}),
    ("claim", {"since": "0", "until": "9"}),
    ("claim", CLAIMED | {"since": "2026-03-02T12:00:00"}),
    ("claim", CLAIMED | {"since": "1899-12-31T00:00:00Z"}),
    ("claim", CLAIMED | {"since": "2026-03-09T12:00:01Z"}),
    ("claim", CLAIMED | {"until": "2027-03-03T12:00:01Z"}),
    ("claim", CLAIMED | {"hand_to": "Police"}),
    ("claim", CLAIMED | {"hand_to": {"unit": "Police", "country": "BE"}}),
    ("claim", CLAIMED | {"hand_to": {"node": "", "unit": "Police", "country": {"a": 1}}}),
    ("identification", {}),
    ("hypothesis", {"countries": ["GB"]}),
    ("hypothesis", {"countries": {"GB": "red box"}}),
    ("hypothesis", {"countries": {"GB": [7]}}),
    ("comment", {"text": {"a": 1}}),
]


@pytest.mark.parametrize(("kind", "told"), SHAPED)
def test_what_is_shaped_as_its_kind_is_taken(kind: str, told: dict[str, object]) -> None:
    must_be_shaped(kind, told)


@pytest.mark.parametrize(("kind", "told"), MISSHAPEN)
def test_what_is_not_is_refused(kind: str, told: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="not shaped"):
        must_be_shaped(kind, told)
