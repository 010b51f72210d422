"""A link: one reason to think that two media belong together, and how often that reason arises by accident."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from havre.errors import Invalid


class Kind(StrEnum):
    """What agrees."""

    IDENTICAL = "identical"
    NEAR = "near"
    SEGMENT = "segment"
    SOUND = "sound"
    PLACE = "place"
    CAMERA = "camera"
    SESSION = "session"


FAMILY: Mapping[Kind, str] = {
    Kind.IDENTICAL: "picture",
    Kind.NEAR: "picture",
    Kind.SEGMENT: "picture",
    Kind.PLACE: "picture",
    Kind.SOUND: "sound",
    Kind.CAMERA: "metadata",
    Kind.SESSION: "metadata",
}
"""What can go wrong together: within a family one accident explains all links, of two families each needs its own."""

RAREST = 1e-12
"""Least expected number of false matches that is believed: no calibration has compared more pairs than that."""

MOST_WEIGHT = 12.0
"""The weight of a link that is as rare as is believed: -log10(RAREST)."""

Value = bool | int | float | str | tuple["Value", ...] | None
Evidence = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A reason to put two media together; `one` < `other`.

    `expected_false` is how many media of a database of the current size a random medium is expected to agree with as
    well as this by accident. `evidence` is what agrees, by the names that `explain` reads; names that begin with `one_`
    or `other_` speak of that side alone.
    """

    one: int
    other: int
    kind: Kind
    expected_false: float
    evidence: Evidence = ()

    def __post_init__(self) -> None:
        if self.one >= self.other:
            raise Invalid("a link names two different media, the lower number first")
        if not 0 <= self.expected_false < math.inf:
            raise Invalid("a link expects a number of false matches that is not negative and not endless")

    @property
    def weight(self) -> float:
        """Orders of magnitude by which it is rarer than one accident a medium: 0 means nothing, 12 is the most."""
        return weight(self.expected_false)

    @property
    def told(self) -> dict[str, Value]:
        """The evidence by its names."""
        return dict(self.evidence)


def between(a: int, b: int, kind: Kind, expected_false: float, evidence: Mapping[str, object] | None = None) -> Link:
    """The link between two media in either order, what `a` shows told as `one_…`, what `b` shows as `other_…`.

    Lists become tuples, so that evidence may come from JSON. Raises Invalid for a medium linked with itself.
    """
    named = dict(evidence or {})
    if a > b:
        named = {_of_other_side(name): value for name, value in named.items()}
    frozen = tuple(sorted((name, _frozen(value)) for name, value in named.items()))
    return Link(min(a, b), max(a, b), kind, float(expected_false), frozen)


def _of_other_side(name: str) -> str:
    for own, theirs in (("one_", "other_"), ("other_", "one_")):
        if name.startswith(own):
            return theirs + name.removeprefix(own)
    return name


def _frozen(value: object) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Sequence):
        return tuple(_frozen(part) for part in value)
    raise Invalid(f"evidence is made of numbers and texts, not of a {type(value).__name__}")


def weight(expected_false: float) -> float:
    """-log10 of the expected number of false matches, between 0 and 12."""
    return min(MOST_WEIGHT, max(0.0, -math.log10(max(expected_false, RAREST))))


def at_size(link: Link, then: int, now: int) -> Link:
    """The link as it weighs in a database that has grown from `then` to `now` media: accidents grow with it."""
    return replace(link, expected_false=link.expected_false * now / max(then, 1))


def together(links: Iterable[Link], media: int) -> float:
    """The expected number of false matches of all links between the same two media, in a database of so many media.

    In a family the rarest link counts, for one accident (a copied caption, an inherited header) explains the others.
    Families are independent: each agrees falsely with a share expected_false/media of the media, so two agree with the
    product of their shares.
    """
    rarest: dict[str, float] = {}
    for link in links:
        family = FAMILY[link.kind]
        rarest[family] = min(link.expected_false, rarest.get(family, math.inf))
    if not rarest:
        return float(media)
    first, *further = rarest.values()
    shares = [min(1.0, expected / max(media, 1)) for expected in further]
    return max(RAREST, min(first, float(media)) * math.prod(shares))
