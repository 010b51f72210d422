"""What a search reads of an index: the segments of one manifest, its tombstones and the tail, and how it is read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from havre.matching import _hamming
from havre.matching import manifest as manifests
from havre.matching.hashes import NONE, Entries, Records, collapse, joined
from havre.matching.manifest import Manifest
from havre.matching.reference import HASH_BITS, HASH_BYTES, Pair
from havre.matching.segment import TRIPLE, Matched, Segment

FIRST_ASKED = 4
"""Queries asked first; then twice as many each time, as long as their hits are few."""
MOST_AT_ONCE = 500_000
"""Hits at a time, more or less: some 50 MB."""

Keeps = Callable[[Records, Records, Records], NDArray[np.bool_]]
"""Which hits are kept, of their queries, distances and records."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """All that a search reads, exchanged as a whole, so that no search sees half a change."""

    manifest: Manifest
    stamp: manifests.Stamp | None
    segments: tuple[Segment, ...]
    tombstones: frozenset[int]
    tail: Entries
    tail_hashes: bytes


def found(view: View, queries: bytes, radius: int) -> list[tuple[int, int, int]]:
    """(query, distance, record) of every live hit, in no order."""
    gone = view.tombstones
    hits = [
        (query, distance, record)
        for segment in view.segments
        for query, row, distance in segment.search(queries, radius)
        for record in segment.records_of(row)
        if record not in gone
    ]
    if not view.tail_hashes:
        return hits
    for query, row, distance in TRIPLE.iter_unpack(_hamming.within(queries, view.tail_hashes, radius)):
        record = int(view.tail.records[row])
        if record not in gone:
            hits.append((query, distance, record))
    return hits


def found_few(view: View, queries: bytes, radius: int, keeps: Keeps) -> Iterator[list[tuple[int, int]]]:
    """(distance, record) of the live hits that are kept, query after query.

    So many are asked at a time that their hits are few, however much on one side looks like the other.
    """
    gone = np.fromiter(view.tombstones, np.uint32, len(view.tombstones))
    at, some = 0, FIRST_ASKED
    while part := queries[at * HASH_BYTES : (at + some) * HASH_BYTES]:
        matched = _matched(view, part, radius, gone)
        kept = keeps(*matched)
        answers: list[list[tuple[int, int]]] = [[] for _ in range(len(part) // HASH_BYTES)]
        for query, distance, record in zip(*(each[kept].tolist() for each in matched), strict=True):
            answers[query].append((distance, record))
        yield from answers
        at, some = at + some, min(2 * some, max(1, MOST_AT_ONCE * some // max(len(kept), 1)))


def _matched(view: View, queries: bytes, radius: int, gone: Records) -> Matched:
    parts = [segment.matched(queries, radius) for segment in view.segments]
    query, row, distance = np.frombuffer(_hamming.within(queries, view.tail_hashes, radius), np.uint32).reshape(-1, 3).T
    parts.append((query, distance, view.tail.records[row]))
    queries_, distances, records = (np.concatenate([part[place] for part in parts]) for place in range(3))
    if not len(gone):
        return queries_, distances, records
    live = ~np.isin(records, gone)
    return queries_[live], distances[live], records[live]


def distance_of_kth(view: View, query: bytes, k: int) -> int:
    """The distance within which k live records lie, or 256 if there are fewer."""
    gone = view.tombstones
    distances: list[int] = []
    for segment in view.segments:
        distances += _nearest_distances(gone, query, k, segment.rows, segment.records_of)
    tail = view.tail.records.tolist()
    distances += _nearest_distances(gone, query, k, memoryview(view.tail_hashes), lambda row: tail[row : row + 1])
    distances.sort()
    return distances[k - 1] if len(distances) >= k else HASH_BITS


def _nearest_distances(
    gone: frozenset[int], query: bytes, k: int, hashes: memoryview, records_of: Callable[[int], Iterable[int]]
) -> list[int]:
    """Distances of at least k live records, the nearest among them, or of all there are."""
    wanted = k
    while True:
        live = [
            distance
            for _, row, distance in TRIPLE.iter_unpack(_hamming.nearest(query, hashes, wanted))
            for record in records_of(row)
            if record not in gone
        ]
        if len(live) >= k or wanted >= len(hashes) // HASH_BYTES:
            return live
        wanted *= 4


def pairs(entries: Entries, radius: int) -> Iterator[Pair]:
    """All pairs within the radius, by first and second record."""
    distinct = collapse(entries)
    triples = np.frombuffer(_hamming.join(distinct.words.tobytes(), radius), np.uint32).reshape(-1, 3)
    order = np.argsort(distinct.further_rows, kind="stable")
    rows = np.concatenate([np.arange(len(distinct.records)), distinct.further_rows[order]])
    records = np.concatenate([distinct.records, distinct.further_records[order]])
    by_row = np.argsort(rows, kind="stable")
    records, starts = records[by_row], np.searchsorted(rows[by_row], np.arange(len(distinct.records) + 1))

    def holders(row: int) -> list[int]:
        return records[starts[row] : starts[row + 1]].tolist()  # type: ignore[no-any-return]

    found = []
    for one, other, distance in triples.tolist():
        found += [Pair(min(a, b), max(a, b), distance) for a in holders(one) for b in holders(other)]
    for row in np.unique(distinct.further_rows).tolist():
        same = sorted(holders(row))
        found += [Pair(a, b, 0) for at, a in enumerate(same) for b in same[at + 1 :]]
    return iter(sorted(found))


# ---- making views ----


def load(directory: Path, opened: tuple[Segment, ...]) -> View:
    """What the manifest says; a file it names may vanish when another process replaces it, then the new one counts."""
    known = {segment.name: segment for segment in opened}

    def held(manifest: Manifest) -> tuple[Manifest, tuple[Segment, ...], frozenset[int]]:
        segments = tuple(known.get(named) or Segment(directory, named) for named in manifest.segments)
        return manifest, segments, manifests.read_tombstones(directory, manifest.tombstones)

    stamp, (manifest, segments, tombstones) = manifests.opened(directory, held)
    return View(manifest, stamp, segments, tombstones, NONE, b"")


def with_tail(view: View, tail: Entries) -> View:
    """The same view with another tail."""
    return replace(view, tail=tail, tail_hashes=tail.words.tobytes())


def not_held(view: View, entries: Entries) -> Entries:
    """Those of the entries that neither the segments nor the tail hold and nobody removed, each once."""
    entries = without(entries, view.tombstones)
    _, first = np.unique(entries.records, return_index=True)
    entries = Entries(entries.records[first], entries.words[first])
    entries = entries.keep(~np.isin(entries.records, view.tail.records))
    low = np.flatnonzero(entries.records <= view.manifest.watermark)
    if not len(low):
        return entries
    held = np.zeros(len(entries), np.bool_)
    for segment in view.segments:
        for asked, row, _ in segment.search(entries.words[low].tobytes(), 0):
            held[low[asked]] |= int(entries.records[low[asked]]) in segment.records_of(row)
    return entries.keep(~held)


def without(entries: Entries, gone: frozenset[int]) -> Entries:
    """The entries that are not gone."""
    if not gone:
        return entries
    return entries.keep(~np.isin(entries.records, np.fromiter(gone, np.uint32, len(gone))))


def live(view: View) -> Entries:
    """Every entry that a search can find, in no order."""
    return without(joined([*(segment.all_entries() for segment in view.segments), view.tail]), view.tombstones)
