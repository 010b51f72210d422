"""A bridge is what a group would fall apart without."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from havre.linking.bridges import Bridge, Part, bridges
from havre.linking.links import Link
from havre.linking.ties import Tie, ties
from tests.linking.seeded import MEDIA, SURE, chain, clique, star, tied


def all_ties(links: Sequence[Link]) -> list[Tie]:
    return ties(links, MEDIA)


def neighbours(among: Sequence[Tie]) -> dict[int, frozenset[int]]:
    ends = {end for tie in among for end in (tie.one, tie.other)}
    return {m: frozenset(t.one + t.other - m for t in among if m in (t.one, t.other)) for m in ends}


def pieces(near: dict[int, frozenset[int]], without: int) -> list[set[int]]:
    """Everything but one medium, sorted into what still hangs together: the slow truth."""
    left, found = set(near) - {without}, []
    while left:
        piece = {left.pop()}
        while more := set().union(*(near[medium] for medium in piece)) & left:
            piece |= more
            left -= more
        found.append(piece)
    return found


def test_the_middle_of_a_chain_connects_its_ends() -> None:
    assert bridges(all_ties(chain([1, 2, 3]))) == (Bridge(2, (Part(1, 1), Part(3, 1))),)


def test_a_triangle_has_no_bridge() -> None:
    assert bridges(all_ties(clique([1, 2, 3]))) == ()


def test_two_groups_that_share_one_medium_are_named_by_their_sizes() -> None:
    (bridge,) = bridges(all_ties([*clique([1, 2, 3]), *clique([3, 4, 5, 6])]))
    assert (bridge.medium, [part.size for part in bridge.parts]) == (3, [2, 3])


def test_both_ends_of_a_single_tie_between_groups_are_bridges() -> None:
    found = bridges(all_ties([*clique([1, 2, 3]), tied(3, 4), *clique([4, 5, 6])]))
    assert [(bridge.medium, sum(part.size for part in bridge.parts)) for bridge in found] == [(3, 5), (4, 5)]


def test_a_chain_of_any_length_is_walked() -> None:
    assert len(bridges(all_ties(chain(range(1, 20_001), SURE)))) == 19_998


def test_a_star_hangs_by_its_middle() -> None:
    (bridge,) = bridges(all_ties(star(1, range(2, 7))))
    assert bridge == Bridge(1, tuple(Part(medium, 1) for medium in range(2, 7)))


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda t: t[0] < t[1]), max_size=20))
def test_bridges_are_what_taking_a_medium_out_shows(pairs: set[tuple[int, int]]) -> None:
    among = all_ties([tied(a, b) for a, b in sorted(pairs)])
    near = neighbours(among)
    expected = {}
    for medium in near:
        loose = [piece for piece in pieces(near, medium) if piece & near[medium]]
        if len(loose) > 1:
            expected[medium] = sorted(map(len, loose))
    found = {bridge.medium: sorted(part.size for part in bridge.parts) for bridge in bridges(among)}
    assert found == expected
    for bridge in bridges(among):
        assert all(part.medium in near[bridge.medium] for part in bridge.parts)
