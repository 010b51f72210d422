"""What a series' page draws: the graph of its stacks, each at a place that never changes, and its times on a line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from havre.entrypoints.analyst.jinja import dated
from havre.linking.numbering import EPOCH
from havre.linking.stated import Stated

ROUNDS = 120
"""Steps in which the nodes find their places: more move nothing."""

GRAPHS = 256
"""Graphs whose places are kept, the last that were drawn."""

Edge = tuple[int, int]


def places(nodes: Sequence[int], edges: Sequence[Edge]) -> dict[int, tuple[int, int]]:
    """Where each node stands, 0 to 1000 to the right and 0 to 600 down: the same for the same graph, always.

    Fruchterman and Reingold 1991, from a circle: all push each other away, edges pull together.
    """
    return dict(_places(tuple(nodes), tuple(edges)))


@lru_cache(GRAPHS)
def _places(nodes: Sequence[int], edges: Sequence[Edge]) -> Mapping[int, tuple[int, int]]:
    if not nodes:
        return {}
    ideal = 1.6 / math.sqrt(len(nodes))
    # Points of the plane are complex numbers, so that one step is a few sums over a matrix.
    place = np.exp(2j * np.pi * np.arange(len(nodes)) / len(nodes))
    pulls = _pulls(nodes, edges) / ideal
    for heat in np.linspace(0.15, 0.002, ROUNDS).tolist():
        place = _settled(place, pulls, ideal, heat)
    return _framed(nodes, np.stack([place.real, place.imag], axis=1))


def _pulls(nodes: Sequence[int], edges: Sequence[Edge]) -> NDArray[np.float64]:
    """How many edges there are between each node and each other."""
    row = {node: at for at, node in enumerate(nodes)}
    between = np.zeros((len(nodes), len(nodes)))
    for one, other in edges:
        if one in row and other in row:
            between[row[one], row[other]] += 1
            between[row[other], row[one]] += 1
    return between


def _settled(
    place: NDArray[np.complex128], pulls: NDArray[np.float64], ideal: float, heat: float
) -> NDArray[np.complex128]:
    apart = place[:, None] - place
    distance = np.maximum(np.abs(apart), 1e-6)
    force = (apart * (ideal**2 / (distance * distance) - pulls * distance)).sum(axis=1)
    force -= 0.3 * place  # what nothing holds stays in the picture
    length = np.maximum(np.abs(force), 1e-9)
    moved: NDArray[np.complex128] = place + force * (np.minimum(length, heat) / length)
    return moved


def _framed(nodes: Sequence[int], place: NDArray[np.float64]) -> dict[int, tuple[int, int]]:
    low, high = place.min(axis=0), place.max(axis=0)
    share = (place - low) / np.maximum(high - low, 1e-9)
    share = np.where(high - low < 1e-6, 0.5, share)
    return {node: (round(110 + 780 * x), round(55 + 440 * y)) for node, (x, y) in zip(nodes, share, strict=True)}


# ---- times ----


@dataclass(frozen=True, slots=True)
class Moment:
    """One medium on the line of times."""

    medium: int
    at: datetime
    """On the clock of wherever it was made."""
    x: int
    """0 to 1000."""
    y: int
    """Row, 0 lowest: those too close to stand beside each other stand above."""
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """Times in the metadata, in order."""

    moments: Sequence[Moment]
    ticks: Sequence[str]
    """The first and the last; one word where they are the same."""

    @property
    def height(self) -> int:
        """Of the drawing."""
        return 26 + 15 * max((moment.y for moment in self.moments), default=0)

    @property
    def axis(self) -> int:
        """Distance of the line from the top."""
        return self.height - 6

    @property
    def drawn(self) -> list[tuple[Moment, int]]:
        """Each moment with its distance from the top."""
        return [(moment, self.height - 15 - 15 * moment.y) for moment in self.moments]


HIGHEST = 7
"""Rows above which moments lie on top of one another."""


def line(stated: Mapping[int, Stated], labels: Mapping[int, str]) -> Line | None:
    """The times that these media state, first to last, with what each is called; None where none states any."""
    times = sorted((at, medium) for medium, one in stated.items() if (at := _moment(one)) is not None)
    return _line(times, labels) if times else None


def _moment(one: Stated) -> datetime | None:
    seconds = one.local if one.local is not None else one.instant
    return None if seconds is None else EPOCH + timedelta(seconds=seconds)


def _line(times: Sequence[tuple[datetime, int]], labels: Mapping[int, str]) -> Line:
    first, last = times[0][0], times[-1][0]
    whole = (last - first).total_seconds()
    moments: list[Moment] = []
    for at, medium in times:
        x = round(20 + 960 * (at - first).total_seconds() / whole) if whole else 500
        moments.append(Moment(medium, at, x, _row(moments, x), labels[medium]))
    return Line(moments, _ticks(first, last, whole))


def _row(before: Sequence[Moment], x: int) -> int:
    taken = {moment.y for moment in before if x - moment.x < 15}
    return next((row for row in range(HIGHEST) if row not in taken), HIGHEST)


def _ticks(first: datetime, last: datetime, whole: float) -> list[str]:
    """The ends, in words: with the hour where they are less than three days apart."""
    form = "j M Y H:i" if whole < 3 * 86_400 else "j M Y"
    return [dated(at, form) for at in (first, last)[: 2 if whole else 1]]
