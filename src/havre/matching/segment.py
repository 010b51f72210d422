"""A segment: an immutable, memory-mapped file of up to 2^24 distinct hashes that C searches in place.

Header (4,096 bytes) | body (native/hamming/segment.c) | records | duplicates | checksums. Every part is cut into blocks
of 64 KiB; the last part holds their SHA-256, the header that of the last part, and its last 32 bytes its own.
"""

import mmap
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np

from havre.matching import _hamming
from havre.matching.files import write_whole
from havre.matching.hashes import WORDS, Collapsed, Entries, Records, collapse, odd_weight
from havre.matching.manifest import Named, broken
from havre.matching.reference import HASH_BYTES

MAX_ROWS = 2**24
"""Ids inside a segment have 3 bytes."""

BANDS = 11
"""Measured best between 1 and 10 million rows at up to 80 bytes per entry (docs/decisions/0020)."""

HEADER_BYTES = 4096
BLOCK_BYTES = 64 * 1024
DIGEST_BYTES = 32
MAGIC = b"HAVRESEG"
VERSION = 1
TRIPLE = struct.Struct("<3I")
"""How the kernel answers: query, row, distance."""

Matched = tuple[Records, Records, Records]
"""Queries, distances and records, in step."""

_HEADER = struct.Struct("<8s12Q32s")
_MIXED = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers in a segment's header, in their order there. Positions are bytes from the start of the file."""

    version: int
    rows: int
    indexed: int
    bands: int
    bits: int
    parity: int
    duplicates: int
    highest_record: int
    records_at: int
    duplicates_at: int
    checksums_at: int
    file_bytes: int


def _padded(size: int) -> int:
    return (size + 63) & ~63


