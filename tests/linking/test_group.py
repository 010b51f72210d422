"""Proposed series follow from links and decisions, in whatever order these came, and change only where touched."""

import random
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.linking.bridges import Bridge, Part
from havre.linking.decisions import Decision, Said, confirmed, rejected, split
from havre.linking.group import MOST_HELD_APART, Change, Proposal, What, changes, propose, reasons, region, update
from havre.linking.links import Kind, Link
from havre.linking.web import of_links
from tests.linking.seeded import (
    FAIR,
    GOOD,
    LINKS,
    MEDIA,
    SURE,
    WEAK,
    chain,
    clique,
    decisions,
    groups_of,
    links_of,
    star,
    tied,
)


def series(links: Sequence[Link], *said: Decision) -> list[list[int]]:
    return [list(proposal.media) for proposal in propose(links, said, MEDIA)]


def after(current: dict[int, set[int]], made: Sequence[Change]) -> dict[int, set[int]]:
    """The groups once the caller has written the changes down, new ones numbered on."""
    gone = {number for change in made for number in (change.group, *change.absorbed)}
    groups = {number: media for number, media in current.items() if number not in gone}
    free = max(current, default=0) + 1
    for at, change in enumerate(made):
        if change.proposal is not None:
            groups[change.group or free + at] = set(change.proposal.media)
    return groups


# ---- what is proposed ----


def test_a_chain_is_shown_as_one_with_its_bridge() -> None:
    (proposal,) = propose(chain([1, 2, 3]), [], MEDIA)
    assert proposal.media == (1, 2, 3)
    assert proposal.bridges == (Bridge(2, (Part(1, 1), Part(3, 1))),)


def test_what_belongs_together_needs_no_bridge() -> None:
    (proposal,) = propose(clique([1, 2, 3]), [], MEDIA)
    assert (len(proposal.links), proposal.bridges, proposal.held_apart) == (3, (), ())


def test_the_heaviest_reason_comes_first() -> None:
    (proposal,) = propose(
        [tied(1, 2, FAIR), tied(1, 3, SURE), tied(2, 3, GOOD), tied(1, 3, FAIR, Kind.SOUND)], [], MEDIA
    )
    assert [(link.one, link.other) for link in proposal.links] == [(1, 3), (1, 3), (2, 3), (1, 2)]


@pytest.mark.parametrize(("size", "expected_false"), [(300, SURE), (300, GOOD), (100, 1e-3), (7, FAIR)])
def test_a_large_series_of_which_everything_is_found_is_one(size: int, expected_false: float) -> None:
    assert series(clique(range(1, size + 1), expected_false)) == [list(range(1, size + 1))]


def test_a_hub_glues_nothing() -> None:
    rooms = [list(range(start, start + 5)) for start in range(10, 510, 5)]
    within = [link for room in rooms for link in clique(room)]
    one_each, three_each = star(1, [room[0] for room in rooms]), star(1, [m for room in rooms for m in room[:3]])
    for spread in (one_each, three_each):
        assert series([*within, *spread]) == rooms
    assert series(star(1, range(2, 300))) == []


def test_several_hubs_that_know_one_another_glue_nothing_either() -> None:
    rooms = [list(range(start, start + 5)) for start in range(10, 260, 5)]
    hubs = [link for hub in range(1, 6) for link in star(hub, range(10, 260))]
    found = series([*(link for room in rooms for link in clique(room)), *hubs, *clique(range(1, 6))])
    assert all(sum(bool(set(room) & set(group)) for group in found) == 1 for room in rooms)
    assert all(sum(bool(set(room) & set(group)) for room in rooms) <= 1 for group in found)


def test_a_film_cut_together_from_ten_series_leaves_them_apart_and_is_told_beside_each() -> None:
    rooms = [[start, start + 1, start + 2] for start in range(10, 40, 3)]
    links = [*(link for room in rooms for link in clique(room)), *star(1, [room[0] for room in rooms])]
    proposals = propose(links, [], MEDIA)
    assert [list(proposal.media) for proposal in proposals] == rooms
    assert all([(link.one, link.other) for link in p.held_apart] == [(1, p.media[0])] for p in proposals)


def test_what_is_held_apart_is_named_up_to_a_limit() -> None:
    links = [*clique(range(1, 40), SURE), *(tied(medium, 1_000 + medium, WEAK) for medium in range(1, 40))]
    (proposal,) = propose(links, [], MEDIA)
    assert len(proposal.held_apart) == MOST_HELD_APART


