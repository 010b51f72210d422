"""Archives, taken apart inside the sandbox: every member goes to the parent in pieces, nothing touches a disk.

Names are only shown, links are never followed, and a member that swells beyond reason is stopped and named.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO, Any, Protocol

from havre.media.decode import salvage, sevenzip, zips
from havre.media.decode.members import Emit, Members
from havre.media.decode.outcomes import NotMedia
from havre.media.decode.packings import SpoiltError
from havre.media.decode.payload import Payload, Payloads, payloads_of, payloads_packed
from havre.media.decode.plain import plain
from havre.media.decode.warc import BEGINS, Bad

BROKEN = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError),
    *(zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, sevenzip.BROKEN),
)
"""Whatever an archive reader raises over bad data; not MemoryError."""


def members(archive: IO[bytes], kind: str, emit: Emit) -> None:
    """Send every member of the archive, then one message about the whole. Raises NotMedia, MemoryError."""
    if kind not in READERS:
        raise NotMedia(f"{kind} is not a kind of archive")
    sent = Members(emit)
    trouble = None
    try:
        READERS[kind](archive, sent)
    except sent.Stopped as stopped:
        trouble = str(stopped)
    except BROKEN as problem:
        trouble = f"unreadable: {plain(str(problem) or type(problem).__name__, 200)}"
        sent.close(trouble)
    emit({"finished": True, "trouble": trouble}, b"")


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Rejoined:
    """A stream whose first bytes were read to see what it is."""

    def __init__(self, head: bytes, rest: _Stream) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def read(self, size: int = -1, /) -> bytes:
        return self._head.read(size) or self._rest.read(size)


def _warc(archive: IO[bytes], sent: Members) -> None:
    _media(payloads_of(archive, archive.tell), sent)


def _media(payloads: Payloads, sent: Members) -> None:
    """The pictures, films and sounds of a crawl, each called by its address; nothing else of it is a member."""
    trouble = ""
    for found in payloads:
        if isinstance(found, Bad):
            trouble = trouble or f"record {found.position}: {found.reason}"
        if not isinstance(found, Payload):
            continue
        sent.open(found.address, None, None)
        try:
            for piece in found.pieces:
                sent.piece(piece)
        except SpoiltError as problem:
            sent.close(f"unreadable: {problem}")
        sent.close(found.trouble or None)
    if trouble:
        raise sent.Stopped(f"unreadable: {trouble}")


def _tar(archive: IO[bytes], sent: Members) -> None:
    _tar_stream(archive, archive, sent)


def _compressed(opened: Callable[[IO[bytes]], _Stream]) -> Callable[[IO[bytes], Members], None]:
    def read(archive: IO[bytes], sent: Members) -> None:
        stream = opened(archive)
        head = _head(stream)
        joined = _Rejoined(head, stream)
        if head[257:262] == b"ustar":
            _tar_stream(joined, archive, sent)
        elif head.startswith(BEGINS):
            archive.seek(0)
            _media(payloads_packed(archive), sent)
        else:
            _alone(joined, archive, sent)

    return read


def _head(stream: _Stream) -> bytes:
    try:
        return stream.read(1024)
    except EOFError:
        return b""


def _alone(stream: _Stream, packed: IO[bytes], sent: Members) -> None:
    """A single compressed file: it has no name of its own worth keeping."""
    sent.open("", None, None)
    sent.pour(stream.read, packed.tell)
    sent.close()


def _tar_stream(stream: Any, packed: IO[bytes], sent: Members) -> None:
    with tarfile.open(fileobj=stream, mode="r|", errorlevel=1) as tar:
        while (info := tar.next()) is not None:
            # tarfile remembers every member; a hostile archive has millions.
            tar.members = []  # type: ignore[attr-defined]
            if info.isdir():
                continue
            sent.open(info.name, info.size, _when(info.mtime))
            if info.isreg() and (content := tar.extractfile(info)) is not None:
                sent.pour(content.read, _since(packed), skip_rest=not info.issparse())
                sent.close()
            else:
                sent.close(_not_a_file(info))


def _since(packed: IO[bytes]) -> Callable[[], int]:
    begin = packed.tell()
    return lambda: packed.tell() - begin


def _not_a_file(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return plain(f"link: to {info.linkname}, not followed", 300)
    return "unreadable: not an ordinary file"


def _when(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


def _zip(archive: IO[bytes], sent: Members) -> None:
    try:
        zips.read(archive, sent)
    except zips.NoDirectoryError as problem:
        salvage.read(archive, sent)
        raise sent.Stopped(f"unreadable: {plain(str(problem), 150)}; read by its members instead") from problem


READERS: dict[str, Callable[[IO[bytes], Members], None]] = {
    "zip": _zip,
    "7z": sevenzip.read,
    "tar": _tar,
    "warc": _warc,
    "gzip": _compressed(lambda archive: gzip.GzipFile(fileobj=archive)),
    "bzip2": _compressed(bz2.BZ2File),
    "xz": _compressed(lzma.LZMAFile),
}
