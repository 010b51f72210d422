"""Which agreements of two films follow one clock: known time = speed × query time + offset.

An agreement says that something of the query, from one time to another, looks like something of the known film, from
one time to another. A still scene agrees with a still scene over a long rectangle and says little of the offset; a
moving one says it to a frame. Pure, deterministic, and bounded: the work grows with n log n.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

SLOWEST, FASTEST = 0.78, 1.28
"""How many times as fast the known film may run: copies are up to a quarter faster or slower, and clocks err."""
STEP = 1.005
"""Ratio of one speed that is tried to the next: over half a minute the nearest is within 0.1 seconds."""
SPEEDS: tuple[float, ...] = tuple(
    sorted((STEP**n for n in range(-50, 51) if SLOWEST < STEP**n < FASTEST), key=lambda speed: abs(np.log(speed)))
)
"""Those that are tried first, unchanged speed before all others."""

PLAIN = 0.9
"""A speed nearer to unchanged is believed if it explains so much of what the best one does: in a second or two, or
where little moves, every speed explains nearly the same."""

SLACK = 0.2
"""Seconds by which an agreement may miss the line: frames left out or shown twice, and the grain of runs."""
TELLING = 1.0
"""Seconds over which an agreement may be smeared and still count half as much as one to the frame."""
FIT_SECONDS = 2.0
"""From so long a stretch on, speed is measured; below, what was tried is kept."""
FAR = 10.0
"""Seconds apart from which agreements are not fitted together."""
FITS = 8
MOST = 20_000
"""Agreements of one pair that are looked at; of more, those that say most."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreements:
    """What agrees in two films, in seconds of either; arrays of one length."""

    query_begin: Numbers
    query_end: Numbers
    known_begin: Numbers
    known_end: Numbers
    weight: Numbers
    """How much each says by itself: 1 for a look that few films have."""
    orientation: Whole
    """How the query had to be turned, as a number in fingerprints.pdq.ORIENTATIONS."""

    def __len__(self) -> int:
        return len(self.weight)

    def of(self, which: Truths | Whole) -> "Agreements":
        """Some of them."""
        return Agreements(
            self.query_begin[which],
            self.query_end[which],
            self.known_begin[which],
            self.known_end[which],
            self.weight[which],
            self.orientation[which],
        )

    def offsets(self, speed: float) -> tuple[Numbers, Numbers]:
        """The least and the greatest offset with which each lies on a line of this speed."""
        return self.known_begin - speed * self.query_end, self.known_end - speed * self.query_begin


def points(query: Numbers, known: Numbers, weight: Numbers, orientation: Whole, length: float = 0.0) -> Agreements:
    """Agreements of single frames, each shown for `length` seconds."""
    return Agreements(query, query + length, known, known + length, weight, orientation)


@dataclass(frozen=True, slots=True)
class Line:
    """One clock: known = speed × query + offset."""

    speed: float
    offset: float

    def known(self, query: Numbers) -> Numbers:
        """Times in the known film."""
        return self.speed * query + self.offset

    def query(self, known: Numbers) -> Numbers:
        """Times in the query."""
        return (known - self.offset) / self.speed


def strongest(agreements: Agreements) -> tuple[Line, Truths]:
    """The line that most agreements of one orientation follow, and which are on it. Of none there is no line.

    Of more than MOST agreements those that say least are passed over.
    """
    some = np.arange(len(agreements))
    if len(agreements) > MOST:
        some = np.sort(np.argsort(-_telling(agreements, 1.0), kind="stable")[:MOST])
    line, met = _best(agreements.of(some))
    on = np.zeros(len(agreements), np.bool_)
    on[some[met]] = True
    return line, on


def _telling(agreements: Agreements, speed: float) -> Numbers:
    """How much each says of the offset: its weight, less the longer it is smeared."""
    low, high = agreements.offsets(speed)
    return agreements.weight / (1 + (high - low) / TELLING)


def _best(agreements: Agreements) -> tuple[Line, Truths]:
    """The line with the greatest weight on it, fitted, and which agreements it meets."""
    line = _plainest(agreements)
    on = meeting(agreements, line)
    for _ in range(FITS):
        fitted = _fitted(_together(agreements.of(on)), line)
        met = meeting(agreements, fitted)
        if _weight(agreements, met) < _weight(agreements, on):
            break
        line, unchanged = fitted, bool((met == on).all())
        on = met
        if unchanged:
            break
    return line, on


def _plainest(agreements: Agreements) -> Line:
    """The strongest line of the speed nearest to unchanged that is nearly as strong as any."""
    score, line = _strongest(agreements, 1.0)
    if score >= PLAIN * _telling(agreements, 1.0).sum():
        return line  # no other could be stronger by more
    found = [(score, line), *(_strongest(agreements, speed) for speed in SPEEDS[1:])]
    enough = PLAIN * max(score for score, _ in found)
    return next(line for score, line in found if score >= enough)


def _together(agreements: Agreements) -> Agreements:
    """The heaviest group of them in time: one far away that is on the line by chance would bend it."""
    order = np.argsort(agreements.query_begin, kind="stable")
    reach = np.maximum.accumulate(agreements.query_end[order])
    over = np.flatnonzero(agreements.query_begin[order][1:] - reach[:-1] > FAR) + 1
    return agreements.of(max(np.split(order, over), key=lambda group: float(agreements.weight[group].sum())))


def _weight(agreements: Agreements, on: Truths) -> float:
    return float(agreements.weight[on].sum())


def _strongest(agreements: Agreements, speed: float) -> tuple[float, Line]:
    """The offset at which the greatest weight meets, for one speed: the most heavily covered place of intervals."""
    low, high = agreements.offsets(speed)
    weight = _telling(agreements, speed)
    places = np.concatenate([low - SLACK, high + SLACK])
    order = np.argsort(places, kind="stable")
    covered = np.cumsum(np.concatenate([weight, -weight])[order])
    at = int(np.argmax(covered))
    after = places[order[min(at + 1, len(order) - 1)]]
    return float(covered[at]), Line(speed, float(places[order[at]] + after) / 2)


def meeting(agreements: Agreements, line: Line, slack: float = SLACK) -> Truths:
    """Which agreements a line passes through, or by."""
    low, high = agreements.offsets(line.speed)
    return (low - slack <= line.offset) & (line.offset <= high + slack)


def _fitted(agreements: Agreements, line: Line) -> Line:
    """The line through the middles of what is on it; only its offset, where they lie too close together."""
    query = (agreements.query_begin + agreements.query_end) / 2
    known = (agreements.known_begin + agreements.known_end) / 2
    weight = _telling(agreements, line.speed)
    total = weight.sum()
    if total <= 0:
        return line
    middle_query, middle_known = (weight * query).sum() / total, (weight * known).sum() / total
    spread = (weight * (query - middle_query) ** 2).sum()
    speed = line.speed
    if np.ptp(query) >= FIT_SECONDS and spread > 0:
        slope = (weight * (query - middle_query) * (known - middle_known)).sum() / spread
        speed = float(min(max(slope, SLOWEST), FASTEST))
    return Line(speed, float(middle_known - speed * middle_query))