def _bucket_bits(rows: int) -> int:
    """About 32 rows to a bucket."""
    return min(max((rows * 2 // 3).bit_length() - 5, 4), 19)


def _shape(rows: int, indexed: int, parity: int, duplicates: int, highest: int) -> Shape:
    bits = _bucket_bits(indexed)
    records_at = HEADER_BYTES + _hamming.body_size(rows, indexed, BANDS, bits)
    duplicates_at = records_at + _padded(rows * 4)
    checksums_at = duplicates_at + _padded(duplicates * 8)
    shape = Shape(
        VERSION, rows, indexed, BANDS, bits, parity, duplicates, highest, records_at, duplicates_at, checksums_at, 0
    )
    blocks = sum(1 for _ in _blocks(shape))
    return replace(shape, file_bytes=checksums_at + blocks * DIGEST_BYTES)


def _parts(shape: Shape) -> Iterator[tuple[str, int, int]]:
    """Name, start and end in the file of every part that the checksums cover; together, with no gap."""
    body = _hamming.body_parts(shape.rows, shape.indexed, shape.bands, shape.bits)
    starts = [(name, HEADER_BYTES + at) for name, at in body]
    starts += [("records", shape.records_at), ("duplicates", shape.duplicates_at), ("", shape.checksums_at)]
    for (name, start), (_, end) in pairwise(starts):
        yield name, start, end


def _blocks(shape: Shape) -> Iterator[tuple[str, int, int]]:
    for name, start, end in _parts(shape):
        for at in range(start, end, BLOCK_BYTES):
            yield name, at, min(at + BLOCK_BYTES, end)


# ---- writing ----


def write_segment(directory: Path, name: str, entries: Entries) -> Named:
    """Write entries (at least one, at most 2^24 distinct hashes) as a segment; synced when it returns."""
    distinct = collapse(entries)
    shape, order, contents = _arranged(distinct)
    records = distinct.records[order]
    new_row = np.empty(len(order), np.uint32)
    new_row[order] = np.arange(len(order), dtype=np.uint32)
    duplicates = np.stack([new_row[distinct.further_rows], distinct.further_records])
    duplicates = duplicates[:, np.lexsort((duplicates[1], duplicates[0]))]
    _fill(contents, shape.records_at, records.astype("<u4").tobytes())
    _fill(contents, shape.duplicates_at, duplicates.astype("<u4").tobytes())
    view = memoryview(contents)
    digests = b"".join(sha256(view[start:end]).digest() for _, start, end in _blocks(shape))
    header = _header(shape, digests)
    write_whole(directory / name, [header, view[HEADER_BYTES : shape.checksums_at], digests])
    return Named(name, sha256(header).hexdigest())


def _fill(contents: mmap.mmap, at: int, data: bytes) -> None:
    contents[at : at + len(data)] = data


def _arranged(distinct: Collapsed) -> tuple[Shape, Records, mmap.mmap]:
    """The segment's memory with its body built, and which distinct hash each of its rows is."""
    odd = odd_weight(distinct.words)
    odd_rows = int(odd.sum())
    parity = int(odd_rows * 2 > len(odd))
    stray = odd if parity == 0 else ~odd
    # Few hashes of the other parity are kept apart and always compared; many make the segment a mixed one.
    strays = int(stray.sum())
    if strays > max(16, len(odd) // 4096):
        parity, strays, stray = _MIXED, 0, np.zeros(len(odd), np.bool_)
    arranged = np.argsort(stray, kind="stable") if strays else np.arange(len(odd))
    highest = max(int(distinct.records.max()), int(distinct.further_records.max(initial=0)))
    shape = _shape(len(odd), len(odd) - strays, parity, len(distinct.further_rows), highest)
    contents = mmap.mmap(-1, shape.checksums_at)
    with suppress(OSError):  # huge pages make building faster; a kernel without them is no reason to fail
        contents.madvise(mmap.MADV_HUGEPAGE)
    words = np.ascontiguousarray(distinct.words[arranged] if strays else distinct.words)
    body = memoryview(contents)[HEADER_BYTES : shape.records_at]
    order = np.frombuffer(_hamming.build(words.data.cast("B"), shape.indexed, shape.bands, shape.bits, body), np.uint32)
    return shape, arranged[order].astype(np.uint32), contents


def _header(shape: Shape, digests: bytes) -> bytes:
    numbers = (getattr(shape, field.name) for field in fields(Shape))
    data = _HEADER.pack(MAGIC, *numbers, sha256(digests).digest()).ljust(HEADER_BYTES - DIGEST_BYTES, b"\0")
    return data + sha256(data).digest()


# ---- reading ----


class Segment:
    """An open segment."""

    __slots__ = (
        "_data",
        "_digests",
        "_duplicate_records",
        "_duplicate_rows",
        "kernel",
        "name",
        "path",
        "records",
        "shape",
    )

    def __init__(self, directory: Path, named: Named) -> None:
        """Map it and check its header; Broken if that was altered, FileNotFoundError if the file is gone."""
        self.name = named
        self.path = directory / named.file
        with self.path.open("rb") as file:
            try:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise broken(self.path, "is empty") from None
        self.shape, self._digests = self._checked_header()
        with suppress(OSError):
            self._data.madvise(mmap.MADV_HUGEPAGE)
        shape, view = self.shape, memoryview(self._data)
        self.kernel = _hamming.Segment(
            view[HEADER_BYTES : shape.records_at], shape.rows, shape.indexed, shape.bands, shape.bits, shape.parity
        )
        self.records = view[shape.records_at : shape.records_at + shape.rows * 4].cast("I")
        halves = view[shape.duplicates_at : shape.duplicates_at + shape.duplicates * 8].cast("I")
        self._duplicate_rows, self._duplicate_records = halves[: shape.duplicates], halves[shape.duplicates :]

    def _checked_header(self) -> tuple[Shape, bytes]:
        header = self._data[:HEADER_BYTES]
        if len(header) < HEADER_BYTES or sha256(header).hexdigest() != self.name.sha256:
            raise broken(self.path, f"is damaged: its header, bytes 0 to {HEADER_BYTES}, was altered")
        magic, *numbers, digests = _HEADER.unpack_from(header)
        shape = Shape(*numbers)
        if magic != MAGIC or shape.version != VERSION:
            raise broken(self.path, f"has version {shape.version}, and this program reads version {VERSION}")
        if len(self._data) != shape.file_bytes:
            raise broken(self.path, f"is damaged: it has {len(self._data)} bytes instead of {shape.file_bytes}")
        return shape, digests

    @property
    def entries(self) -> int:
        """Records in it."""
        return self.shape.rows + self.shape.duplicates

    def search(self, queries: bytes, radius: int) -> Iterator[tuple[int, int, int]]:
        """(query, row, distance) of every row within the radius; Broken if the file is damaged."""
        return TRIPLE.iter_unpack(self._within(queries, radius))

    def matched(self, queries: bytes, radius: int) -> Matched:
        """Query, distance and record of every record within the radius, as arrays: a tenth of the memory and time."""
        near = np.frombuffer(self._within(queries, radius), np.uint32).reshape(-1, 3)
        query, row, distance = near.T
        duplicate_rows = np.asarray(self._duplicate_rows)
        first = np.searchsorted(duplicate_rows, row, "left")
        more = np.searchsorted(duplicate_rows, row, "right") - first
        again = np.repeat(np.arange(len(row)), more)
        further = np.arange(len(again)) + np.repeat(first - (np.cumsum(more) - more), more)
        records = np.concatenate([np.asarray(self.records)[row], np.asarray(self._duplicate_records)[further]])
        return np.append(query, query[again]), np.append(distance, distance[again]), records

    def _within(self, queries: bytes, radius: int) -> bytes:
        try:
            return self.kernel.search(queries, radius)
        except _hamming.Corrupt as damage:
            raise broken(self.path, f"is damaged: {damage}") from None

    def records_of(self, row: int) -> Sequence[int]:
        """Every record whose hash is this row's."""
        rows = self._duplicate_rows
        if not rows:
            return (self.records[row],)
        first, last = bisect_left(rows, row), bisect_right(rows, row)
        return (self.records[row], *self._duplicate_records[first:last])

    @property
    def rows(self) -> memoryview:
        """The distinct hashes in row order, 32 bytes each: a view of the file."""
        shape = self.shape
        at = HEADER_BYTES + _hamming.body_parts(shape.rows, shape.indexed, shape.bands, shape.bits)[-1][1]
        return memoryview(self._data)[at : at + shape.rows * HASH_BYTES]

    def all_entries(self) -> Entries:
        """Every record with its hash, in no order; Broken if the file is damaged."""
        words = np.frombuffer(self.rows, "<u8").reshape(-1, WORDS)
        rows = np.array(self._duplicate_rows, np.uint32)
        if len(rows) and int(rows.max()) >= self.shape.rows:
            raise broken(self.path, "is damaged: a duplicate points outside of it")
        records: Records = np.concatenate([np.array(self.records), np.array(self._duplicate_records, np.uint32)])
        return Entries(records.astype(np.uint32), np.concatenate([words, words[rows]]))

    def damage(self) -> Iterator[str]:
        """What is wrong with it: each altered block, by part and bytes; nothing if it is as it was written."""
        view = memoryview(self._data)
        digests = view[self.shape.checksums_at :]
        if sha256(digests).digest() != self._digests:
            yield f"{self.path}: checksums, bytes {self.shape.checksums_at} to {self.shape.file_bytes}, were altered"
        for number, (name, start, end) in enumerate(_blocks(self.shape)):
            if sha256(view[start:end]).digest() != digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]:
                yield f"{self.path}: {name}, bytes {start} to {end}, were altered"
        yield from (f"{self.path}: {what}" for what in self._contradictions())

    def _contradictions(self) -> Iterator[str]:
        for name, start, end in _parts(self.shape):
            if name.startswith("offsets"):
                offsets = np.frombuffer(self._data, "<u4", (1 << self.shape.bits) + 1, start)
                if offsets[-1] != self.shape.indexed or bool((offsets[1:] < offsets[:-1]).any()):
                    yield f"{name}, bytes {start} to {end}, do not rise to the number of rows"
            if name.startswith("ids"):
                ids = np.frombuffer(self._data, "u1", self.shape.indexed * 3, start).reshape(-1, 3)
                if bool(
                    (
                        ids[:, 0] + 256 * ids[:, 1].astype("u4") + 65536 * ids[:, 2].astype("u4") >= self.shape.indexed
                    ).any()
                ):
                    yield f"{name}, bytes {start} to {end}, name rows that are not there"
