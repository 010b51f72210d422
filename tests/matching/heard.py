"""Fingerprints of sounds to compare, made once for all tests of a process."""

from functools import cache

import numpy as np

from havre.fingerprints.audio import Chroma, Soundprint, items_in
from havre.fingerprints.chromaprint import FRAME, HOP, RATE
from tests.sounds import KINDS, Samples


@cache
def made(kind: str, seed: int, seconds: float = 30) -> Samples:
    """A sound of one of KINDS; not to be changed."""
    return KINDS[kind](seed=seed, seconds=seconds)


def heard(samples: Samples) -> Soundprint:
    """Its fingerprint."""
    chroma = Chroma()
    chroma.take(samples)
    return chroma.finish()


@cache
def known(kind: str, seed: int, seconds: float = 30) -> Soundprint:
    """The fingerprint of a sound that was made."""
    return heard(made(kind, seed, seconds))


def part(samples: Samples, start: float, end: float) -> Samples:
    """From one second to another."""
    return samples[int(start * RATE) : int(end * RATE)]


def of_items(items: "np.typing.ArrayLike") -> Soundprint:
    """A fingerprint of these items, all of which tell something."""
    array = np.asarray(items, np.uint32)
    samples = FRAME + (len(array) + 18) * HOP if len(array) else 0
    assert items_in(samples) == len(array)
    return Soundprint(array, np.ones(len(array), np.bool_), 0.0, samples)
