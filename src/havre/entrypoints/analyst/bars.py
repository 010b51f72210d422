"""Stretches of two films or sounds as joined bars, in the units of an SVG: where each lies and what it is joined to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.flows.compare import Part, Span, stretches
from havre.flows.media_shown import Reason
from havre.linking.explain import clock
from havre.linking.links import Kind, Link

WIDTH = 880
"""Units that the longer of the two takes."""
UPPER, LOWER, THICK = 24, 76, 16
"""Where the bars begin, and how thick they are."""
MOMENT = 0.05
"""Seconds below which a stretch has no length that is told: 0.0 s."""
THINNEST = 3.0
"""A stretch is drawn at least so wide, so that a single frame can be seen."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One stretch: from x with a width on the upper bar, the same on the lower, and the shape between."""

    number: int
    one: tuple[float, float]
    other: tuple[float, float]
    shape: str
    two: bool
    """Whether it has the second colour; its number says the same."""

    @property
    def middles(self) -> tuple[float, float]:
        """Where its number stands on both."""
        return self.one[0] + self.one[1] / 2, self.other[0] + self.other[1] / 2


@dataclass(frozen=True, slots=True)
class Bars:
    """Both bars and what joins them."""

    widths: tuple[float, float]
    parts: Sequence[Joined]


@dataclass(frozen=True, slots=True)
class Stretches:
    """What agrees of a film or sound that asks and of one that answers: drawn, and from when to when in words."""

    bars: Bars
    asked: Sequence[str]
    found: Sequence[str]


def stretches_of(link: Link) -> Stretches | None:
    """The stretches that this link tells of; None for what has none. A place is seen at one moment."""
    if link.kind not in (Kind.SEGMENT, Kind.SOUND):
        return None
    parts, lengths = stretches(Reason(0, "match", link.kind, link))
    bars = joined(parts, lengths)
    if bars is None:
        return None
    return Stretches(bars, [from_to(part.one) for part in parts], [from_to(part.other) for part in parts])


def at_once(part: Part) -> bool:
    """Whether it is a single moment of both: of a film, a picture shows no more."""
    return max(part.one[1] - part.one[0], part.other[1] - part.other[0]) < MOMENT


def from_to(span: Span) -> str:
    """From when to when, or the moment."""
    if span[1] - span[0] < MOMENT:
        return _("at %(time)s") % {"time": clock(span[0])}
    return f"{clock(span[0])} – {clock(span[1])}"


def joined(parts: Sequence[Part], lengths: tuple[float, float]) -> Bars | None:
    """The bars of these stretches of two media so many seconds long; None where nothing is joined."""
    longest = max(lengths)
    if not parts or longest <= 0:
        return None
    scale = WIDTH / longest
    return Bars(
        (round(lengths[0] * scale, 1), round(lengths[1] * scale, 1)),
        [_joined(number, part, scale) for number, part in enumerate(parts, start=1)],
    )


def _joined(number: int, part: Part, scale: float) -> Joined:
    one, other = _along(part.one, scale), _along(part.other, scale)
    corners = (one[0], UPPER + THICK), (one[0] + one[1], UPPER + THICK), (other[0] + other[1], LOWER), (other[0], LOWER)
    shape = " ".join(f"{x:g},{y:g}" for x, y in corners)
    return Joined(number, one, other, shape, number % 2 == 0)


def _along(span: Span, scale: float) -> tuple[float, float]:
    return round(span[0] * scale, 1), round(max((span[1] - span[0]) * scale, THINNEST), 1)
