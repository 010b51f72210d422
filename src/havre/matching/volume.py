"""A volume: the tables of many fingerprints, in memory or as an immutable, memory-mapped file that vouches for itself.

Magic and length | header, JSON | tables, each at a multiple of 64 bytes | checksums. Every table is cut into blocks of
64 KiB; the last part holds their SHA-256, the header that of the last part, and the manifest that of the header.
"""

import json
import mmap
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from havre.matching.files import write_whole
from havre.matching.hashes import Records
from havre.matching.manifest import Named, broken

Tables = Mapping[str, NDArray[Any]]
"""Tables of one volume by name. `records` are always among them: u32, ascending, one for each fingerprint (a row)."""

Mask = NDArray[np.bool_]

MAGIC = b"HAVREVOL"
RECORDS = "records"
ALIGNED = 64
BLOCK_BYTES = 64 * 1024
DIGEST_BYTES = 32

SMALL_BYTES = 1024 * 1024
"""Tables of up to so many bytes are checked when a file is opened, 1 ms each, and the records always; larger
ones by `damage`, and before anything is made of them."""

_START = struct.Struct("<8sQ")


class Kind(Protocol):
    """What a library holds, and how it is looked for: the tables of one kind of fingerprint."""

    @property
    def name(self) -> str:
        """What it is called in files and errors."""

    @property
    def version(self) -> int:
        """Changes whenever the tables would: what another version wrote is refused."""

    def build(self, entries: Sequence[tuple[int, bytes]], /) -> Tables:
        """The tables of these fingerprints, by record, each record once; Invalid for bytes that are none."""

    def merge(self, parts: Sequence[tuple[Tables, Mask]], /) -> Tables:
        """The tables of one volume from those of several: of each only the rows where the mask is true.

        No record is in two of them, and they lie in no order. Memory: that of what is made, not of what it is made of.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """What a search looks in: all tables of some fingerprints, and which of their rows must never be an answer."""

    tables: Tables
    dead: Mask

    def __len__(self) -> int:
        return len(self.dead)

    @property
    def records(self) -> Records:
        """Of every row, ascending."""
        return self.tables[RECORDS]

    @property
    def live(self) -> Mask:
        """Which rows may be an answer."""
        return ~self.dead

    @property
    def count(self) -> int:
        """How many rows may be an answer."""
        return len(self) - int(np.count_nonzero(self.dead))

    @property
    def size(self) -> int:
        """Bytes of all its tables."""
        return sum(table.nbytes for table in self.tables.values())

    def holds(self, records: Records) -> Mask:
        """Which of the records are in it and not dead."""
        at, inside = self._rows(records)
        inside[inside] = ~self.dead[at[inside]]
        return inside

    def without(self, records: Records) -> "Volume":
        """The same, in which these records are dead too."""
        at, inside = self._rows(records)
        if not inside.any():
            return self
        dead = self.dead.copy()
        dead[at[inside]] = True
        return Volume(self.tables, dead)

    def _rows(self, records: Records) -> tuple[NDArray[np.intp], Mask]:
        """The row each record has or would have, and whether it has it."""
        at = np.searchsorted(self.records, records)
        inside = at < len(self)
        inside[inside] = self.records[at[inside]] == records[inside]
        return at, inside


def whole(tables: Tables) -> Volume:
    """A volume of which every row is alive."""
    return Volume(tables, np.zeros(len(tables[RECORDS]), np.bool_))


def joined(kind: Kind, volumes: Iterable[Volume]) -> Tables | None:
    """One volume's tables from all rows of these that are alive; None if no row is."""
    alive = [volume for volume in volumes if not volume.dead.all()]
    if len(alive) == 1 and not alive[0].dead.any():
        return alive[0].tables
    return kind.merge([(volume.tables, volume.live) for volume in alive]) if alive else None


# ---- writing ----


def write_volume(directory: Path, name: str, kind: Kind, tables: Tables) -> Named:
    """Write tables as a volume; synced when it returns. ValueError where a kind broke its promise about records."""
    _check_records(kind, tables[RECORDS])
    laid = [np.ascontiguousarray(table) for table in tables.values()]
    told = [[key, _described(table.dtype), list(table.shape)] for key, table in zip(tables, laid, strict=True)]
    views = [table.reshape(-1).view(np.uint8).data for table in laid]
    digests = b"".join(_digest(view[at : at + BLOCK_BYTES]) for view in views for at in _starts(len(view)))
    text = {"kind": kind.name, "version": kind.version, "tables": told, "checksums": sha256(digests).hexdigest()}
    header = _padded(json.dumps(text).encode(), _START.size)
    header = _START.pack(MAGIC, len(header)) + header
    write_whole(directory / name, _laid_out(header, views, digests))
    return Named(name, sha256(header).hexdigest())


def _check_records(kind: Kind, records: Records) -> None:
    rising = records.dtype == np.uint32 and records.ndim == 1 and bool((records[1:] > records[:-1]).all())
    if not rising:
        raise ValueError(f"the records of a volume of {kind.name} do not rise")


