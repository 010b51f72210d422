"""All links between two media as one tie."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from havre.linking.links import Kind, Link, together, weight

WEAKEST = 0.03
"""Largest expected number of false matches with which a tie counts at all, beside others of its group.

At 0.1 a series of twenty would have two accidents, these would lead on to other series and so on, and every update
would touch half the database; at 0.03 it has one in two (measured in docs/decisions/0121).
"""


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


def _rarity(link: Link) -> tuple[float, Link]:
    return (link.expected_false, link)


def _tie(one: int, other: int, links: Sequence[Link], media: int) -> Tie | None:
    expected = together(links, media)
    return Tie(one, other, weight(expected), tuple(links)) if expected <= WEAKEST else None
