"""The manifest: which files an index is made of. One small text file, replaced whole, that vouches for the others.

Line 1 is the SHA-256 of the rest. The rest is JSON. It holds the digest of every segment's header, the header holds the
digest of the segment's table of checksums, and that table those of all its blocks: nothing can change unnoticed.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from havre.errors import Broken
from havre.matching.files import write_whole

NAME = "manifest"
VERSION = 1
_TOMBSTONES_MAGIC = b"HAVRETMB"

Stamp = tuple[int, int, int]
"""Inode, time of change and size: differs whenever the manifest was replaced."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file of the index and the SHA-256 that vouches for it (of a segment: of its header)."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index is made of. `watermark` is the largest record ever put into a segment."""

    generation: int = 0
    watermark: int = 0
    segments: tuple[Named, ...] = ()
    tombstones: Named | None = None


def broken(path: Path, what: str) -> Broken:
    """The error for a damaged file of an index, with the way out."""
    return Broken(f"{path} {what}: run `havre index rebuild`")


def stamp(directory: Path) -> Stamp | None:
    """What to compare to learn whether the manifest was replaced; None if there is none."""
    try:
        status = (directory / NAME).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read(directory: Path) -> Manifest:
    """The manifest, its checksum verified; Broken if it is missing or damaged."""
    path = directory / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise broken(path, "is missing") from None
    digest, newline, text = data.partition(b"\n")
    if newline != b"\n" or digest != sha256(text).hexdigest().encode():
        raise broken(path, "is damaged: its checksum is wrong")
    return _parsed(path, text)


def _parsed(path: Path, text: bytes) -> Manifest:
    held = json.loads(text)
    if held["version"] != VERSION:
        raise broken(path, f"has version {held['version']}, and this program reads version {VERSION}")
    return Manifest(
        generation=held["generation"],
        watermark=held["watermark"],
        segments=tuple(Named(**named) for named in held["segments"]),
        tombstones=Named(**held["tombstones"]) if held["tombstones"] else None,
    )


def write(directory: Path, manifest: Manifest) -> None:
    """Replace the manifest: from now on, and after any crash, the index is this."""
    text = json.dumps({"version": VERSION} | asdict(manifest), indent=1, sort_keys=True).encode() + b"\n"
    write_whole(directory / NAME, [sha256(text).hexdigest().encode() + b"\n" + text])


def write_tombstones(directory: Path, generation: int, records: frozenset[int]) -> Named | None:
    """Keep the removed records in a file of their own."""
    if not records:
        return None
    name = f"{generation}.tombstones"
    data = _TOMBSTONES_MAGIC + np.array(sorted(records), dtype="<u4").tobytes()
    write_whole(directory / name, [data])
    return Named(name, sha256(data).hexdigest())


def read_tombstones(directory: Path, named: Named | None) -> frozenset[int]:
    """The removed records; Broken if their file is damaged, FileNotFoundError if it is gone."""
    if named is None:
        return frozenset()
    data = (directory / named.file).read_bytes()
    if sha256(data).hexdigest() != named.sha256:
        raise broken(directory / named.file, "is damaged: its checksum is wrong")
    return frozenset(np.frombuffer(data, dtype="<u4", offset=len(_TOMBSTONES_MAGIC)).tolist())
