"""Of two claims one wins, everywhere the same; clues point to few countries or to none."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from havre.errors import Invalid
from havre.exchange.models import Shared
from havre.exchange.rules import must_be_shaped, points_to, reference, winner
from havre.linking.countries import Certainty, Constraint, Said, where
from tests.cast import NOON

HOUR = timedelta(hours=1)


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


SHAPED: list[tuple[str, dict[str, object]]] = [
    ("series", {"name": "Green chair", "life": "grouped", "contact": None}),
    ("claim", {"since": "2026", "until": "2027"}),
    ("identification", {"country": "BE"}),
    ("hypothesis", {"countries": {"GB": ["red box"]}}),
    ("media", {}),
]
MISSHAPEN: list[tuple[str, dict[str, object]]] = [
    ("series", {"name": "Green chair"}),
    ("series", {"name": ["Green"], "life": "grouped"}),
    ("claim", {"since": "2026"}),
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
