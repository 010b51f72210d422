"""The manifest: which files an index is made of. One small text file, replaced whole, that vouches for the others.

Line 1 is the SHA-256 of the rest. The rest is JSON. It holds the digest of every segment's header, the header holds the
digest of the segment's table of checksums, and that table those of all its blocks: nothing can change unnoticed.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np

from havre.errors import Broken
from havre.matching.files import LOCK, sweep, sync_directory, write_whole, writing

NAME = "manifest"
VERSION = 1
_TOMBSTONES_MAGIC = b"HAVRETMB"

Stamp = tuple[int, int, int]
"""Inode, time of change and size: differs whenever the manifest was replaced."""

Opened = TypeVar("Opened")


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
    kind: str = ""
    """Of a library (library.py) what it holds; an index of hashes says nothing."""


def broken(path: Path, what: str) -> Broken:
    """The error for a damaged file of an index, with the way out."""
    return Broken("%(path)s %(what)s: run `havre index rebuild`", path=path, what=what)


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
        kind=held.get("kind", ""),
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


# ---- the files that belong to a manifest ----


def opened(directory: Path, opening: Callable[[Manifest], Opened]) -> tuple[Stamp | None, Opened]:
    """What `opening` makes of the files the manifest names, and its stamp; Broken if one is missing.

    A file may vanish because another process replaces it: then the new manifest counts.
    """
    while True:
        seen = stamp(directory)
        manifest = read(directory)
        try:
            return seen, opening(manifest)
        except FileNotFoundError as missing:
            if stamp(directory) == seen:
                raise broken(Path(str(missing.filename)), "is missing") from None


def newest_generation(directory: Path) -> int:
    """The highest number that any file of the directory was written under, named by the manifest or not."""
    numbers = (path.name.split(".")[0].split("-")[0] for path in directory.iterdir())
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def sweep_unnamed(directory: Path, manifest: Manifest) -> None:
    """Remove every file of an index that this manifest does not name. Only under the lock."""
    buried = {manifest.tombstones.file} if manifest.tombstones else set()
    sweep(directory, {named.file for named in manifest.segments} | buried)
    sync_directory(directory)


def damage(directory: Path, of_segment: Callable[[Named], Iterable[str]]) -> list[str]:
    """Everything altered in the files, by file, part and bytes; works where there is too much damage to open them."""
    with writing(directory):
        try:
            manifest = read(directory)
        except Broken as error:
            return [str(error)]
        found = []
        try:
            read_tombstones(directory, manifest.tombstones)
        except (Broken, FileNotFoundError) as error:
            found.append(_told(error))
        for named in manifest.segments:
            try:
                found += of_segment(named)
            except (Broken, FileNotFoundError) as error:
                found.append(_told(error))
        if (directory / LOCK).stat().st_size:
            found.append(f"{directory / LOCK}: has contents, and should have none")
        return found


def _told(error: Exception) -> str:
    return f"{error.filename} is missing" if isinstance(error, FileNotFoundError) else str(error)