def _laid_out(header: bytes, views: Sequence[memoryview], digests: bytes) -> Iterator[bytes | memoryview]:
    yield header
    for view in filter(len, views):
        yield view
        if gap := _gap(len(view)):
            yield bytes(gap)
    if digests:
        yield digests


def _padded(text: bytes, before: int) -> bytes:
    return text + b" " * _gap(before + len(text))


def _gap(size: int) -> int:
    return -size % ALIGNED


def _digest(block: memoryview) -> bytes:
    """Of a block and the gap after it: blocks are aligned, so only the last of a table has one."""
    digest = sha256(block)
    digest.update(bytes(_gap(len(block))))
    return digest.digest()


def _starts(size: int) -> range:
    return range(0, size, BLOCK_BYTES)


def _described(dtype: np.dtype[Any]) -> Any:
    """As JSON can say it; a dtype of objects is refused."""
    if dtype.hasobject:
        raise ValueError("a table of objects cannot be written")
    return np.lib.format.dtype_to_descr(dtype)


def _dtype(described: Any) -> np.dtype[Any]:
    if isinstance(described, str):
        return np.dtype(described)
    return np.dtype([(name, _dtype(held), *map(tuple, shape)) for name, held, *shape in described])


# ---- reading ----


@dataclass(frozen=True, slots=True)
class _Part:
    """One table in a file: where it begins, and where the gap after it ends."""

    key: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int
    first: int
    """The number of its first block among all of the file."""

    @property
    def blocks(self) -> range:
        """Where each begins."""
        return range(self.start, self.end, BLOCK_BYTES)

    @property
    def cheap(self) -> bool:
        """Whether it is checked whenever the file is opened."""
        return self.key == RECORDS or self.end - self.start <= SMALL_BYTES


class Stored:
    """An open volume on disk."""

    __slots__ = ("_data", "_digests", "_parts", "name", "path", "tables")

    def __init__(self, directory: Path, named: Named, kind: Kind) -> None:
        """Map it and check what is cheap to check; Broken if it was altered or is not of this kind and version.

        FileNotFoundError if the file is gone.
        """
        self.name = named
        self.path = directory / named.file
        with self.path.open("rb") as file:
            try:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise broken(self.path, "is empty") from None
        self._parts, self._digests = self._checked(kind)
        self._refuse(self._altered([part for part in self._parts if part.cheap]))
        self.tables: Tables = {
            part.key: np.ndarray(part.shape, part.dtype, self._data, part.start) for part in self._parts
        }

    def _checked(self, kind: Kind) -> tuple[list[_Part], memoryview]:
        start, end = _START.size, 0
        if len(self._data) >= start:
            end = start + _START.unpack_from(self._data)[1]
        if sha256(self._data[:end]).hexdigest() != self.name.sha256:
            raise broken(self.path, "is damaged: its header was altered")
        held = json.loads(self._data[start:end])
        if (held["kind"], held["version"]) != (kind.name, kind.version):
            said = f"{held['kind']} of version {held['version']}"
            raise broken(self.path, f"holds {said}, and this program reads {kind.name} of version {kind.version}")
        parts = list(_placed(held["tables"], end))
        digests_at = parts[-1].end
        size = digests_at + DIGEST_BYTES * sum(len(part.blocks) for part in parts)
        if len(self._data) != size:
            raise broken(self.path, f"is damaged: it has {len(self._data)} bytes instead of {size}")
        digests = memoryview(self._data)[digests_at:]
        if sha256(digests).hexdigest() != held["checksums"]:
            raise broken(self.path, f"is damaged: its checksums, bytes {digests_at} to {size}, were altered")
        return parts, digests

    @property
    def size(self) -> int:
        """Bytes of its file."""
        return len(self._data)

    @property
    def rows(self) -> int:
        """Fingerprints in it."""
        return len(self.tables[RECORDS])

    def check(self) -> None:
        """Read all of it; Broken if anything was altered."""
        self._refuse(self._altered(self._parts))

    def damage(self) -> Iterator[str]:
        """What is wrong with it: each altered block, by table and bytes; nothing if it is as it was written."""
        return (f"{self.path}: {what}" for what in self._altered(self._parts))

    def _refuse(self, altered: Iterator[str]) -> None:
        for what in altered:
            raise broken(self.path, f"is damaged: {what}")

    def _altered(self, parts: Iterable[_Part]) -> Iterator[str]:
        view = memoryview(self._data)
        for part in parts:
            for number, at in enumerate(part.blocks, part.first):
                digest = self._digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]
                end = min(at + BLOCK_BYTES, part.end)
                if sha256(view[at:end]).digest() != digest:
                    yield f"table {part.key}, bytes {at} to {end}, was altered"


def _placed(told: Sequence[tuple[str, Any, Sequence[int]]], start: int) -> Iterator[_Part]:
    first = 0
    for key, described, shape in told:
        dtype = _dtype(described)
        size = dtype.itemsize * prod(shape)
        end = start + size + _gap(size)
        part = _Part(key, dtype, tuple(shape), start, end, first)
        yield part
        start, first = end, first + len(part.blocks)
