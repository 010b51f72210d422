"""The persistent exact index: immutable segments on disk, a small tail in memory, tombstones for what was removed.

The database is the truth. The tail is not persisted: whoever opens an index adds every record above its watermark
again, and does so before each flush, so that the watermark never passes a record the flush did not know of. One thread
or process at a time changes the files, under a lock; searches take none.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from havre.errors import Invalid
from havre.matching import manifest as manifests
from havre.matching import views
from havre.matching.files import writing
from havre.matching.hashes import LARGEST_RECORD, NONE, Entries, Records, entries_from, joined
from havre.matching.manifest import Manifest, Named
from havre.matching.reference import HASH_BITS, HASH_BYTES, MATCH_DISTANCE, ORIENTATIONS, Hit, Pair
from havre.matching.segment import MAX_ROWS, Segment, write_segment

FLUSH_AT = 10_000
"""Tail entries from which a flush pays: until then comparing all of them costs less than 25 µs."""

MERGE_FACTOR = 8
"""A new segment swallows the older ones before it that are less than this many times larger."""

STILL_BURIED = 1_000_000
"""Records this close below the watermark may still be in the tail of some process."""


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds. `entries` counts segments and tail, removed ones included until they are compacted away."""

    entries: int
    segments: int
    bytes_per_entry: float
    tail: int
    tombstones: int
    watermark: int


