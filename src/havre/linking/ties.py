"""All links between two media as one tie, weakened where one end ties much together that nothing else does.

A wallpaper that hangs in a thousand rooms, a watermark, a film cut together from fifty others: such a medium has many
links that are each as rare as calibration says, and yet what it ties has nothing to do with each other. It shows in the
links themselves, for what belongs together is found together: the neighbours of a picture of a scene are neighbours of
one another, those of a hub are not. So a medium's word is shared among the parts that only it holds together
(burstiness: Jégou, Douze, Schmid, "On the burstiness of visual elements", 2009).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from havre.linking.links import Kind, Link, together, weight

WEAKEST = 0.03
"""Largest expected number of false matches with which a tie counts at all, beside others of its group.

At 0.1 a series of twenty would have two accidents, these would lead on to other series and so on, and every update
would touch half the database; at 0.03 it has one in two (measured in docs/decisions/0121).
"""

LINKS_A_MEDIUM = 50
"""Ties of a medium that are followed, the strongest first; further ones only where they are among the other end's."""

FREE_PARTS = 3
"""Parts into which the ties of one medium may lead at full weight: so do those of a picture among views that overlap
only with the next few (measured in docs/decisions/0121)."""

SCATTER = 2_654_435_761
"""Knuth's multiplier: puts numbers into an order that has nothing to do with theirs, always the same one."""

Neighbours = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two media, `one` < `other`, the links between them, and the weight of all of them together."""

    one: int
    other: int
    weight: float
    links: tuple[Link, ...]
    closed: bool = False
    """Whether some third medium is tied to both."""


def ties(links: Iterable[Link], media: int) -> list[Tie]:
    """The ties that count in a database of `media` media, each link kind at its rarest; strongest first."""
    found: dict[tuple[int, int], dict[Kind, Link]] = defaultdict(dict)
    for link in links:
        kinds = found[link.one, link.other]
        kinds[link.kind] = min(link, kinds.get(link.kind, link), key=_rarity)
    made = (_tie(one, other, sorted(kinds.values(), key=_rarity), media) for (one, other), kinds in found.items())
    return sorted((tie for tie in made if tie is not None), key=strongest_first)


def strongest_first(tie: Tie) -> tuple[float, int, int]:
    """Heaviest first; of equals, those between media that came one after the other: these know the same others."""
    return (-tie.weight, tie.other - tie.one, tie.one)


def surest_first(tie: Tie) -> tuple[bool, float, int, int]:
    """The order in which groups are made: first of what a third medium agrees to, so that they are there before what
    only leads from one to another."""
    return (not tie.closed, *strongest_first(tie))


def _rarity(link: Link) -> tuple[float, Link]:
    return (link.expected_false, link)


def _tie(one: int, other: int, links: Sequence[Link], media: int) -> Tie | None:
    expected = together(links, media)
    return Tie(one, other, weight(expected), tuple(links)) if expected <= WEAKEST else None


def followed(strongest: Iterable[Tie], limit: int = LINKS_A_MEDIUM) -> list[Tie]:
    """Those among the `limit` strongest of one of their ends: a clique of n media is followed along n × limit ties."""
    had: dict[int, int] = defaultdict(int)
    kept = []
    for tie in strongest:
        if min(had[tie.one], had[tie.other]) < limit:
            kept.append(tie)
        had[tie.one] += 1
        had[tie.other] += 1
    return kept


def shared(strongest: Sequence[Tie]) -> list[Tie]:
    """Those ties that are followed, each weakened by its ends' shares, and whether it is closed: surest first."""
    near = neighbours(strongest)
    spread = _spreads(strongest, near)
    weakened = []
    for tie in followed(strongest):
        most = max(spread[end].parts_as_strong(tie.weight) for end in (tie.one, tie.other))
        closed = not near[tie.one].isdisjoint(near[tie.other])
        weakened.append(Tie(tie.one, tie.other, tie.weight / max(1.0, most - FREE_PARTS + 1), tie.links, closed))
    return sorted(weakened, key=surest_first)


def neighbours(among: Iterable[Tie]) -> dict[int, frozenset[int]]:
    """Whom each medium is tied to."""
    near: dict[int, set[int]] = defaultdict(set)
    for tie in among:
        near[tie.one].add(tie.other)
        near[tie.other].add(tie.one)
    return {medium: frozenset(others) for medium, others in near.items()}


@dataclass(frozen=True, slots=True)
class _Spread:
    """A medium's ties, strongest first, and how many parts the first 0, 1, 2 … of them lead into."""

    lightness: Sequence[float]
    """Their weights times -1."""
    parts: Sequence[float]

    def parts_as_strong(self, weight: float) -> float:
        """The parts that ties at least half as heavy as this lead into: what is far weaker takes nothing from it."""
        return self.parts[bisect_right(self.lightness, -weight / 2)]


def _spreads(strongest: Iterable[Tie], near: Neighbours) -> dict[int, _Spread]:
    """Of every medium, by as many of its ties as are followed; of equal ones by those that fall to it, near or far."""
    first: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for tie in sorted(strongest, key=lambda tie: (-tie.weight, (tie.one * tie.other * SCATTER) % 2**32, tie.one)):
        for end, beyond in ((tie.one, tie.other), (tie.other, tie.one)):
            if len(first[end]) < LINKS_A_MEDIUM:
                first[end].append((-tie.weight, beyond))
    return {medium: _spread(ties, near) for medium, ties in first.items()}


def _spread(first: Sequence[tuple[float, int]], near: Neighbours) -> _Spread:
    """Parts as an effective number: n equal ones that know nothing of each other count n, whatever their sizes.

    One over the chance that two of the neighbours, drawn at random, are the same or tied (the inverse of Simpson's
    index). A second hub beside it, tied to everything as well, does not hide the first.
    """
    met, known, parts = 0, set[int](), [1.0]
    for count, (_, other) in enumerate(first, start=1):
        met += 1 + 2 * len(near[other] & known)
        known.add(other)
        parts.append(count * count / met)
    return _Spread([lightness for lightness, _ in first], parts)
