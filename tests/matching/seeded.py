"""Hashes from a seed: random ones, ones near others, and ones made to be in the way."""

import random
from collections.abc import Iterable

import numpy as np

from havre.matching.reference import HASH_BITS, HASH_BYTES, Entry

FIRST_BAND = slice(0, 2)
"""Bytes inside band 0, which is bits 0 to 22."""


def hashes(count: int, seed: int) -> list[bytes]:
    """Random 32-byte hashes, of both parities."""
    chance = random.Random(seed)
    return [chance.randbytes(HASH_BYTES) for _ in range(count)]


def balanced(count: int, seed: int) -> list[bytes]:
    """Hashes of 128 ones, as PDQ makes them."""
    chance = np.random.default_rng(seed)
    ones = np.tile(np.arange(HASH_BITS) < HASH_BITS // 2, (count, 1))
    return [np.packbits(row).tobytes() for row in chance.permuted(ones, axis=1)]


def at_distance(known: bytes, distance: int, seed: int) -> bytes:
    """The hash with this many bits turned over."""
    mask = sum(1 << bit for bit in random.Random(seed).sample(range(HASH_BITS), distance))
    return (int.from_bytes(known, "little") ^ mask).to_bytes(HASH_BYTES, "little")


def sharing(known: bytes, part: slice, count: int, seed: int) -> list[bytes]:
    """Random hashes that equal `known` in these bytes."""
    start, stop, _ = part.indices(HASH_BYTES)
    return [made[:start] + known[part] + made[stop:] for made in hashes(count, seed)]


def numbered(known: Iterable[bytes], first: int = 1) -> list[Entry]:
    """Entries with records from `first`."""
    return list(enumerate(known, start=first))


def apart(entries: Iterable[Entry]) -> tuple[list[int], bytes]:
    """Records and hashes as the index takes them."""
    listed = list(entries)
    return [record for record, _ in listed], b"".join(known for _, known in listed)
