"""How far unrelated sounds agree by chance: `python -m bench.sound_chance [FOLDER_OF_SOUNDS]`.

Every window of a length, in items, of one sound beside every window of another, over all offsets a few items apart;
unrelated sounds alone, made from seeds kind by kind, and those of a folder if one is named, by the first part of their
names up to a dash. One line for each length and kind: the agreement that one window in 10^4, 10^5 and 10^6 exceeds.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.sounds import KINDS

from bench.sound_files import decoded
from havre.fingerprints.audio import Chroma, Soundprint
from havre.matching.sound_stretches import BITS, LEAST_CHANCE, errors_by_chance, moving

LENGTHS = (12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
SOUNDS, SECONDS, PAIRS = 40, 60, 200
OFFSETS_APART = 5
BINS = 1000
SEED = 3

Line = dict[str, object]
Make = Callable[..., NDArray[np.int16]]


def measure(
    folder: Path | None = None, sounds: int = SOUNDS, pairs: int = PAIRS, made: Mapping[str, Make] = KINDS
) -> Iterator[Line]:
    """One line for each kind and length."""
    kinds = {kind: [_print(make(seed, SECONDS)) for seed in range(sounds)] for kind, make in made.items()}
    for path in sorted(folder.iterdir()) if folder else ():
        kinds.setdefault(path.name.partition("-")[0], []).append(_print(decoded(path.read_bytes())))
    for kind, prints in kinds.items():
        chosen = np.random.default_rng(SEED).integers(0, len(prints), (pairs, 2))
        together = [(prints[one], prints[other]) for one, other in chosen.tolist() if one != other]
        for length in LENGTHS:
            yield {"kind": kind, "length": length} | _quantiles(_agreements(together, length))


def _print(samples: NDArray[np.int16]) -> Soundprint:
    chroma = Chroma()
    chroma.take(samples)
    return chroma.finish()


def _agreements(pairs: Iterable[tuple[Soundprint, Soundprint]], length: int) -> NDArray[np.int64]:
    """How many windows agree by how much, in steps of 1 / BINS from 0."""
    counted = np.zeros(BINS + 1, np.int64)
    for one, other in pairs:
        for offset in range(length - len(one.items), len(other.items) - length, OFFSETS_APART):
            first, last = max(0, -offset), min(len(one.items), len(other.items) - offset)
            told = one.informative[first:last] & other.informative[first + offset : last + offset]
            at = np.flatnonzero(told) + first
            if len(at) >= length:
                mine, theirs = one.items[at], other.items[at + offset]
                chance = errors_by_chance(mine, theirs, length)
                errors = moving(np.bitwise_count(mine ^ theirs), length)
                agreement = (1 - errors / np.maximum(chance, 1))[chance >= LEAST_CHANCE * BITS * length]
                counted += np.bincount((agreement.clip(0, 1) * BINS).astype(np.int64), minlength=BINS + 1)
    return counted


def _quantiles(counted: NDArray[np.int64]) -> Line:
    above = counted[::-1].cumsum()[::-1]
    total = int(above[0])
    limits = {f"one_in_1e{power}": _exceeded(above, total / 10**power) for power in (4, 5, 6)}
    return {"windows": total, **limits, "most": round(int(np.flatnonzero(above)[-1]) / BINS, 3)}


def _exceeded(above: NDArray[np.int64], allowed: float) -> float | None:
    """The agreement that no more windows exceed than allowed; None if too few were looked at to say so."""
    return round(int(np.argmax(above <= allowed)) / BINS, 3) if allowed >= 1 else None


if __name__ == "__main__":
    for found in measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(json.dumps(found), flush=True)
