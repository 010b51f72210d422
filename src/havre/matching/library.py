"""A persistent store for fingerprints other than hashes: volumes on disk, small ones in memory, tombstones.

As with the index of hashes (index.py) the database is the truth, and the tail is not persisted: whoever opens a library
adds every record above its watermark again, and does so before each flush. One thread or process at a time changes the
files, under a lock; searches take none. What a volume holds and how it is searched is the business of its kind.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from havre.errors import Invalid
from havre.matching import manifest as manifests
from havre.matching import volumes as volumes_of
from havre.matching.files import writing
from havre.matching.hashes import LARGEST_RECORD, Records
from havre.matching.index import STILL_BURIED, Status
from havre.matching.manifest import Manifest
from havre.matching.volume import Kind, Stored, Volume
from havre.matching.volumes import Entry, Group

FLUSH_BYTES = 64 * 1024 * 1024
"""Bytes of the tail from which a flush pays."""

LARGEST_BYTES = 512 * 1024 * 1024
"""No larger volume comes of merging: its tables are made in memory."""


class Library:
    """Holds fingerprints of one kind as tables to search in."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        """Open the library in `folder`; Broken if it is damaged or of another kind or version."""
        self.folder = folder
        self.kind = kind
        self._changing = threading.RLock()
        self._view = volumes_of.loaded(folder, kind, ())

    @classmethod
    def open(cls, folder: Path, kind: Kind) -> "Library":
        """The library in `folder`, its tail empty: add every record above `watermark`. Broken if it is damaged."""
        return cls(folder, kind)

    @classmethod
    def create(cls, folder: Path, kind: Kind) -> "Library":
        """An empty library in `folder`, instead of whatever, whole or damaged, was there."""
        return cls.rebuild(folder, kind, ())

    @classmethod
    def rebuild(cls, folder: Path, kind: Kind, entries: Iterable[Entry], largest: int = LARGEST_BYTES) -> "Library":
        """A library of exactly these entries, put in place of any older one at once when all are written."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(folder):
            generation = manifests.newest_generation(folder) + 1
            stored = volumes_of.stacked(folder, kind, entries, generation, largest)
            named = tuple(each.name for each in stored)
            manifest = Manifest(generation, volumes_of.highest(stored), named, kind=volumes_of.said(kind))
            manifests.write(folder, manifest)
            manifests.sweep_unnamed(folder, manifest)
        return cls(folder, kind)

    # ---- asking ----

    @property
    def watermark(self) -> int:
        """The largest record ever stored on disk: the tail must hold all that came after it."""
        return self._view.manifest.watermark

    def volumes(self) -> list[Volume]:
        """All there is to search in, as it is now: later additions and removals do not change what was given out."""
        return list(self._view.every)

    @property
    def records(self) -> Records:
        """Every live record, ascending: equal to the database's if the library is right."""
        live = [volume.records[volume.live] for volume in self._view.every]
        return np.sort(np.concatenate([np.zeros(0, np.uint32), *live]))

    @property
    def lying(self) -> Records:
        """Every record that its files have, removed ones too, ascending."""
        return np.unique(np.concatenate([np.zeros(0, np.uint32), *(volume.records for volume in self._view.every)]))

    def __contains__(self, record: int) -> bool:
        if not 0 < record <= LARGEST_RECORD:
            return False
        return any(volume.holds(np.array([record], np.uint32)).any() for volume in self._view.every)

    def __len__(self) -> int:
        return sum(volume.count for volume in self._view.every)

    @property
    def tail_bytes(self) -> int:
        """What waits in memory for a flush, which pays from FLUSH_BYTES on."""
        return sum(volume.size for volume in self._view.tail)

    def status(self) -> Status:
        """How much the library holds and what it costs; its segments are its stored volumes."""
        view = self._view
        stored = sum(each.rows for each in view.stored)
        return Status(
            entries=sum(len(volume) for volume in view.every),
            segments=len(view.stored),
            bytes_per_entry=sum(each.size for each in view.stored) / stored if stored else 0.0,
            tail=sum(volume.count for volume in view.tail),
            tombstones=len(view.tombstones),
            watermark=view.manifest.watermark,
        )

    def verify(self) -> list[str]:
        """Everything that was altered, by file, table and bytes; empty if all is as written."""
        return verify(self.folder, self.kind)

    # ---- changing ----

    def add(self, entries: Iterable[Entry]) -> None:
        """Put packed fingerprints into the tail; searchable when it returns. Those held or removed are ignored.

        Invalid, and nothing is added, if one of them is none of its kind.
        """
        given = list(entries)
        with self._changing:
            view = self._view
            wanted = (entry for entry in given if entry[0] not in view.tombstones)
            new = volumes_of.built(self.kind, wanted, view.every)
            if new is not None:
                self._view = replace(view, tail=volumes_of.with_new(self.kind, view.tail, new))

    def refresh(self) -> None:
        """See what other processes flushed, removed or rebuilt; cheap if there is nothing."""
        if manifests.stamp(self.folder) == self._view.stamp:
            return
        with self._changing:
            self._reload()

    def flush(self, largest: int = LARGEST_BYTES) -> None:
        """Write the tail as a volume, merged with older ones that are not much larger; durable when it returns.

        Nothing is merged into more than `largest` bytes.
        """
        with self._changing, writing(self.folder):
            self._reload()
            view = self._view
            if view.tail:
                first = volumes_of.swallowed(view.stored, view.tail, largest)
                group = Group(view.stored[first:], (*view.volumes[first:], *view.tail))
                self._replace(view.stored[:first], [group], view.tombstones)

    def remove(self, records: Iterable[int]) -> None:
        """Never find these records again, here and, once refreshed, in other processes; durable when it returns."""
        gone = frozenset(records)
        if any(not 0 < record <= LARGEST_RECORD for record in gone):
            raise Invalid(f"a record lies between 1 and {LARGEST_RECORD}")
        with self._changing, writing(self.folder):
            self._reload()
            view = self._view
            if not gone <= view.tombstones:
                self._replace(view.stored, [], view.tombstones | gone)

    def compact(self, largest: int = LARGEST_BYTES) -> None:
        """Rewrite the volumes without the removed records, and forget the tombstones of all but the latest records."""
        with self._changing, writing(self.folder):
            self._reload()
            view = self._view
            groups = list(volumes_of.neighbours(view, largest))
            kept = [each for group in groups if group.untouched for each in group.stored]
            # Some process may hold a removed record in its tail without having heard of it: those stay buried.
            latest = view.manifest.watermark - STILL_BURIED
            ahead = frozenset(record for record in view.tombstones if record > latest)
            self._replace(kept, [group for group in groups if not group.untouched], ahead)

    def close(self) -> None:
        """Let go of the files: it answers nothing any more. Volumes that were given out stay whole."""
        del self._view

    def _replace(self, kept: Sequence[Stored], groups: Iterable[Group], tombstones: frozenset[int]) -> None:
        """Make the library these kept files and one of each group. Under the lock; durable when it returns."""
        view = self._view
        generation = view.manifest.generation + 1
        made = volumes_of.written(self.folder, self.kind, groups, generation)
        new = [Stored(self.folder, named, self.kind) for named in made]
        buried = view.manifest.tombstones
        if tombstones != view.tombstones:
            buried = manifests.write_tombstones(self.folder, generation, tombstones)
        watermark = max(view.manifest.watermark, volumes_of.highest(new))
        stored = sorted((*kept, *new), key=lambda each: -each.rows)
        segments = tuple(each.name for each in stored)
        manifests.write(self.folder, Manifest(generation, watermark, segments, buried, view.manifest.kind))
        self._reload(new)
        manifests.sweep_unnamed(self.folder, self._view.manifest)

    def _reload(self, new: Sequence[Stored] = ()) -> None:
        """Load what the manifest says now, keeping the files already open; the tail keeps what they do not hold."""
        if manifests.stamp(self.folder) == self._view.stamp:
            return
        loaded = volumes_of.loaded(self.folder, self.kind, (*self._view.stored, *new))
        self._view = replace(loaded, tail=volumes_of.still_missing(self._view.tail, loaded))


def verify(folder: Path, kind: Kind) -> list[str]:
    """Everything altered in the library's files, by file, table and bytes; works on one too damaged to open."""
    return manifests.damage(folder, lambda named: Stored(folder, named, kind).damage())
