"""A link weighs as much as it is rare."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.linking.links import FAMILY, MOST_WEIGHT, RAREST, Kind, Link, at_size, between, together, weight

KINDS = st.sampled_from(list(Kind))
RATES = st.floats(0, 1e6)


def test_a_link_is_the_same_from_both_sides() -> None:
    told = {"one_region": [0, 0, 10, 20], "other_region": [5, 5, 9, 9], "points": 41}
    swapped = {"other_region": [0, 0, 10, 20], "one_region": [5, 5, 9, 9], "points": 41}
    assert between(1, 2, Kind.PLACE, 1e-4, told) == between(2, 1, Kind.PLACE, 1e-4, swapped)
    assert between(2, 1, Kind.PLACE, 1e-4, told).told["one_region"] == (5, 5, 9, 9)


def test_a_link_can_be_a_key_whatever_its_evidence() -> None:
    assert len({between(1, 2, Kind.SOUND, 1e-3, {"one_span": [5, 20.5], "mirrored": False, "note": None})}) == 1


@pytest.mark.parametrize("wrong", [-1.0, math.inf, math.nan])
def test_a_link_expects_a_number(wrong: float) -> None:
    with pytest.raises(Invalid):
        between(1, 2, Kind.NEAR, wrong)


def test_nothing_is_linked_with_itself() -> None:
    with pytest.raises(Invalid):
        between(3, 3, Kind.NEAR, 0.1)


def test_evidence_is_made_of_numbers_and_texts() -> None:
    with pytest.raises(Invalid, match="not of a dict"):
        between(1, 2, Kind.NEAR, 0.1, {"regions": {"x": 1}})


def test_every_kind_has_its_family() -> None:
    assert set(FAMILY) == set(Kind)


@pytest.mark.parametrize(("expected", "weighs"), [(0.0, 12), (1e-30, 12), (1e-3, 3), (1.0, 0), (500.0, 0)])
def test_the_weight_is_bounded(expected: float, weighs: float) -> None:
    assert weight(expected) == pytest.approx(weighs)
    assert Link(1, 2, Kind.NEAR, expected).weight == weight(expected)
    assert weight(RAREST) == MOST_WEIGHT


def test_accidents_grow_with_the_database() -> None:
    assert at_size(Link(1, 2, Kind.NEAR, 1e-4), 1_000, 100_000).expected_false == pytest.approx(1e-2)
    assert at_size(Link(1, 2, Kind.NEAR, 1e-4), 0, 5).expected_false == pytest.approx(5e-4)


def test_two_families_are_far_rarer_together_than_two_links_of_one() -> None:
    place, near = Link(1, 2, Kind.PLACE, 0.1), Link(1, 2, Kind.NEAR, 0.01)
    sound = Link(1, 2, Kind.SOUND, 0.1)
    assert together([place, near], 1_000) == pytest.approx(0.01)
    assert together([place, sound], 1_000) == pytest.approx(1e-5)


def test_no_link_is_no_reason() -> None:
    assert together([], 1_000) == 1_000


@given(st.lists(st.builds(Link, st.just(1), st.just(2), KINDS, RATES), max_size=6), st.integers(1, 10**7))
def test_one_more_link_never_weakens(links: list[Link], media: int) -> None:
    rates = [together(links[:count], media) for count in range(len(links) + 1)]
    assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(rates))
    assert all(RAREST <= rate <= media for rate in rates)


@given(st.integers(1, 50), st.integers(51, 99), KINDS, RATES)
def test_either_order_gives_the_same_link(a: int, b: int, kind: Kind, rate: float) -> None:
    assert between(a, b, kind, rate, {"points": 9}) == between(b, a, kind, rate, {"points": 9})
