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
from havre.linking.decisions import Decision, Said, apart, cores, pooled
from havre.linking.join import Cluster, clusters
from havre.linking.links import Link
from havre.linking.ties import Tie, strongest_first, ties
from havre.linking.web import LinksOf, Web, of_links, surest

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
    """Everything that can be affected by what is new, and the web that was read for it."""

    media: frozenset[int]
    web: Web


def region(new: Iterable[int], links_of: LinksOf, decisions: Iterable[Decision], media: int) -> Region:
    """What hangs together with these media through ties that count, or decisions, in a database of `media` media.

    A hub's ties do not count, so that it is in no region but its own, and what it knows is not read.
    """
    web = Web(links_of, media)
    stay: dict[int, set[int]] = defaultdict(set)
    for decision in decisions:
        if decision.said is Said.CONFIRMED:
            for medium in decision.media:
                stay[medium] |= decision.media
    reached, ahead = set[int](), set(new)
    while ahead:
        reached |= ahead
        web.read_around(ahead)
        further = {end for tie in surest(web, ahead) for end in (tie.one, tie.other)}
        ahead = further.union(*(stay.get(medium, ()) for medium in ahead)) - reached
    return Region(frozenset(reached), web)


def propose(links: Iterable[Link], decisions: Iterable[Decision], media: int) -> tuple[Proposal, ...]:
    """The series that these links propose in a database of `media` media, by their lowest medium.

    Takes time in proportion to the links; of those of one medium LINKS_A_MEDIUM are followed.
    """
    listed = list(links)
    ends = frozenset(end for link in listed for end in (link.one, link.other))
    web = Web(of_links(listed), media)
    web.read(ends)
    return proposed(Region(ends, web), decisions)


def proposed(region: Region, decisions: Iterable[Decision]) -> tuple[Proposal, ...]:
    """The series that are proposed of a region's media, by their lowest medium."""
    joining = [tie for tie in surest(region.web, region.media) if {tie.one, tie.other} <= region.media]
    groups = clusters(cores(decisions, region.media), joining)
    of = {medium: group for group in groups for medium in group.media}
    made = (_proposal(group, of, region.web) for group in groups if len(group.media) > 1)
    return tuple(sorted(made, key=lambda proposal: proposal.media))


def reasons(members: Collection[int], links_of: LinksOf, decisions: Iterable[Decision], media: int) -> Proposal:
    """What speaks for these media as one series in a database of `media` media, and what did not join them.

    They are taken as one, whatever would be proposed of them now.
    """
    web = Web(links_of, media)
    web.read(members)
    around = set(members).union(*({tie.one, tie.other} for medium in members for tie in web.ties_of(medium)))
    said = [decision for decision in decisions if decision.media & around]
    of = {medium: alone for alone in clusters(cores(said, around), []) for medium in alone.media}
    parts = list({id(of[medium]): of[medium] for medium in members}.values())
    whole = Cluster(set(members), {}, any(part.confirmed for part in parts), min(members))
    for part in parts:
        whole.sides = pooled(whole.sides, part.sides)
    return _proposal(whole, of | dict.fromkeys(members, whole), web)


def _proposal(group: Cluster, of: Mapping[int, Cluster], web: Web) -> Proposal:
    found = {(tie.one, tie.other): tie for medium in group.media for tie in web.ties_of(medium)}
    touching = sorted(found.values(), key=strongest_first)
    inside = [tie for tie in touching if of.get(tie.one) is of.get(tie.other)]
    outside = [tie for tie in touching if of.get(tie.one) is not of.get(tie.other) and not _refused(tie, of)]
    return Proposal(
        tuple(sorted(group.media)),
        tuple(link for tie in inside for link in tie.links),
        bridges(inside),
        tuple(tie.links[0] for tie in outside[:MOST_HELD_APART]),
        group.confirmed,
    )


def _refused(tie: Tie, of: Mapping[int, Cluster]) -> bool:
    """Whether an analyst keeps the two ends apart."""
    one, other = of.get(tie.one), of.get(tie.other)
    return one is not None and other is not None and apart(one.sides, other.sides)


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


GroupsOf = Callable[[Collection[int]], Mapping[int, Collection[int]]]
"""The groups that hold any of these media, by their numbers, with all their media."""


def update(
    new: Iterable[int], groups_of: GroupsOf, links_of: LinksOf, decisions: Sequence[Decision], media: int
) -> tuple[Change, ...]:
    """What new media, links or decisions about `new` change; groups that they do not touch are not mentioned.

    `new` are both ends of every new or withdrawn link and whatever a new decision names.
    """
    seeds = set(new)
    seeds |= {end for tie in _ties_around(seeds, links_of, media) for end in (tie.one, tie.other)}
    seeds = seeds.union(*groups_of(sorted(seeds)).values())
    touched = region(seeds, links_of, decisions, media)
    proposals = proposed(touched, [decision for decision in decisions if decision.media & touched.media])
    return changes(groups_of(sorted(touched.media)), proposals)


def _ties_around(new: Collection[int], links_of: LinksOf, media: int) -> list[Tie]:
    """A new link changes how much its ends' neighbours weigh, who may now know one another."""
    return ties(links_of(sorted(new)), media)
