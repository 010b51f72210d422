"""What is handed in as a capture of a site: what it is, by what it is known again, and what a folder holds."""

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from typing import Any

from havre.errors import Invalid
from havre.matches.formats.captured import LONGEST, UNPRINTABLE
from havre.matches.formats.record import excerpt
from havre.media.kinds import HEAD_BYTES, kind_of
from havre.media.sources import Found, files_of, opener

FORMATS = ("list", "warc", "folder")
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Offered:
    """What is handed in, and how it is to be read."""

    path: str
    format: str
    sha256: bytes
    descriptor: int


@contextmanager
def offered_at(path: str, kind: str) -> Iterator[Offered]:
    if kind and kind not in FORMATS:
        raise Invalid(f"there is no format {kind!r}: take one of {', '.join(FORMATS)}")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        if kind and folder != (kind == "folder"):
            raise Invalid(f"{path} is {'a' if folder else 'no'} folder: say another --format, or none")
        if folder:
            yield Offered(path, "folder", _listing(path), descriptor)
            return
        chosen = kind or ("warc" if _is_warc(descriptor) else "list")
        yield Offered(path, chosen, _digest(path, descriptor), descriptor)
    finally:
        os.close(descriptor)


def _is_warc(descriptor: int) -> bool:
    head = os.pread(descriptor, HEAD_BYTES, 0)
    if head[:2] == b"\x1f\x8b":
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 16)
        except zlib.error:
            return False
    return head.startswith(b"WARC/1.")


def _digest(path: str, descriptor: int) -> bytes:
    digest, offset = sha256(), 0
    try:
        while piece := os.pread(descriptor, PIECE, offset):
            digest.update(piece)
            offset += len(piece)
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    return digest.digest()


def _listing(path: str) -> bytes:
    digest = sha256(b"folder\0")
    for found in files_of(path):
        changed = found.modified_at.isoformat() if found.modified_at else ""
        digest.update(f"{found.path}\0{found.bytes}\0{changed}\0".encode("utf-8", "surrogatepass"))
    return digest.digest()


def folder_rows(path: str, after: int) -> Iterator[dict[str, Any]]:
    """The pictures, films and sounds of a folder in the order of paths, behind the file with this number."""
    for position, found in enumerate(files_of(path), start=1):
        if position <= after:
            continue
        answer: dict[str, Any] = {"rows": [], "bad": [], "passed": 0, "upto": position}
        where = found.path.removeprefix(path.rstrip("/") + "/")
        reason = found.refusal or (UNPRINTABLE if not where.isprintable() or len(where) > LONGEST else "")
        try:
            row = None if reason else _digested(found, position, where)
        except OSError as error:
            row, reason = None, f"can't be read: {error.strerror}"
        if reason:
            answer["bad"] = [[position, reason, excerpt(where)]]
        elif row is None:
            answer["passed"] = 1
        else:
            answer["rows"] = [row]
        yield answer
    yield {"ended_early": False}


def _digested(found: Found, position: int, where: str) -> list[Any] | None:
    with opener(found)() as file:
        head = file.read(HEAD_BYTES)
        kind = kind_of(head)
        if kind is None or kind.family == "archive":
            return None
        digests = (sha256(head), sha1(head, usedforsecurity=False), md5(head, usedforsecurity=False))
        while piece := file.read(PIECE):
            for digest in digests:
                digest.update(piece)
    return [position, where, "", "", kind.name, *(digest.hexdigest() for digest in digests)]
