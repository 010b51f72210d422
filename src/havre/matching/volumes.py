"""The volumes of a library: which there are, how new ones are made of fingerprints and of older volumes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from havre.errors import Invalid
from havre.matching import manifest as manifests
from havre.matching.hashes import LARGEST_RECORD, Records
from havre.matching.manifest import Manifest, Named
from havre.matching.volume import RECORDS, Kind, Mask, Stored, Volume, joined, whole, write_volume

Entry = tuple[int, bytes]
"""A record and its packed fingerprint."""

GROWTH = 2
"""A new volume on disk swallows the older ones before it that have less than this many times its rows: a row is written
again whenever its volume grew by half."""

BATCH_BYTES = 64 * 1024 * 1024
"""Packed fingerprints, in bytes, that are looked at in one go when a library is made of many."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """All that a search reads, exchanged as a whole, so that no search sees half a change."""

    manifest: Manifest
    stamp: manifests.Stamp | None
    stored: tuple[Stored, ...]
    volumes: tuple[Volume, ...]
    """Of what is stored, in step."""

    tombstones: frozenset[int]
    tail: tuple[Volume, ...] = ()

    @property
    def every(self) -> tuple[Volume, ...]:
        """Stored volumes and those of the tail."""
        return self.volumes + self.tail


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """What becomes one volume: files, which are checked whole first, and all the volumes, theirs among them."""

    stored: tuple[Stored, ...]
    volumes: tuple[Volume, ...]

    @property
    def untouched(self) -> bool:
        """Whether it is one file that would only be written as it is."""
        return len(self.volumes) == len(self.stored) == 1 and not self.volumes[0].dead.any()


# ---- reading ----


def loaded(folder: Path, kind: Kind, before: tuple[Stored, ...]) -> View:
    """What the manifest says, with those files that are open already. Broken if it is damaged or of another kind."""
    known = {each.name: each for each in before}

    def held(manifest: Manifest) -> tuple[Manifest, tuple[Stored, ...], frozenset[int]]:
        if manifest.kind != said(kind):
            what = f"holds '{manifest.kind}', and this program reads '{said(kind)}'"
            raise manifests.broken(folder / manifests.NAME, what)
        stored = tuple(known.get(named) or Stored(folder, named, kind) for named in manifest.segments)
        return manifest, stored, manifests.read_tombstones(folder, manifest.tombstones)

    stamp, (manifest, stored, tombstones) = manifests.opened(folder, held)
    volumes = tuple(whole(each.tables).without(_array(tombstones)) for each in stored)
    return View(manifest, stamp, stored, volumes, tombstones)


def said(kind: Kind) -> str:
    """A kind as the manifest tells it."""
    return f"{kind.name} {kind.version}"


def still_missing(tail: Iterable[Volume], view: View) -> tuple[Volume, ...]:
    """The tail without what the view holds by now, or has buried."""
    gone = _array(view.tombstones)
    left = (each.without(gone).without(each.records[_held(view.volumes, each.records)]) for each in tail)
    return tuple(each for each in left if not each.dead.all())


def _held(volumes: Iterable[Volume], records: Records) -> Mask:
    held = np.zeros(len(records), np.bool_)
    for volume in volumes:
        held |= volume.holds(records)
    return held


def _array(records: frozenset[int]) -> Records:
    return np.fromiter(records, np.uint32, len(records))


def highest(stored: Iterable[Stored]) -> int:
    """The largest record in any of them."""
    return max((int(each.tables[RECORDS][-1]) for each in stored), default=0)


# ---- making ----


def built(kind: Kind, entries: Iterable[Entry], volumes: Iterable[Volume]) -> Volume | None:
    """A volume of those entries that no other volume holds, each record once; None if there is none left."""
    given: dict[int, bytes] = {}
    for record, data in entries:
        if not 0 < record <= LARGEST_RECORD:
            raise Invalid(f"a record lies between 1 and {LARGEST_RECORD}")
        given.setdefault(record, data)
    records = np.array(sorted(given), np.uint32)
    new = records[~_held(volumes, records)].tolist()
    return whole(kind.build([(record, given[record]) for record in new])) if new else None


def with_new(kind: Kind, tail: tuple[Volume, ...], new: Volume) -> tuple[Volume, ...]:
    """The tail with one more volume, which swallows those before it that are no larger: a row moves log n times."""
    first, rows = len(tail), len(new)
    while first and len(tail[first - 1]) <= rows:
        first -= 1
        rows += len(tail[first])
    tables = joined(kind, [*tail[first:], new])
    assert tables is not None
    return (*tail[:first], whole(tables))


def swallowed(stored: Sequence[Stored], fresh: Sequence[Volume], largest: int) -> int:
    """From which of the stored volumes on they become one with the fresh ones: it stays below `largest` bytes."""
    first, rows, size = len(stored), sum(map(len, fresh)), sum(each.size for each in fresh)
    while first and stored[first - 1].rows < GROWTH * rows and size + stored[first - 1].size <= largest:
        first -= 1
        rows += stored[first].rows
        size += stored[first].size
    return first


def neighbours(view: View, largest: int) -> Iterator[Group]:
    """All stored volumes, in as few groups of up to `largest` bytes as their order allows."""
    first, size = 0, 0
    for at, each in enumerate(view.stored):
        if at > first and size + each.size > largest:
            yield Group(view.stored[first:at], view.volumes[first:at])
            first, size = at, 0
        size += each.size
    if view.stored:
        yield Group(view.stored[first:], view.volumes[first:])


def written(folder: Path, kind: Kind, groups: Iterable[Group], generation: int, first: int = 0) -> list[Named]:
    """A file of every group that has a live row, one after the other; Broken if one of its files was altered."""
    made: list[Named] = []
    for group in groups:
        for each in group.stored:
            each.check()
        tables = joined(kind, group.volumes)
        if tables is not None:
            made.append(write_volume(folder, f"{generation}-{first + len(made)}.volume", kind, tables))
    return made


def stacked(folder: Path, kind: Kind, entries: Iterable[Entry], generation: int, largest: int) -> tuple[Stored, ...]:
    """Files of all entries, merged as they grow; those that were merged into others are gone again."""
    stored: tuple[Stored, ...] = ()
    for number, part in enumerate(_batches(entries)):
        new = built(kind, part, [whole(each.tables) for each in stored])
        if new is None:
            continue
        kept = stored[: swallowed(stored, [new], largest)]
        old = stored[len(kept) :]
        group = Group(old, (*(whole(each.tables) for each in old), new))
        stored = (*kept, *(Stored(folder, named, kind) for named in written(folder, kind, [group], generation, number)))
        for each in old:
            each.path.unlink()
    return stored


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    held: list[Entry] = []
    size = 0
    for entry in entries:
        held.append(entry)
        size += len(entry[1])
        if size >= BATCH_BYTES:
            yield held
            held, size = [], 0
    yield held
