"""From links to proposed series, and what changes when new links come: only what they touch is looked at again.

What is proposed follows from the links, the decisions and the size of the database alone, not from the order in which
media arrived, with three exceptions that are choices: the numbers of media decide between ties of equal weight; a
group that nothing new touches keeps what was proposed when the database was smaller; and which of two old groups lends
its number to a merged one depends on what they were.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from havre.linking.bridges import Bridge, bridges
from havre.linking.decisions import Decision, Said, apart, cores
from havre.linking.join import Cluster, clusters
from havre.linking.links import Link
from havre.linking.ties import Tie, shared, ties

MOST_HELD_APART = 20
"""Links out of a proposal that it names, the strongest first: what was found and did not suffice."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Media that may be one series, and everything that speaks for it."""

    media: tuple[int, ...]
    links: tuple[Link, ...]
    """Between its media, the heaviest pair first."""
    bridges: tuple[Bridge, ...] = ()
    """Media that alone connect parts of it."""
    held_apart: tuple[Link, ...] = ()
    """Links to media outside that were not enough to join them; none that an analyst refused."""
    confirmed: bool = False
    """Whether an analyst confirmed some of it: the rest is proposed to be added."""


class What(StrEnum):
    """What became of a group."""

    CREATED = "created"
    GROWN = "grown"
    SHRUNK = "shrunk"
    CHANGED = "changed"
    MERGED = "merged"
    DISSOLVED = "dissolved"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One group after the new links. `group` is its number, None where the caller must give one."""

    what: What
    group: int | None
    proposal: Proposal | None
    """None where it is dissolved."""
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    absorbed: tuple[int, ...] = ()
    """Numbers of groups that became part of it."""


@dataclass(frozen=True, slots=True)
class Region:
    """Everything that can be affected by what is new: media, and all links that touch them."""

    media: frozenset[int]
    links: tuple[Link, ...]


LinksOf = Callable[[Collection[int]], Iterable[Link]]
"""All links that touch any of these media."""


def region(new: Iterable[int], links_of: LinksOf, decisions: Iterable[Decision], media: int) -> Region:
    """What hangs together with these media through ties that count, or decisions, in a database of `media` media.

    Nothing outside can change: a join needs a tie, and a medium's share depends on its own neighbours alone.
    """
    stay: dict[int, set[int]] = defaultdict(set)
    for decision in decisions:
        if decision.said is Said.CONFIRMED:
            for medium in decision.media:
                stay[medium] |= decision.media
    reached, found = set(new), set[Link]()
    ahead = set(reached)
    while ahead:
        links = list(links_of(sorted(ahead)))
        found.update(links)
        further = set().union(*(stay.get(medium, ()) for medium in ahead))
        for tie in ties(_whole_pairs(links, ahead), media):
            further |= {tie.one, tie.other}
        ahead = further - reached
        reached |= ahead
    inside = sorted(link for link in found if link.one in reached or link.other in reached)
    return Region(frozenset(reached), tuple(inside))


def _whole_pairs(links: Iterable[Link], ahead: Collection[int]) -> Iterable[Link]:
    """Links with an end among those asked about: of their pairs, every link was given."""
    return (link for link in links if link.one in ahead or link.other in ahead)


def propose(links: Iterable[Link], decisions: Iterable[Decision], media: int) -> tuple[Proposal, ...]:
    """The series that these links propose in a database of `media` media, by their lowest medium.

    Takes time in proportion to the links; of those of one medium LINKS_A_MEDIUM are followed.
    """
    counted = ties(links, media)
    ends = {end for tie in counted for end in (tie.one, tie.other)}
    groups = clusters(cores(decisions, ends), shared(counted))
    of = {medium: group for group in groups for medium in group.media}
    inside: dict[int, list[Tie]] = defaultdict(list)
    outside: dict[int, list[Tie]] = defaultdict(list)
    for tie in counted:
        one, other = of[tie.one], of[tie.other]
        if one is other:
            inside[id(one)].append(tie)
        elif not apart(one.sides, other.sides):
            outside[id(one)].append(tie)
            outside[id(other)].append(tie)
    made = (_proposal(group, inside[id(group)], outside[id(group)]) for group in groups if len(group.media) > 1)
    return tuple(sorted(made, key=lambda proposal: proposal.media))


def _proposal(group: Cluster, inside: Sequence[Tie], outside: Sequence[Tie]) -> Proposal:
    return Proposal(
        tuple(sorted(group.media)),
        tuple(link for tie in inside for link in tie.links),
        bridges(inside),
        tuple(tie.links[0] for tie in outside[:MOST_HELD_APART]),
        group.confirmed,
    )


def changes(current: Mapping[int, Collection[int]], proposals: Iterable[Proposal]) -> tuple[Change, ...]:
    """What becomes of the current groups, by their numbers, when these are proposed instead.

    A group goes on as the proposal that holds most of it; of several that go on as the same, the one with most media in
    it lends its number. `current` are all groups that have a medium in the region that was proposed anew.
    """
    listed = sorted(proposals, key=lambda proposal: proposal.media)
    home = {medium: number for number, proposal in enumerate(listed) for medium in proposal.media}
    heirs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    gone = []
    for group in sorted(current):
        shares = Counter(home[medium] for medium in current[group] if medium in home)
        if not shares:
            gone.append(Change(What.DISSOLVED, group, None, removed=tuple(sorted(current[group]))))
            continue
        heir, share = min(shares.items(), key=lambda item: (-item[1], item[0]))
        heirs[heir].append((-share, group))
    went_on = (
        _change(proposal, [group for _, group in sorted(heirs[number])], current)
        for number, proposal in enumerate(listed)
    )
    return (*went_on, *gone)


def _change(proposal: Proposal, groups: Sequence[int], current: Mapping[int, Collection[int]]) -> Change:
    if not groups:
        return Change(What.CREATED, None, proposal, added=proposal.media)
    group, absorbed = groups[0], tuple(sorted(groups[1:]))
    before, now = set(current[group]), set(proposal.media)
    added, removed = tuple(sorted(now - before)), tuple(sorted(before - now))
    return Change(_what(added, removed, absorbed), group, proposal, added, removed, absorbed)


def _what(added: Sequence[int], removed: Sequence[int], absorbed: Sequence[int]) -> What:
    if absorbed:
        return What.MERGED
    if added and removed:
        return What.CHANGED
    if added or removed:
        return What.GROWN if added else What.SHRUNK
    return What.UNCHANGED


def update(
    new: Iterable[int],
    current: Mapping[int, Collection[int]],
    links_of: LinksOf,
    decisions: Sequence[Decision],
    media: int,
) -> tuple[Change, ...]:
    """What new media, links or decisions about `new` change; groups that they do not touch are not mentioned."""
    touched = region(new, links_of, decisions, media)
    proposals = propose(touched.links, [d for d in decisions if d.media & touched.media], media)
    affected = {group: members for group, members in current.items() if touched.media & set(members)}
    return changes(affected, [proposal for proposal in proposals if touched.media & set(proposal.media)])
