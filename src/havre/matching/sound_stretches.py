"""Where two fingerprints of sounds agree when one is moved along the other by an offset, and what that is worth.

Agreement is Cohen's kappa over the bits of the items: 1 where all bits are equal, 0 where they are equal as often as
two such stretches laid beside each other by chance would have them. So a hum, a tone or a hiss that two recordings
share says nothing, whatever they have in common all the time; only what changes, and changes alike, counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.audio import Soundprint

Items = NDArray[np.uint32]
Numbers = NDArray[np.int64]

BITS = 32

WINDOW = 16
"""Items, 2 s, over which agreement is looked for: what one item tells reaches so far into the next ones."""

PROMISING = 0.3
"""Agreement over WINDOW that is worth a closer look: five standard deviations of what chance gives."""

MOST_ERRORS = 0.38
"""Share of bits that differ over WINDOW beyond which it is not looked at more closely; chance gives 0.35 to 0.5."""

LEAST_CHANCE = 0.1
"""Share of bits that chance has to leave unequal: below it the stretches hardly change, and agree whatever they are."""

LONGEST_GAP = 32
"""Items, 4 s, of disturbance over which a stretch goes on."""

LONGEST_SILENCE = 242
"""Items, 30 s, of silence over which it goes on."""

FEWEST_ITEMS = 12
"""A sound of 4.1 s; less tells too little."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Items of the query that agree with those of the known sound an offset further on."""

    offset: int
    mine: Numbers
    """Which items of the query were compared."""

    errors: int
    """Bits that differ."""

    chance: float
    """Bits that would differ by chance."""

    @property
    def agreement(self) -> float:
        """Beyond chance: 0 unrelated, 1 equal."""
        return 1 - self.errors / max(self.chance, 1e-9)


def stretches(query: Soundprint, known: Soundprint, offset: int, free: NDArray[np.bool_]) -> Iterator[Stretch]:
    """Where they agree at this offset among the items of the query that are free, at least FEWEST_ITEMS each."""
    first, last = max(0, -offset), min(len(query.items), len(known.items) - offset)
    if last - first < FEWEST_ITEMS:
        return
    told = free[first:last] & known.informative[first + offset : last + offset]
    at = np.flatnonzero(told) + first
    if len(at) < FEWEST_ITEMS:
        return
    mine, theirs = query.items[at], known.items[at + offset]
    for start, end in _runs(_agreeing(mine, theirs), at):
        yield from _trimmed(offset, at[start:end], mine[start:end], theirs[start:end])


def compare(offset: int, at: Numbers, mine: Items, theirs: Items) -> Stretch:
    """All of these items beside each other."""
    errors = int(np.bitwise_count(mine ^ theirs).sum())
    return Stretch(offset, at, errors, float(errors_by_chance(mine, theirs, len(at))[0]))


def _agreeing(mine: Items, theirs: Items) -> NDArray[np.bool_]:
    """Which items lie in a window that is worth a closer look."""
    width = min(WINDOW, len(mine))
    errors = moving(np.bitwise_count(mine ^ theirs), width)
    good = errors <= MOST_ERRORS * BITS * width
    if good.any():
        low, high = int(np.argmax(good)), len(good) - int(np.argmax(good[::-1]))
        part = slice(low, high + width - 1)
        chance = errors_by_chance(mine[part], theirs[part], width)
        near = errors[low:high] <= (1 - PROMISING) * chance
        good[low:high] &= near & (chance >= LEAST_CHANCE * BITS * width)
    covered = np.zeros(len(mine) + 1, np.int64)
    np.add.at(covered, np.flatnonzero(good), 1)
    np.add.at(covered, np.flatnonzero(good) + width, -1)
    return np.asarray(covered[:-1].cumsum() > 0)


def moving(values: NDArray[np.generic], width: int) -> NDArray[np.int32]:
    """The sum of each `width` neighbouring rows."""
    total = np.zeros((len(values) + 1, *values.shape[1:]), np.int32)
    np.cumsum(values, axis=0, dtype=np.int32, out=total[1:])
    return total[width:] - total[:-width]


def errors_by_chance(mine: Items, theirs: Items, width: int) -> NDArray[np.float64]:
    """Bits that would differ in each window if each bit were as often set as it is there, but by chance."""
    ones, others = (moving(_bits(items), width) / width for items in (mine, theirs))
    return np.asarray((ones + others - 2 * ones * others).sum(axis=1) * width)


def _bits(items: Items) -> NDArray[np.uint8]:
    return np.unpackbits(np.ascontiguousarray(items).view(np.uint8).reshape(-1, 4), axis=1)


def _runs(covered: NDArray[np.bool_], at: Numbers) -> Iterator[tuple[int, int]]:
    """From and to of what is covered, with what lies between if it is short."""
    inside = np.flatnonzero(covered)
    if len(inside):
        cuts = np.flatnonzero((np.diff(inside) > LONGEST_GAP) | (np.diff(at[inside]) > LONGEST_SILENCE))
        starts, ends = inside[np.r_[0, cuts + 1]], inside[np.r_[cuts, len(inside) - 1]] + 1
        yield from zip(starts.tolist(), ends.tolist(), strict=True)


def _trimmed(offset: int, at: Numbers, mine: Items, theirs: Items) -> Iterator[Stretch]:
    """The part with the most agreement: what the first and last windows only half cover is cut away."""
    errors = np.bitwise_count(mine ^ theirs).astype(np.int64)
    allowed = (1 - PROMISING) * float(errors_by_chance(mine, theirs, len(at))[0]) / len(at)
    gain = np.concatenate([[0], np.cumsum(allowed - errors)])
    lowest = np.minimum.accumulate(gain)
    end = int(np.argmax(gain - lowest))
    start = int(np.argmin(gain[: end + 1]))
    if end - start >= FEWEST_ITEMS:
        yield compare(offset, at[start:end], mine[start:end], theirs[start:end])
