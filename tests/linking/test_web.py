"""A hub's word is shared among what only it holds together, and no more is read than that takes."""

from collections.abc import Collection

from hypothesis import given

from havre.linking.links import Link
from havre.linking.ties import ties
from havre.linking.web import LINKS_A_MEDIUM, Web, of_links
from tests.linking.seeded import LINKS, MEDIA, SURE, WEAK, chain, clique, links_of, star, tied, weighed


def weights(links: list[Link]) -> dict[tuple[int, int], float]:
    return {(tie.one, tie.other): round(tie.weight, 3) for tie in weighed(links)}


def test_a_chain_and_a_clique_keep_their_weight() -> None:
    assert set(weights(chain([1, 2, 3])).values()) == {5}
    assert set(weights(clique([1, 2, 3, 4])).values()) == {5}


def test_the_word_of_a_hub_is_shared_among_what_only_it_ties() -> None:
    assert set(weights(star(1, range(2, 7), SURE)).values()) == {3}
    assert weights(star(1, range(2, 13), SURE)) == {}


def test_two_groups_are_two_parts_however_many_ties_there_are() -> None:
    found = weights([*star(1, range(2, 8)), *clique([2, 3, 4]), *clique([5, 6, 7])])
    assert {found[1, other] for other in range(2, 8)} == {5}
    rooms = [range(start, start + 3) for start in range(2, 32, 3)]
    found = weights([*star(1, range(2, 32)), *(link for room in rooms for link in clique(room))])
    assert {pair for pair in found if pair[0] == 1} == set()


def test_hubs_do_not_hide_one_another() -> None:
    rooms = [range(start, start + 3) for start in range(11, 161, 3)]
    hubs = [link for hub in range(1, 5) for link in star(hub, range(11, 161))]
    found = weights([*clique(range(1, 5)), *hubs, *(link for room in rooms for link in clique(room))])
    assert (1, 11) not in found
    assert found[11, 12] == 5


def test_weak_ties_take_nothing_from_a_strong_one() -> None:
    found = weights([tied(1, 2, SURE), tied(1, 3, SURE), *star(1, [4, 5, 6], WEAK)])
    assert found[1, 2] == 9
    assert (1, 4) not in found


def test_of_a_clique_as_many_ties_are_followed_as_a_search_brings() -> None:
    media = range(1, 201)
    assert len(weighed(clique(media))) <= LINKS_A_MEDIUM * len(media)
    assert weights(clique(media))[1, 2] == 5


def test_a_tie_is_closed_if_a_third_medium_agrees() -> None:
    closed = {(tie.one, tie.other): tie.closed for tie in weighed([*clique([1, 2, 3]), tied(3, 4)])}
    assert closed == {(1, 2): True, (1, 3): True, (2, 3): True, (3, 4): False}


def test_a_medium_is_read_once_and_with_what_its_weights_depend_on() -> None:
    links = chain(range(1, 9))
    asked: list[int] = []

    def answer(media: Collection[int]) -> list[Link]:
        asked.extend(media)
        return links_of(links)(media)

    web = Web(answer, MEDIA)
    web.read_around([1])
    web.read_around([1, 2])
    assert sorted(asked) == [1, 2, 3, 4]


@given(LINKS)
def test_what_is_read_in_parts_weighs_what_it_weighs_in_whole(links: list[Link]) -> None:
    whole = {(tie.one, tie.other): tie for tie in weighed(links)}
    for medium in {end for link in links for end in (link.one, link.other)}:
        web = Web(of_links(links), MEDIA)
        web.read_around([medium])
        found = {(tie.one, tie.other): shared for tie in web.ties_of(medium) if (shared := web.shared(tie)) is not None}
        assert found == {pair: tie for pair, tie in whole.items() if medium in pair}


@given(LINKS)
def test_sharing_never_strengthens(links: list[Link]) -> None:
    before = {(tie.one, tie.other): tie.weight for tie in ties(links, MEDIA)}
    assert all(tie.weight <= before[tie.one, tie.other] for tie in weighed(links))
    assert weighed(links) == weighed(links[::-1])
