"""Matching as anyone would write it: compare everything. Slow and obviously right; the index must agree with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MATCH_DISTANCE = 31
"""Largest Hamming distance, in bits, that counts as the same picture (ThreatExchange PDQ_CONFIDENT_MATCH_THRESHOLD)."""

HASH_BYTES = 32
HASH_BITS = 256
ORIENTATIONS = 8
"""The ways a picture can be turned and mirrored; PDQ gives one hash for each."""

Entry = tuple[int, bytes]
"""A record and its hash."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A record close to the hash asked about; nearest sorts first. `orientation` is how the query had to be turned."""

    distance: int
    record: int
    orientation: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two records close to each other, `first` < `second`."""

    first: int
    second: int
    distance: int


def distance(one: bytes, other: bytes) -> int:
    """Bits in which two hashes differ."""
    return (int.from_bytes(one, "little") ^ int.from_bytes(other, "little")).bit_count()


def search(entries: Iterable[Entry], query: bytes, radius: int = MATCH_DISTANCE) -> list[Hit]:
    """Every record within `radius` bits of the query, nearest first."""
    measured = (Hit(distance(query, known), record) for record, known in entries)
    return sorted(hit for hit in measured if hit.distance <= radius)


def search_oriented(entries: Iterable[Entry], orientations: bytes, radius: int = MATCH_DISTANCE) -> list[Hit]:
    """Every record within `radius` of one of the 8 hashes, once, with its best orientation; nearest first."""
    queries = [orientations[at : at + HASH_BYTES] for at in range(0, len(orientations), HASH_BYTES)]
    best = []
    for record, known in entries:
        nearest, orientation = min((distance(query, known), turned) for turned, query in enumerate(queries))
        if nearest <= radius:
            best.append(Hit(nearest, record, orientation))
    return sorted(best)


def nearest(entries: Iterable[Entry], query: bytes, k: int) -> list[Hit]:
    """The k records nearest to the query; of equally near ones, the lowest records."""
    return search(entries, query, HASH_BITS)[:k]


def pairs(entries: Iterable[Entry], radius: int = MATCH_DISTANCE) -> Iterator[Pair]:
    """All pairs of records within `radius` of each other, by first and second record."""
    ordered = sorted(entries)
    for at, (first, known) in enumerate(ordered):
        for second, other in ordered[at + 1 :]:
            if (apart := distance(known, other)) <= radius:
                yield Pair(first, second, apart)
