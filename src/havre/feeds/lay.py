"""Files of feeds, written so that nobody ever reads half of one: contents by their digest, metadata by name."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Unavailable
from havre.feeds.places import content_at

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

LEVEL = 9
GATHERED = 1 << 20
MODE = 0o640
"""What serves files is another user, in the group of whoever writes them."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A content that lies on disk."""

    sha256: str
    bytes: int
    entries: int


def lay_lines(root: Path, feed: int, lines: Iterable[str]) -> Laid:
    """Write lines, compressed, as they come; the same lines give the same file, which then lies there once."""
    folder = root / str(feed) / "files"
    temporary = folder / f".{os.getpid()}.part"
    digest, size, count = sha256(), 0, 0
    packing = zstd.ZstdCompressor(level=LEVEL)
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with temporary.open("wb") as out:
            for piece in _pieces(lines):
                count += piece.count(b"\n")
                packed = packing.compress(piece)
                digest.update(packed)
                size += out.write(packed)
            last = packing.flush()
            digest.update(last)
            size += out.write(last)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(MODE)
        _name(temporary, content_at(root, feed, digest.hexdigest()))
    except OSError as error:
        raise _no_room(error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    return Laid(digest.hexdigest(), size, count)


def lay_bytes(root: Path, feed: int, content: bytes) -> Laid:
    """The same of a small content, as it is."""
    digest = sha256(content).hexdigest()
    lay_at(content_at(root, feed, digest), content)
    return Laid(digest, len(content), 0)


def lay_at(path: Path, content: bytes, mode: int = MODE) -> None:
    """Write a small file at this place, in one step; durable when it returns. It has its mode from the start."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags | os.O_CLOEXEC, mode)) as out:
            os.fchmod(out.fileno(), mode)  # whatever the mask is, or what was left here
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _name(temporary, path)
    except OSError as error:
        raise _no_room(error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _pieces(lines: Iterable[str]) -> Iterable[bytes]:
    held, size = list[str](), 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= GATHERED:
            yield "".join(held).encode("ascii")
            held, size = [], 0
    yield "".join(held).encode("ascii")


def _name(temporary: Path, path: Path) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _no_room(error: OSError) -> Unavailable:
    return Unavailable(
        _("the files of the feed could not be written (%(error)s): run this again, it goes on from there")
        % {"error": error.strerror}
    )
