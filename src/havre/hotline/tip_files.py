"""A file of a platform's report as it comes: sealed before it touches the disk, by a process that can't open it again.

Its key is sealed to the unit's door; the bytes are digested as they pass, and are never looked into here.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import md5, sha256
from pathlib import Path
from shutil import disk_usage

from havre.errors import Invalid, Unavailable
from havre.hotline.tip_sealed import Came, context_of
from havre.media.store import TEMPORARY
from havre.sealing.envelope import KEY_BYTES, Random, chunked, seal_chunks

MOST_BYTES = 4 << 30
"""Of one file."""
SPARE = 1 << 30
"""Bytes that stay free on the disk, whatever comes."""

BETWEEN = 8 << 20
"""Bytes after which it is asked again whether there is room for more."""


class TooLarge(Invalid):
    """A file has more bytes than are taken."""


def must_have_room(folder: Path, least: int = SPARE) -> None:
    """Raises Unavailable where nothing more may be written."""
    try:
        folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        room = disk_usage(folder).free
    except OSError as error:
        raise Unavailable("no folder takes files here: whoever runs this must look") from error
    if room < least:
        raise Unavailable("there is no room for files now: send it again later")


def take_file(
    folder: Path,
    unit: str,
    pieces: Iterator[bytes],
    random: Random = os.urandom,
    most: int = MOST_BYTES,
    must_fit: Callable[[Path], None] = must_have_room,
) -> Came:
    """Seal what comes into the folder; it is on the disk when this returns, and nothing is where it did not come whole.

    Raises TooLarge where it is, Unavailable where the disk has no room.
    """
    blob = _blob(random)
    place, key = folder / blob, random(KEY_BYTES)
    waiting = place.with_name(place.name + TEMPORARY)
    passed = _Passed(pieces, most)
    try:
        place.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        with waiting.open("xb") as file:
            asked = 0
            for piece in seal_chunks(chunked(passed.read), key, context_of(unit, blob), random):
                file.write(piece)
                if file.tell() - asked >= BETWEEN:  # others write as well: what was free once need not be now
                    asked = file.tell()
                    must_fit(folder)
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(place)
        _settle(folder, place.parent)
    except OSError as error:
        _drop(waiting)
        raise Unavailable("there is no room for this file now: send it again later") from error
    except BaseException:
        _drop(waiting)
        raise
    return Came(blob, key, passed.count, passed.short.hexdigest(), passed.long.hexdigest())


def discard(folder: Path, blob: str) -> None:
    """The file is gone from the disk, where it was there."""
    _drop(folder / blob)


def _blob(random: Random) -> str:
    drawn = random(40).hex()
    return f"tips/{drawn[:2]}/{drawn[:64]}.{drawn[64:]}"


def _drop(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _settle(root: Path, folder: Path) -> None:
    for each in (folder, folder.parent, root):
        handle = os.open(each, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Passed:
    """Pieces as something to read from, counted and digested on their way."""

    def __init__(self, pieces: Iterator[bytes], most: int) -> None:
        self.count, self.short, self.long = 0, md5(usedforsecurity=False), sha256()
        self._pieces, self._most, self._held = pieces, most, memoryview(b"")

    def read(self, count: int) -> bytes:
        """Up to so many bytes. Raises TooLarge once more came than may."""
        if not self._held:
            self._held = memoryview(next(self._pieces, b""))
        piece = bytes(self._held[:count])
        self._held = self._held[count:]
        self.count += len(piece)
        if self.count > self._most:
            raise TooLarge("a file has at most %(most)s bytes: send it in another way", most=self._most)
        self.short.update(piece)
        self.long.update(piece)
        return piece