def test_a_weak_link_is_not_enough_for_a_large_group() -> None:
    large = clique(range(1, 31))
    assert series([*large, tied(1, 50, 1e-3)]) == [list(range(1, 31))]
    assert series([tied(1, 50, 1e-3)]) == [[1, 50]]


# ---- decisions ----


def test_a_rejected_pair_never_comes_back_not_even_through_a_chain() -> None:
    assert series([tied(1, 2, SURE)], rejected(1, [1, 2])) == []
    for joined in series(clique([1, 2, 3, 4], SURE), rejected(1, [1, 2])):
        assert not {1, 2} <= set(joined)


def test_a_rejected_link_is_not_told_as_held_apart() -> None:
    (proposal,) = propose(chain([1, 2, 3], SURE), [rejected(1, [2, 3])], MEDIA)
    assert (proposal.media, proposal.held_apart) == ((1, 2), ())


def test_parts_that_were_split_stay_apart() -> None:
    assert series(clique(range(1, 7), SURE), split(1, [[1, 2, 3], [4, 5, 6]])) == [[1, 2, 3], [4, 5, 6]]


def test_what_was_confirmed_stays_together_without_a_link_and_may_grow() -> None:
    (proposal,) = propose([tied(2, 3, SURE)], [confirmed(1, [1, 2])], MEDIA)
    assert (proposal.media, proposal.confirmed) == ((1, 2, 3), True)
    assert series([], confirmed(1, [1, 2])) == [[1, 2]]


def test_a_decision_about_a_medium_that_is_gone_does_no_harm() -> None:
    assert series([tied(1, 2, SURE)], rejected(1, [2, 99])) == [[1, 2]]


# ---- order ----


@given(LINKS, decisions(), st.randoms(use_true_random=False))
def test_the_order_in_which_links_become_known_changes_nothing(
    links: list[Link], said: list[Decision], order: random.Random
) -> None:
    mixed, mixed_said = list(links), list(said)
    order.shuffle(mixed)
    order.shuffle(mixed_said)
    assert propose(mixed, mixed_said, MEDIA) == propose(links, said, MEDIA)


@settings(deadline=None)
@given(LINKS, decisions(), st.randoms(use_true_random=False))
def test_arriving_one_by_one_ends_where_all_at_once_does(
    links: list[Link], said: list[Decision], order: random.Random
) -> None:
    steps: list[Link | Decision] = [*links, *said]
    order.shuffle(steps)
    known: list[Link] = []
    spoken: list[Decision] = []
    groups: dict[int, set[int]] = {}
    for step in steps:
        if isinstance(step, Link):
            known.append(step)
        else:
            spoken.append(step)
        new = [step.one, step.other] if isinstance(step, Link) else sorted(step.media)
        groups = after(groups, update(new, groups_of(groups), links_of(known), spoken, MEDIA))
    assert sorted(map(sorted, groups.values())) == series(links, *said)


@given(LINKS, decisions())
def test_confirmed_stays_rejected_never_comes(links: list[Link], said: list[Decision]) -> None:
    if not said:
        return
    newest = max(said, key=lambda decision: decision.number)
    found = [set(group) for group in series(links, *said)]
    if newest.said is Said.CONFIRMED:
        assert any(newest.media <= group for group in found)
    else:
        assert all(sum(bool(group & part) for part in newest.parts) <= 1 for group in found)


# ---- what changes ----


def test_only_what_is_touched_is_looked_at() -> None:
    links = [*clique([1, 2, 3]), *clique([11, 12, 13]), tied(3, 4)]
    asked: list[int] = []

    def answer(media: Collection[int]) -> list[Link]:
        asked.extend(media)
        return links_of(links)(media)

    groups = {1: {1, 2, 3}, 2: {11, 12, 13}}
    (change,) = update([4], groups_of(groups), answer, [], MEDIA)
    assert (change.what, change.group, change.added) == (What.GROWN, 1, (4,))
    assert set(asked) == {1, 2, 3, 4}


def test_nothing_beyond_a_hub_is_looked_at() -> None:
    rooms = [list(range(start, start + 5)) for start in range(10, 510, 5)]
    links = [link for room in rooms for link in clique(room)] + star(1, [m for room in rooms for m in room[:3]])
    assert region([10], links_of(links), [], MEDIA).media == set(rooms[0])
    (change,) = update([14], groups_of({1: set(rooms[0]), 2: set(rooms[1])}), links_of(links), [], MEDIA)
    assert (change.what, change.group) == (What.UNCHANGED, 1)


