"""What a source holds, in the order of paths: a file, or a folder to its depth; links are never followed.

Paths are bytes on disk; here they are text, undecodable bytes escaped, so that they can be shown and kept.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from havre.errors import Invalid


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a source, before anything was read of it."""

    path: str
    """As shown: the source as given, then the way inside it."""
    location: bytes
    """As the file system knows it."""
    bytes: int = 0
    modified_at: datetime | None = None
    accessed_at: datetime | None = None
    changed_at: datetime | None = None
    refusal: str = ""
    """Why it can't be read, where that is already plain."""


def shown(path: bytes | str) -> str:
    """A path as text that can be printed, stored and sent: bytes that are not UTF-8 appear as \\xNN."""
    raw = os.fsencode(path)
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def files_of(path: str) -> Iterator[Found]:
    """Every file below this path, sorted by the bytes of its whole path.

    Raises Invalid where the path itself does not exist or is a link.
    """
    root = os.fsencode(path)
    try:
        status = os.lstat(root)
    except OSError as error:
        raise Invalid(f"{shown(path)} can't be taken in: {error.strerror}") from error
    if stat.S_ISLNK(status.st_mode):
        raise Invalid(f"{shown(path)} is a link: name the folder or file it points to")
    if stat.S_ISDIR(status.st_mode):
        yield from _below(root)
    else:
        yield found_at(root, status)


def opener(found: Found) -> Callable[[], BinaryIO]:
    """Opens a file of the source; raises OSError where a link, a pipe or a device took its place since."""

    def opened() -> BinaryIO:
        file = os.fdopen(_descriptor(found.location), "rb")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise OSError(errno.EINVAL, "not a regular file")
        return file

    return opened


def _descriptor(location: bytes) -> int:
    # Not blocking: a pipe would wait for a writer who never comes.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        # Evidence keeps its access time, where this user may leave it alone.
        return os.open(location, flags | os.O_NOATIME)
    except PermissionError:
        return os.open(location, flags)


def _below(folder: bytes) -> Iterator[Found]:
    """The files of a folder and its subfolders; iterative, so that depth costs no stack."""
    waiting = _entries(folder)
    while waiting:
        location, status, refusal = waiting.pop()
        if refusal or status is None:
            yield Found(shown(location), location, refusal=refusal)
        elif stat.S_ISDIR(status.st_mode):
            waiting += _entries(location)
        else:
            yield found_at(location, status)


Entry = tuple[bytes, os.stat_result | None, str]


def _entries(folder: bytes) -> list[Entry]:
    """What a folder holds, last first; a folder that can't be read is one unreadable entry."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - bytes paths
    except OSError as error:
        return [(folder, None, f"the folder can't be read: {error.strerror}")]
    entries = [_status(os.path.join(folder, name)) for name in names]  # noqa: PTH118 - bytes paths
    return sorted(entries, key=_place, reverse=True)


def _status(location: bytes) -> Entry:
    try:
        return location, os.lstat(location), ""
    except OSError as error:
        return location, None, f"can't be read: {error.strerror}"


def _place(entry: Entry) -> bytes:
    """Folders sort as if their name ended in a slash, so that the whole path decides."""
    location, status, _ = entry
    is_folder = status is not None and stat.S_ISDIR(status.st_mode)
    return location + b"/" if is_folder else location


def found_at(location: bytes, status: os.stat_result) -> Found:
    """What is told of the file at this place before it is read; links and what is no regular file are refused."""
    return Found(
        path=shown(location),
        location=location,
        bytes=status.st_size,
        modified_at=time_of(status.st_mtime),
        accessed_at=time_of(status.st_atime),
        changed_at=time_of(status.st_ctime),
        refusal=_not_a_file(status.st_mode),
    )


def time_of(seconds: float) -> datetime | None:
    """The time of a file, which may be older than 1970; none where it lies in no year that a calendar here has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _not_a_file(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link: links are never followed"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return ""
