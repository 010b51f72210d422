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

WEAKEST = 0.1
"""Largest expected number of false matches with which a tie counts at all: one medium in ten has one by accident.

Well below one, or accidents alone would hang the whole database together and every update would touch all of it.
"""

LINKS_A_MEDIUM = 50
"""Ties of a medium that are followed, the strongest first; further ones only where they are among the other end's."""

FREE_PARTS = 2
"""Parts that one medium may hold together at full weight: a chain A~B~C is shown with its bridge, not torn."""

Neighbours = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two media, `one` < `other`, the links between them, and the weight of all of them together."""

    one: int
    other: int
    weight: float
    links: tuple[Link, ...]


def ties(links: Iterable[Link], media: int) -> list[Tie]:
    """The ties that count in a database of `media` media, each link kind at its rarest; strongest first."""
    found: dict[tuple[int, int], dict[Kind, Link]] = defaultdict(dict)
    for link in links:
        kinds = found[link.one, link.other]
        kinds[link.kind] = min(link, kinds.get(link.kind, link), key=_rarity)
    made = (_tie(one, other, sorted(kinds.values(), key=_rarity), media) for (one, other), kinds in found.items())
    return sorted((tie for tie in made if tie is not None), key=strongest_first)


def strongest_first(tie: Tie) -> tuple[float, int, int]:
    """The order in which ties are considered; media numbers decide between equals."""
    return (-tie.weight, tie.one, tie.other)


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


def shared(among: Sequence[Tie]) -> list[Tie]:
    """The same ties, each weakened by its ends' shares: strongest first again."""
    near = neighbours(among)
    weights = {(tie.one, tie.other): tie.weight for tie in among}
    spread = {medium: _spread(medium, near, weights) for medium in near}
    weakened = []
    for tie in among:
        most = max(spread[end].parts_as_strong(tie.weight) for end in (tie.one, tie.other))
        weakened.append(Tie(tie.one, tie.other, tie.weight / max(1.0, most - FREE_PARTS + 1), tie.links))
    return sorted(weakened, key=strongest_first)


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


def _spread(medium: int, near: Neighbours, weights: Mapping[tuple[int, int], float]) -> _Spread:
    """Parts as an effective number: n equal ones that know nothing of each other count n, whatever their sizes.

    One over the chance that two of the medium's neighbours, drawn at random, are the same or tied (the inverse of
    Simpson's index). A second hub beside it, tied to everything as well, does not hide the first.
    """
    by_weight = sorted((-weights[min(medium, other), max(medium, other)], other) for other in near[medium])
    met, known, parts = 0, set[int](), [1.0]
    for count, (_, other) in enumerate(by_weight, start=1):
        met += 1 + 2 * len(near[other] & known)
        known.add(other)
        parts.append(count * count / met)
    return _Spread([lightness for lightness, _ in by_weight], parts)