def test_a_link_that_does_not_count_is_not_followed() -> None:
    touched = region([1], links_of([tied(1, 2, GOOD), tied(2, 3, 0.5), tied(3, 4, SURE)]), [], MEDIA)
    assert touched.media == {1, 2}


def test_what_was_confirmed_together_is_touched_together() -> None:
    assert region([1], links_of([]), [confirmed(1, [1, 5]), confirmed(2, [5, 6])], MEDIA).media == {1, 5, 6}


PROPOSAL = {media: Proposal(media, ()) for media in [(1, 2), (1, 2, 3), (1, 2, 3, 4, 5), (2, 9), (3, 4, 5)]}


@pytest.mark.parametrize(
    ("current", "proposed", "told"),
    [
        ({}, [(1, 2)], [(What.CREATED, None)]),
        ({7: {1, 2}}, [(1, 2)], [(What.UNCHANGED, 7)]),
        ({7: {1, 2}}, [(1, 2, 3)], [(What.GROWN, 7)]),
        ({7: {1, 2, 3}}, [(1, 2)], [(What.SHRUNK, 7)]),
        ({7: {1, 2}}, [(2, 9)], [(What.CHANGED, 7)]),
        ({7: {1, 2}}, [], [(What.DISSOLVED, 7)]),
        ({7: {1, 2}, 8: {3, 4, 5}}, [(1, 2, 3, 4, 5)], [(What.MERGED, 8)]),
        ({7: {1, 2, 3, 4, 5}}, [(1, 2), (3, 4, 5)], [(What.CREATED, None), (What.SHRUNK, 7)]),
    ],
)
def test_every_group_is_told_what_becomes_of_it(
    current: dict[int, set[int]], proposed: list[tuple[int, ...]], told: list[tuple[What, int | None]]
) -> None:
    found = changes(current, [PROPOSAL[media] for media in proposed])
    assert [(change.what, change.group) for change in found] == told


def test_a_merge_names_what_it_absorbed() -> None:
    (change,) = changes({7: {1, 2}, 8: {3, 4, 5}}, [PROPOSAL[1, 2, 3, 4, 5]])
    assert (change.absorbed, change.added, change.removed) == ((7,), (1, 2), ())


@given(st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 14), min_size=2)), LINKS)
def test_every_old_group_has_one_fate_and_every_proposal_one_number(
    held: dict[int, set[int]], links: list[Link]
) -> None:
    taken: set[int] = set()
    current = {}
    for number, media in held.items():
        if len(media - taken) > 1:
            current[number] = media - taken
            taken |= media
    proposals = propose(links, [], MEDIA)
    made = changes(current, proposals)
    fates = [number for change in made for number in (change.group, *change.absorbed) if number is not None]
    assert sorted(fates) == sorted(current)
    assert [change.proposal for change in made if change.proposal is not None] == list(proposals)


# ---- size ----


def test_a_clique_of_ten_thousand_is_bounded() -> None:
    media = range(1, 10_001)
    found = [tied(medium, other, SURE) for medium in media for other in range(max(1, medium - 12), medium)]
    (proposal,) = propose(found, [], MEDIA)
    assert len(proposal.media) == len(media)


def test_a_star_of_ten_thousand_is_bounded() -> None:
    assert series(star(1, range(2, 10_002), SURE)) == []


def test_the_reasons_of_a_series_are_those_it_was_proposed_for() -> None:
    links = [*chain([1, 2, 3]), *clique([7, 8]), tied(3, 9, WEAK)]
    for proposal in propose(links, [], MEDIA):
        assert reasons(proposal.media, of_links(links), [], MEDIA) == proposal


@given(LINKS, decisions())
def test_reasons_never_differ_from_the_proposal_but_in_what_the_proposal_left_out(
    links: list[Link], said: list[Decision]
) -> None:
    for proposal in propose(links, said, MEDIA):
        told = reasons(proposal.media, of_links(links), said, MEDIA)
        assert (told.media, told.links, told.bridges) == (proposal.media, proposal.links, proposal.bridges)
        assert told.confirmed == proposal.confirmed
        assert set(proposal.held_apart) <= set(told.held_apart) or len(told.held_apart) == MOST_HELD_APART


def test_reasons_of_what_nothing_ties_are_none() -> None:
    assert reasons([1, 2], of_links([]), [], MEDIA).links == ()
    assert reasons([1, 2], of_links([tied(2, 3)]), [rejected(1, {2, 3})], MEDIA).held_apart == ()
