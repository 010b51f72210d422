"""A tie is all that links two media; a hub's word is shared among what only it holds together."""

import pytest
from hypothesis import given

from havre.linking.links import Kind, Link
from havre.linking.ties import LINKS_A_MEDIUM, WEAKEST, Tie, followed, shared, ties
from tests.linking.seeded import FAIR, GOOD, LINKS, MEDIA, SURE, WEAK, chain, clique, star, tied


def weights(links: list[Link]) -> dict[tuple[int, int], float]:
    return {(tie.one, tie.other): round(tie.weight, 3) for tie in shared(ties(links, MEDIA))}


def test_the_rarest_link_of_a_kind_counts() -> None:
    (tie,) = ties([tied(1, 2, WEAK), tied(1, 2, GOOD), tied(1, 2, FAIR, Kind.NEAR)], MEDIA)
    assert [(link.kind, link.expected_false) for link in tie.links] == [(Kind.PLACE, GOOD), (Kind.NEAR, FAIR)]
    assert tie.weight == pytest.approx(5)


def test_two_families_count_together_where_neither_counts_alone() -> None:
    doubtful = [tied(1, 2, 1.0), tied(1, 2, 1.0, Kind.SOUND)]
    assert ties(doubtful[:1], MEDIA) == []
    assert ties(doubtful, MEDIA)[0].weight == pytest.approx(4)


def test_what_one_medium_in_five_has_by_accident_is_no_tie() -> None:
    assert ties([tied(1, 2, 2 * WEAKEST)], MEDIA) == []
    assert len(ties([tied(1, 2, WEAKEST)], MEDIA)) == 1


def test_ties_come_strongest_first_and_numbers_decide_between_equals() -> None:
    among = ties([tied(3, 4), tied(1, 2), tied(5, 6, SURE)], MEDIA)
    assert [(tie.one, tie.other) for tie in among] == [(5, 6), (1, 2), (3, 4)]


def test_a_medium_follows_its_strongest_ties_and_those_of_others() -> None:
    among = ties([*star(1, range(2, 9)), tied(2, 3, SURE)], MEDIA)
    assert len(followed(among, 2)) == len(among)
    assert len(followed(ties(clique(range(1, 41)), MEDIA), 3)) <= 3 * 40


def test_a_chain_and_a_clique_keep_their_weight() -> None:
    assert set(weights(chain([1, 2, 3])).values()) == {5}
    assert set(weights(clique([1, 2, 3, 4])).values()) == {5}


def test_the_word_of_a_hub_is_shared_among_what_only_it_ties() -> None:
    assert set(weights(star(1, range(2, 13))).values()) == {0.556}


def test_two_groups_are_two_parts_however_many_ties_there_are() -> None:
    found = weights([*star(1, range(2, 8)), *clique([2, 3, 4]), *clique([5, 6, 7])])
    assert {found[1, other] for other in range(2, 8)} == {5}
    rooms = [range(start, start + 3) for start in range(2, 32, 3)]
    found = weights([*star(1, range(2, 32)), *(link for room in rooms for link in clique(room))])
    assert {found[1, other] for other in range(2, 32)} == {0.625}


def test_hubs_do_not_hide_one_another() -> None:
    rooms = [range(start, start + 3) for start in range(11, 161, 3)]
    hubs = [link for hub in range(1, 5) for link in star(hub, range(11, 161))]
    found = weights([*clique(range(1, 5)), *hubs, *(link for room in rooms for link in clique(room))])
    assert found[1, 11] < 0.5
    assert found[11, 12] == 5


def test_weak_ties_take_nothing_from_a_strong_one() -> None:
    found = weights([tied(1, 2, SURE), tied(1, 3, SURE), *star(1, [4, 5, 6], WEAK)])
    assert found[1, 2] == 9
    assert found[1, 4] == pytest.approx(1.699 / 3, abs=0.001)


def test_a_tie_of_no_weight_is_of_none() -> None:
    assert shared([Tie(1, 2, 0.0, ())]) == [Tie(1, 2, 0.0, ())]


def test_a_medium_follows_no_more_than_a_search_brings() -> None:
    assert LINKS_A_MEDIUM == 50


@given(LINKS)
def test_the_order_of_links_does_not_matter(links: list[Link]) -> None:
    assert shared(ties(links, MEDIA)) == shared(ties(links[::-1], MEDIA))


@given(LINKS)
def test_sharing_never_strengthens(links: list[Link]) -> None:
    before = {(tie.one, tie.other): tie.weight for tie in ties(links, MEDIA)}
    after = {(tie.one, tie.other): tie.weight for tie in shared(ties(links, MEDIA))}
    assert after.keys() == before.keys()
    assert all(after[pair] <= before[pair] for pair in before)
