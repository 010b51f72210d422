"""Who is tied to whom, read as far as it is needed, and how much a tie weighs where one end ties everything.

A wallpaper that hangs in a thousand rooms, a watermark, a film cut together from fifty others: such a medium has many
links that are each as rare as calibration says, and yet what it ties has nothing to do with each other. It shows in the
links themselves, for what belongs together is found together: the neighbours of a picture of a scene are neighbours of
one another, those of a hub are not. So a medium's word is shared among the parts that only it holds together
(burstiness: Jégou, Douze, Schmid, "On the burstiness of visual elements", 2009). A tie that is too weak then leads
nowhere, so that nothing beyond a hub need be read.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from havre.linking.links import Link, weight
from havre.linking.ties import WEAKEST, Tie, strongest_first, ties

LINKS_A_MEDIUM = 50
"""Ties of a medium that are followed, the strongest first; further ones only where they are among the other end's."""

FREE_PARTS = 3
"""Parts into which the ties of one medium may lead at full weight: so do those of a picture among views that overlap
only with the next few (measured in docs/decisions/0121)."""

SCATTER = 2_654_435_761
"""Knuth's multiplier: puts numbers into an order that has nothing to do with theirs, always the same one."""

LinksOf = Callable[[Collection[int]], Iterable[Link]]
"""All links that touch any of these media."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A medium's ties, strongest first, and how many parts the first 0, 1, 2 … of them lead into."""

    lightness: Sequence[float]
    """Their weights times -1."""
    parts: Sequence[float]

    def parts_as_strong(self, weight: float) -> float:
        """The parts that ties at least half as heavy as this lead into: what is far weaker takes nothing from it."""
        return self.parts[bisect_right(self.lightness, -weight / 2)]


@dataclass(slots=True)
class Web:
    """The ties of a database of `media` media, each medium's read once, when first asked for."""

    links_of: LinksOf
    media: int
    _ties: dict[int, tuple[Tie, ...]] = field(default_factory=dict)
    _near: dict[int, frozenset[int]] = field(default_factory=dict)
    _spreads: dict[int, Spread] = field(default_factory=dict)
    _ranks: dict[int, dict[int, int]] = field(default_factory=dict)

    def ties_of(self, medium: int) -> tuple[Tie, ...]:
        """Every tie of the medium that counts, strongest first."""
        if medium not in self._ties:
            self.read([medium])
        return self._ties[medium]

    def read(self, media: Iterable[int]) -> None:
        """Read the ties of many media at once: one question to the table, not one each."""
        missing = sorted(set(media) - self._ties.keys())
        if not missing:
            return
        held: dict[int, list[Tie]] = {medium: [] for medium in missing}
        for tie in ties(self.links_of(missing), self.media):
            for end in (tie.one, tie.other):
                if end in held:
                    held[end].append(tie)
        for medium, found in held.items():
            self._ties[medium] = tuple(found)
            self._near[medium] = frozenset(_beyond(tie, medium) for tie in found)
            self._ranks[medium] = {_beyond(tie, medium): rank for rank, tie in enumerate(found[:LINKS_A_MEDIUM])}

    def read_around(self, media: Iterable[int]) -> None:
        """Read all that the weights of these media's ties depend on: their neighbours, and whom those know."""
        self.read(media)
        beside = {other for medium in media for other in self._near[medium]}
        self.read(beside)
        self.read({other for medium in beside for _, other in self._sample(medium)})

    def shared(self, tie: Tie) -> Tie | None:
        """The tie at the weight that its ends' shares leave it, if it is followed and still counts, else None."""
        if tie.other not in self._ranks[tie.one] and tie.one not in self._ranks[tie.other]:
            return None
        most = max(self._spread(end).parts_as_strong(tie.weight) for end in (tie.one, tie.other))
        left = tie.weight / max(1.0, most - FREE_PARTS + 1)
        if left < weight(WEAKEST):
            return None
        return replace(tie, weight=left, closed=not self._near[tie.one].isdisjoint(self._near[tie.other]))

    def _sample(self, medium: int) -> list[tuple[float, int]]:
        """As many of a medium's ties as are followed; of equal ones those that fall to it, near or far."""
        order = [
            (-tie.weight, tie.one * tie.other * SCATTER % 2**32, _beyond(tie, medium)) for tie in self._ties[medium]
        ]
        return [(lightness, other) for lightness, _, other in sorted(order)[:LINKS_A_MEDIUM]]

    def _spread(self, medium: int) -> Spread:
        """Parts as an effective number: n equal ones that know nothing of each other count n, whatever their sizes.

        One over the chance that two of the neighbours, drawn at random, are the same or tied (the inverse of Simpson's
        index). A second hub beside it, tied to everything as well, does not hide the first.
        """
        if medium not in self._spreads:
            met, known, parts, first = 0, set[int](), [1.0], self._sample(medium)
            for count, (_, other) in enumerate(first, start=1):
                met += 1 + 2 * len(self._near[other] & known)
                known.add(other)
                parts.append(count * count / met)
            self._spreads[medium] = Spread([lightness for lightness, _ in first], parts)
        return self._spreads[medium]


def _beyond(tie: Tie, medium: int) -> int:
    """The other end."""
    return tie.other if tie.one == medium else tie.one


def of_links(links: Iterable[Link]) -> LinksOf:
    """Links at hand, to be asked for as a table would be."""
    by_medium: dict[int, list[Link]] = {}
    for link in links:
        by_medium.setdefault(link.one, []).append(link)
        by_medium.setdefault(link.other, []).append(link)

    def asked(media: Collection[int]) -> Iterable[Link]:
        wanted = set(media)
        for medium in wanted:
            # A link between two of those asked for is given once, by its lower end.
            yield from (x for x in by_medium.get(medium, ()) if x.one == medium or x.one not in wanted)

    return asked


def surest(web: Web, media: Iterable[int]) -> list[Tie]:
    """The shared ties among and around these media that count: first those that a third medium agrees to."""
    found = {(tie.one, tie.other): tie for medium in media for tie in web.ties_of(medium)}
    weighed = (web.shared(tie) for tie in found.values())
    return sorted((tie for tie in weighed if tie is not None), key=lambda tie: (not tie.closed, *strongest_first(tie)))
