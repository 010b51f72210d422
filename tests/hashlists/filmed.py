"""Films made of chance, as rows of looks, and entries of lists that carry them; nothing here was ever a picture."""

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np

from havre.fingerprints.looks import Bytes, Looks, Truths, looks_of, pack
from havre.fingerprints.pdq_turned import turned
from havre.fingerprints.video import Condenser, Film
from havre.fingerprints.vpdq import Frame
from havre.hashlists.entry import FILM, VERSIONS, Entry, Kind, Signal
from tests.hashlists.made import made

EVERY = 0.5
"""Seconds for which a look is seen."""


@cache
def look(seed: int, number: int) -> bytes:
    """What the film of a seed shows at this place: half of its bits are set."""
    places = Random(f"look {seed} {number}").sample(range(256), 128)
    return sum(1 << at for at in places).to_bytes(32, "big")


def worse(value: bytes, bits: int, seed: int = 0) -> bytes:
    """The same after a coder."""
    number = int.from_bytes(value, "big")
    for place in Random(f"{seed} {value.hex()}").sample(range(256), bits):
        number ^= 1 << place
    return number.to_bytes(32, "big")


def drawn(seed: int, begin: int = 0, end: int = 24, bits: int = 0, way: int = 0, quality: int = 90) -> Film:
    """A film of the looks from one place to another, each so many bits off, turned in one of the eight ways."""
    made_of = Condenser()
    for place in range(begin, end):
        shown, middle = (turned(worse(value, bits)) for value in (look(seed, place), look(-seed, place)))
        value, inner = (each[32 * way : 32 * way + 32] for each in (shown, middle))
        if made_of.take(Frame(place - begin, quality, value, (place - begin) * EVERY)):
            made_of.key(turned(value), None, turned(inner))
    return made_of.finish((end - begin) * EVERY)


def nothing_is(hashes: Bytes) -> Truths:
    """Nothing is harmless."""
    return np.zeros(len(hashes), np.bool_)


def looks(film: Film) -> Looks:
    """What a list carries of it."""
    found = looks_of(film, nothing_is)
    assert found is not None
    return found


def signal(film: Film) -> Signal:
    """The same as a signal."""
    return Signal(FILM, pack(looks(film)).hex(), VERSIONS[FILM])


def filmed(number: int, film: Film | None = None, version: int = 1) -> Entry:
    """An entry of a film: its digests, and looks of it."""
    digests = made(number).signals[1:]
    entry = made(number, version, kind=Kind.FILM)
    return replace(entry, signals=(*digests, signal(film or drawn(number))))
