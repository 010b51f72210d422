"""Two groups become one only if accidents at their size do not explain what ties them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.decisions import Decision, apart, cores, rejected
from havre.linking.join import (
    TIES_OF_GROUPS,
    TIES_OF_ONE,
    WRONG_JOIN,
    at_least,
    chance,
    clusters,
    independent,
)
from havre.linking.links import Link
from havre.linking.ties import Tie, strongest_first
from tests.linking.seeded import FAIR, LINKS, SURE, WEAK, chain, clique, decisions, tied, weighed


def groups(links: list[Link], *said: Decision) -> list[list[int]]:
    among = weighed(links)
    made = clusters(cores(said, {end for tie in among for end in (tie.one, tie.other)}), among)
    return sorted(sorted(cluster.media) for cluster in made)


@pytest.mark.parametrize("expected", [0.01, 0.5, 3.0, 20.0])
@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_the_tail_is_that_of_poisson(count: int, expected: float) -> None:
    below = math.fsum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(count))
    if count > expected:
        assert at_least(count, expected) == pytest.approx(1 - below, rel=1e-6, abs=1e-12)
    else:
        assert at_least(count, expected) == 1


def test_what_is_not_expected_never_happens() -> None:
    assert at_least(1, 0.0) == 0
    assert at_least(3, 0.0) == 0


@given(st.integers(1, 60), st.floats(0, 100))
def test_more_is_less_likely(count: int, expected: float) -> None:
    assert 0 <= at_least(count + 1, expected) <= at_least(count, expected) + 1e-12 <= 1 + 1e-12


def test_a_pair_needs_less_than_two_hundreds() -> None:
    tie = Tie(1, 2, 5.0, ())
    assert chance(1, [tie]) <= WRONG_JOIN < chance(100 * 100, [tie])


def test_several_ties_say_what_one_does_not() -> None:
    weak = [Tie(1, 2, 3.0, ()), Tie(3, 4, 3.0, ()), Tie(5, 6, 3.0, ())]
    assert chance(100, weak) <= WRONG_JOIN < chance(100, weak[:1])


def test_no_tie_is_no_reason() -> None:
    assert chance(1, []) == 1


def test_two_groups_are_not_glued_by_one_fair_tie_but_by_three_that_share_no_medium() -> None:
    one, other = clique([1, 2, 3, 4], SURE), clique([5, 6, 7, 8], SURE)
    fair = 1e-3
    assert len(groups([*one, *other, tied(1, 5, fair)])) == 2
    assert len(groups([*one, *other, tied(1, 5, fair), tied(1, 6, fair), tied(1, 7, fair)])) == 2
    assert len(groups([*one, *other, tied(1, 5, fair), tied(2, 6, fair), tied(3, 7, fair)])) == 1


def test_one_medium_adds_itself_and_makes_no_two_groups_one_however_sure() -> None:
    one, other = clique([1, 2, 3], SURE), clique([5, 6, 7], SURE)
    film = [tied(4, 1, 1e-12), tied(4, 5, 1e-12)]
    assert groups([*one, *other, *film[:1]]) == [[1, 2, 3, 4], [5, 6, 7]]
    assert len(groups([*one, *other, *film])) == 2
    assert groups([*one, *other, *film, tied(2, 6, SURE)]) == [[1, 2, 3, 4, 5, 6, 7]]


def test_a_weak_chain_breaks_and_a_sure_one_holds() -> None:
    assert groups(chain(range(1, 7), SURE)) == [[1, 2, 3, 4, 5, 6]]
    assert max(map(len, groups(chain(range(1, 7), FAIR)))) < 4
    assert max(map(len, groups(chain(range(1, 7), WEAK)))) == 1


def test_what_is_kept_apart_does_not_meet_through_a_third() -> None:
    assert groups(chain([1, 2, 3], SURE), rejected(1, [1, 3])) == [[1, 2], [3]]


def test_a_join_makes_others_possible() -> None:
    large, fair = list(range(10, 40)), 1e-3
    links = [*clique(large, SURE), tied(1, 10, fair), tied(2, 11, fair)]
    assert groups(links) == [[1], [2], large]
    assert groups([*links, tied(1, 2, FAIR)]) == [[1, 2, *large]]
    assert groups([*links, tied(1, 2, FAIR)], rejected(1, [2, 10])) == [[1, 2], large]


def test_what_was_not_enough_for_one_is_remembered_for_the_group_it_joins() -> None:
    large, small = list(range(10, 40)), clique([5, 6, 7], SURE)
    links = [*clique(large, SURE), *small, tied(1, 10, 1e-3), tied(1, 5, 2e-3)]
    assert groups(links) == [[1, 5, 6, 7], large]
    assert groups([*links, tied(6, 11, 2e-3), tied(7, 12, 2e-3)]) == [[1, 5, 6, 7, *large]]


@given(LINKS, decisions())
def test_nothing_kept_apart_is_ever_joined(links: list[Link], said: list[Decision]) -> None:
    among = weighed(links)
    ends = {end for tie in among for end in (tie.one, tie.other)}
    before = cores(said, ends)
    for cluster in clusters(before, among):
        held = [core for core in cores(said, ends) if core.media <= cluster.media]
        assert not any(apart(a.sides, b.sides) for at, a in enumerate(held) for b in held[at + 1 :])
        assert cluster.media == set().union(*(core.media for core in held))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.floats(1.3, 4.5)), max_size=40))
def test_no_two_groups_are_left_apart_that_may_be_joined(drawn: list[tuple[int, int, float]]) -> None:
    pairs = {(min(a, b), max(a, b)): weight for a, b, weight in drawn if a != b}
    among = sorted((Tie(a, b, weight, ()) for (a, b), weight in pairs.items()), key=strongest_first)
    made = clusters(cores([], {end for pair in pairs for end in pair}), among)
    for at, one in enumerate(made):
        for other in made[at + 1 :]:
            crossing = [tie for tie in among if len({tie.one, tie.other} & one.media) == 1]
            many = len(one.media) * len(other.media)
            support = [tie for tie in crossing if {tie.one, tie.other} <= one.media | other.media]
            if min(len(one.media), len(other.media)) > 1:
                support = independent(support)
                assert len(support) < TIES_OF_GROUPS or chance(many, support) > WRONG_JOIN
            else:
                assert chance(many, support[:TIES_OF_ONE]) > WRONG_JOIN
