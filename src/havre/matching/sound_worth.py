"""What a stretch of sound is worth as evidence: less where it repeats itself, hardly changes, or is like the rest."""

import numpy as np
from numpy.typing import NDArray

from havre.matching.sound_chance import MOST_SAMENESS
from havre.matching.sound_stretches import BITS, LEAST_CHANCE, WINDOW, Items, Numbers, errors_by_chance, moving

REPEATING = 0.5
"""Agreement of a sound with itself a while later from which it is the same again."""

FORGOTTEN = 0.3
"""Agreement of a sound with itself a while later below which it has gone on to something else."""

SHORTEST_LOOP = 24
"""Items, 3 s: a sound that repeats itself faster (a clock, a siren, an alarm) tells too little to be found by."""

LONGEST_LAG = 256
"""Items, 32 s: a loop longer than that is long enough to count in full."""

APART = 24
"""Items, 3 s: windows of a sound that far apart share nothing, and are that long when its sameness is taken."""

USUAL = 0.17
"""The agreement with windows elsewhere in the same sound that one in a hundred exceeds: 0.13 to 0.17 in voices and
rooms, 0.2 to 0.3 in simple melodies and machine voices (docs/calibration-sound.md)."""

LOOKED_THROUGH = 1024
"""Items, 2 minutes, of a sound whose sameness is taken, around the segment."""

LAGS = 32
FEWEST_WINDOWS = 200

LOOPING = 0.15
"""Mean agreement at a lag from which the whole sound repeats itself after it: that says nothing of chance."""


def distinct(items: Items, mine: Numbers) -> int:
    """How many of these items of a sound are worth something: of a loop one turn, of what hardly changes none.

    Whether it repeats itself is looked for around them too: a few seconds of a siren do not show that it goes on.
    """
    lags = [lag for lag in range(1, LONGEST_LAG + 1) if len(_pairs(items, mine, lag)[0]) >= WINDOW // 2]
    if len(lags) < WINDOW // 2:
        return len(mine)
    chance = float(errors_by_chance(items[mine], items[mine], len(mine))[0]) / len(mine)
    itself = np.array([_alike(items, mine, lag, chance) for lag in lags])
    forgotten = int(np.argmax(itself < FORGOTTEN))
    if itself[forgotten] >= FORGOTTEN:
        return 0
    again = np.flatnonzero(itself[forgotten:] >= REPEATING)
    turn = lags[int(again[0]) + forgotten] if len(again) else len(mine)
    if len(again) and turn < SHORTEST_LOOP:
        return 0
    return int(min(turn, len(mine)) / max(1.0, lags[forgotten] / (WINDOW / 2)))


def _pairs(items: Items, mine: Numbers, lag: int) -> tuple[Numbers, Numbers]:
    """These items, and those of the sound so many later; where there are more of them, those earlier."""
    later, earlier = mine[mine + lag < len(items)], mine[mine >= lag]
    return (later, later + lag) if len(later) >= len(earlier) else (earlier, earlier - lag)


def _alike(items: Items, mine: Numbers, lag: int, chance: float) -> float:
    """Agreement of a sound with itself so many items later or earlier."""
    here, there = _pairs(items, mine, lag)
    return 1 - float(np.bitwise_count(items[here] ^ items[there]).mean()) / max(chance, 1e-9)


def sameness(items: Items, middle: int) -> float:
    """How many times more than usual a sound is like itself elsewhere, about an item: 1 to MOST_SAMENESS.

    A melody of few slow notes meets itself, and others like it, by chance; a song whose bars come back does not. Where
    there is too little to tell, 1.
    """
    first = max(min(middle - LOOKED_THROUGH // 2, len(items) - LOOKED_THROUGH), 0)
    around = items[first : first + LOOKED_THROUGH]
    lags = range(APART, len(around) - APART, max((len(around) - 2 * APART) // LAGS, 1))
    found = np.concatenate([np.zeros(0), *(_windows_alike(around, lag) for lag in lags)])
    if len(found) < FEWEST_WINDOWS:
        return 1.0
    return float(np.clip(np.quantile(found, 0.99) / USUAL, 1, MOST_SAMENESS))


def _windows_alike(items: Items, lag: int) -> NDArray[np.float64]:
    here, there = items[:-lag], items[lag:]
    chance = errors_by_chance(here, there, APART)
    agreement = 1 - moving(np.bitwise_count(here ^ there), APART) / np.maximum(chance, 1)
    told = agreement[chance >= LEAST_CHANCE * BITS * APART]
    return np.asarray(told[: 0 if len(told) and told.mean() > LOOPING else None])
