"""ZIP by its directory. The one at the end counts, as for every unpacker that the sender may have used."""

import stat
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from havre.media.decode.members import Members, is_bomb, swollen
from havre.media.decode.plain import plain

ENCRYPTED = 0x1
UNIX_TIMES = 0x5455
"""Extra field 'UT': seconds since 1970 in UTC, where the plain field has local time (Info-ZIP)."""

UNREADABLE = (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, BadZipFile, zlib.error, struct.error)


class NoDirectoryError(Exception):
    """The directory is missing or broken; members may still be there."""


def read(archive: IO[bytes], sent: Members) -> None:
    """Send every member, sorted by name. One that cannot be read costs only itself. Raises NoDirectoryError."""
    try:
        opened = ZipFile(archive)
    except (BadZipFile, *UNREADABLE) as problem:
        raise NoDirectoryError(str(problem)) from problem
    with opened:
        for info in sorted(opened.infolist(), key=_name):
            if not info.is_dir():
                _send(opened, info, sent)


def _name(info: ZipInfo) -> bytes:
    # As a folder of the same files would be read: what is new and what repeats must not depend on the packing.
    return info.filename.encode("utf-8", "surrogateescape")


def _send(opened: ZipFile, info: ZipInfo, sent: Members) -> None:
    sent.open(info.filename, info.file_size, modified(info))
    if trouble := _obstacle(info):
        sent.close(trouble)
        return
    try:
        with opened.open(info) as content:
            sent.pour(content.read, lambda: max(info.compress_size, 1))
    except UNREADABLE as problem:
        sent.close(f"unreadable: {plain(str(problem), 200)}")
    sent.close()


def _obstacle(info: ZipInfo) -> str | None:
    if info.flag_bits & ENCRYPTED:
        return "encrypted: it needs a password"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link: not followed"
    if is_bomb(info.compress_size, info.file_size):
        return swollen(info.compress_size, info.file_size)
    return None


def modified(info: ZipInfo) -> str | None:
    """When the member says it was changed: with a zone if it has one, None if it is no date."""
    for kind, data in _extras(info.extra):
        if kind == UNIX_TIMES and len(data) >= 5 and data[0] & 1:
            seconds = int.from_bytes(data[1:5], "little", signed=True)
            return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    try:
        # Local time wherever it was packed: the zone is not known.
        return datetime(*info.date_time).isoformat()
    except ValueError:
        return None


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length