class Index:
    """Finds every record within a radius of a 256-bit hash, exactly."""

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`; Broken if it is damaged."""
        self.directory = directory
        self._changing = threading.RLock()
        self._view = views.load(directory, ())

    @classmethod
    def open(cls, directory: Path) -> "Index":
        """The index in `directory`, its tail empty: add every record above `watermark`. Broken if it is damaged."""
        return cls(directory)

    @classmethod
    def create(cls, directory: Path) -> "Index":
        """An empty index in `directory`, instead of whatever index, whole or damaged, was there."""
        return cls.rebuild(directory, ())

    @classmethod
    def rebuild(cls, directory: Path, batches: Iterable[tuple[Iterable[int], bytes]]) -> "Index":
        """An index of exactly these (records, hashes), put in place of any older one at once when all are written."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(directory):
            generation = manifests.newest_generation(directory) + 1
            written: list[Named] = []
            watermark = 0
            for entries in _in_segments(entries_from(records, hashes) for records, hashes in batches):
                written.append(write_segment(directory, f"{generation}-{len(written)}.segment", entries))
                watermark = max(watermark, int(entries.records.max()))
            manifests.write(directory, Manifest(generation, watermark, tuple(written)))
            manifests.sweep_unnamed(directory, manifests.read(directory))
        return cls(directory)

    # ---- asking ----

    @property
    def watermark(self) -> int:
        """The largest record ever put into a segment: the tail must hold all that came after it."""
        return self._view.manifest.watermark

    def search(self, query: bytes, radius: int = MATCH_DISTANCE) -> list[Hit]:
        """Every record within `radius` bits of the 32-byte query, nearest first, then by record."""
        _check(query, HASH_BYTES, radius)
        return _sorted([Hit(distance, record) for _, distance, record in views.found(self._view, query, radius)])

    def search_batch(self, queries: bytes, radius: int = MATCH_DISTANCE) -> list[list[Hit]]:
        """What `search` answers to each of the queries of 32 bytes, in their order."""
        _check(queries, len(queries) // HASH_BYTES * HASH_BYTES, radius)
        answers: list[list[Hit]] = [[] for _ in range(len(queries) // HASH_BYTES)]
        for query, distance, record in views.found(self._view, queries, radius):
            answers[query].append(Hit(distance, record))
        return [_sorted(hits) for hits in answers]

    def search_few(self, queries: bytes, radius: int, keeps: views.Keeps) -> Iterator[list[Hit]]:
        """The same, query after query, of the hits that are kept: however many there are, few are in memory at once."""
        _check(queries, len(queries) // HASH_BYTES * HASH_BYTES, radius)
        for hits in views.found_few(self._view, queries, radius, keeps):
            yield _sorted([Hit(distance, record) for distance, record in hits])

    def search_oriented(self, orientations: bytes, radius: int = MATCH_DISTANCE) -> list[Hit]:
        """Every record within `radius` of one of a picture's 8 hashes (256 bytes), once, with its best orientation."""
        _check(orientations, ORIENTATIONS * HASH_BYTES, radius)
        best: dict[int, tuple[int, int]] = {}
        for orientation, distance, record in views.found(self._view, orientations, radius):
            found = (distance, orientation)
            if record not in best or found < best[record]:
                best[record] = found
        return _sorted([Hit(distance, record, orientation) for record, (distance, orientation) in best.items()])

    def nearest(self, query: bytes, k: int) -> list[Hit]:
        """The k records nearest to the query (fewer if there are not so many); of equally near ones, the lowest."""
        if k < 0:
            raise Invalid(f"the number of nearest records cannot be negative, and {k} is")
        near = self.search(query)
        if len(near) >= k:
            return near[:k]
        return self.search(query, views.distance_of_kth(self._view, query, k))[:k]

    def pairs(self, radius: int = MATCH_DISTANCE) -> Iterator[Pair]:
        """All pairs of live records within `radius` of each other, by first and second record."""
        _check(b"", 0, radius)
        return views.pairs(views.live(self._view), radius)

    @property
    def records(self) -> Records:
        """Every live record, ascending."""
        gone = np.fromiter(self._view.tombstones, np.uint32, len(self._view.tombstones))
        return np.setdiff1d(self.lying, gone, assume_unique=True)

    @property
    def lying(self) -> Records:
        """Every record that its segments have, removed ones too, and those of the tail that were not, ascending."""
        parts = [segment.all_entries().records for segment in self._view.segments]
        return np.unique(np.concatenate([*parts, self._view.tail.records]))

    def contents(self) -> Iterator[tuple[int, bytes]]:
        """Every live record with its hash, by record: equal to the database's if the index is right."""
        live = views.live(self._view)
        order = np.lexsort((*live.words.T, live.records))
        for start in range(0, len(order), FLUSH_AT):
            part = order[start : start + FLUSH_AT]
            hashes = live.words[part].tobytes()
            for at, record in enumerate(live.records[part].tolist()):
                yield record, hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES]

    def status(self) -> Status:
        """How much the index holds and what it costs."""
        view = self._view
        entries = sum(segment.entries for segment in view.segments)
        size = sum(segment.shape.file_bytes for segment in view.segments)
        return Status(
            entries=entries + len(view.tail),
            segments=len(view.segments),
            bytes_per_entry=size / entries if entries else 0.0,
            tail=len(view.tail),
            tombstones=len(view.tombstones),
            watermark=view.manifest.watermark,
        )

    def verify(self) -> list[str]:
        """Everything that was altered or contradicts itself, by file, part and bytes; empty if all is as written."""
        return verify(self.directory)

    # ---- changing ----

    def add(self, records: Iterable[int], hashes: bytes) -> None:
        """Put records with their 32-byte hashes into the tail; searchable when it returns. Those held are ignored."""
        added = entries_from(records, hashes)
        with self._changing:
            self._view = views.with_tail(self._view, joined([self._view.tail, views.not_held(self._view, added)]))

    def refresh(self) -> None:
        """See what other processes flushed, removed or rebuilt; cheap if there is nothing."""
        if manifests.stamp(self.directory) == self._view.stamp:
            return
        with self._changing:
            self._reload()

    def flush(self, largest: int = MAX_ROWS) -> None:
        """Write the tail as a segment, merged with older ones that are not much larger; durable when it returns.

        No segment of more than `largest` entries comes of merging: writing one takes some 300 bytes an entry.
        """
        with self._changing, writing(self.directory):
            self._reload()
            view = self._view
            if not len(view.tail):
                return
            merged = _to_merge(view, largest)
            kept = view.segments[: len(view.segments) - len(merged)]
            entries = joined([*(segment.all_entries() for segment in merged), view.tail])
            watermark = max(view.manifest.watermark, int(view.tail.records.max()))
            self._replace(kept, views.without(entries, view.tombstones), view.tombstones, watermark)

    def remove(self, records: Iterable[int]) -> None:
        """Never find these records again, here and, once refreshed, in other processes; durable when it returns."""
        gone = frozenset(records)
        if any(not 0 < record <= LARGEST_RECORD for record in gone):
            raise Invalid(f"a record lies between 1 and {LARGEST_RECORD}")
        with self._changing, writing(self.directory):
            self._reload()
            view = self._view
            if gone <= view.tombstones:
                return
            self._replace(view.segments, NONE, view.tombstones | gone, view.manifest.watermark)

    def expunge(self, gone: Records) -> None:
        """Write these and what was removed before out of the segments, one at a time; durable when it returns."""
        with self._changing, writing(self.directory):
            self._reload()
            view, written = self._view, list[Named]()
            generation = view.manifest.generation + 1
            out = np.union1d(gone, np.fromiter(view.tombstones, np.uint32, len(view.tombstones)))
            for number, segment in enumerate(view.segments):
                entries = segment.all_entries()
                kept = entries.keep(~np.isin(entries.records, out))
                if len(kept) == len(entries):
                    written.append(segment.name)
                elif len(kept):
                    written.append(write_segment(self.directory, f"{generation}-{number}.segment", kept))
            # As in `compact`: what may be in the tail of some process stays buried.
            ahead = frozenset(out[out > max(0, view.manifest.watermark - STILL_BURIED)].tolist())
            if ahead == view.tombstones and written == [segment.name for segment in view.segments]:
                return
            buried = manifests.write_tombstones(self.directory, generation, ahead)
            manifests.write(self.directory, Manifest(generation, view.manifest.watermark, tuple(written), buried))
            self._reload()
            manifests.sweep_unnamed(self.directory, self._view.manifest)

    def compact(self) -> None:
        """Rewrite the segments without the removed records, and forget the tombstones of all but the latest records."""
        with self._changing, writing(self.directory):
            self._reload()
            view = self._view
            entries = views.without(joined(segment.all_entries() for segment in view.segments), view.tombstones)
            # Some process may hold a removed record in its tail without having heard of it: those stay buried.
            latest = view.manifest.watermark - STILL_BURIED
            ahead = frozenset(record for record in view.tombstones if record > latest)
            self._replace((), entries, ahead, view.manifest.watermark)

    def _replace(self, kept: tuple[Segment, ...], entries: Entries, tombstones: frozenset[int], watermark: int) -> None:
        """Make the index these kept segments and a new one of `entries`. Under the lock; durable when it returns."""
        view = self._view
        generation = view.manifest.generation + 1
        written = [
            write_segment(self.directory, f"{generation}-{number}.segment", part)
            for number, part in enumerate(_in_segments([entries]))
        ]
        buried = view.manifest.tombstones
        if tombstones != view.tombstones:
            buried = manifests.write_tombstones(self.directory, generation, tombstones)
        segments = (*(segment.name for segment in kept), *written)
        manifests.write(self.directory, Manifest(generation, watermark, segments, buried))
        self._reload()
        manifests.sweep_unnamed(self.directory, self._view.manifest)

    def _reload(self) -> None:
        """Load what the manifest says now, keeping the segments already open; the tail keeps what they do not hold."""
        if manifests.stamp(self.directory) == self._view.stamp:
            return
        tail = self._view.tail
        loaded = views.load(self.directory, self._view.segments)
        self._view = views.with_tail(loaded, views.not_held(loaded, tail))


def verify(directory: Path) -> list[str]:
    """Everything altered in the index's files, by file, part and bytes; works on an index too damaged to open."""
    return manifests.damage(directory, lambda named: Segment(directory, named).damage())


# ---- questions and answers ----


def _check(queries: bytes, expected: int, radius: int) -> None:
    if len(queries) != expected:
        raise Invalid(f"this search takes hashes of {HASH_BYTES} bytes, {expected} bytes here, not {len(queries)}")
    if not 0 <= radius <= HASH_BITS:
        raise Invalid(f"a radius lies between 0 and {HASH_BITS} bits, not {radius}")


def _sorted(hits: list[Hit]) -> list[Hit]:
    if len(hits) > 1:
        hits.sort(key=lambda hit: (hit.distance, hit.record))
    return hits


# ---- writing ----


def _to_merge(view: views.View, largest: int) -> tuple[Segment, ...]:
    """The newest segments that the tail swallows, so that their number stays logarithmic in the entries."""
    total, first = len(view.tail), len(view.segments)
    while first and view.segments[first - 1].entries < MERGE_FACTOR * total:
        if total + view.segments[first - 1].entries > largest:
            break
        first -= 1
        total += view.segments[first].entries
    return view.segments[first:]


def _in_segments(parts: Iterable[Entries]) -> Iterator[Entries]:
    """The same entries, in as few parts of at most 2^24 as the order allows."""
    held: list[Entries] = []
    count = 0
    for part in parts:
        for start in range(0, len(part), MAX_ROWS):
            piece = Entries(part.records[start : start + MAX_ROWS], part.words[start : start + MAX_ROWS])
            if count + len(piece) > MAX_ROWS:
                yield joined(held)
                held, count = [], 0
            held.append(piece)
            count += len(piece)
    if count:
        yield joined(held)
