"""7z through py7zr, whose members are caught on their way to memory; no name of the archive becomes a path."""

import os
from datetime import UTC, datetime
from typing import IO, Any

import py7zr
from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import MemIO, Py7zIO, WriterFactory

from havre.media.decode.members import Members, is_bomb, swollen

BLOCK = 1 << 20
"""Bytes unpacked at a time. py7zr would ask the operating system for more, which the sandbox does not let it."""
py7zr.py7zr.get_memory_limit = lambda: BLOCK  # type: ignore[attr-defined]

BROKEN = ArchiveError
"""What py7zr raises over a bad archive, besides what Python itself does."""


def read(archive: IO[bytes], sent: Members) -> None:
    """Send every ordinary file. Raises Stopped for encrypted archives and bombs."""
    size = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    try:
        with py7zr.SevenZipFile(archive) as opened:
            if opened.needs_password():
                raise sent.Stopped("encrypted: it needs a password")
            _extract(opened, _Caught(sent, size))
    except PasswordRequired as problem:
        raise sent.Stopped("encrypted: it needs a password") from problem
    except UnsupportedCompressionMethodError as problem:
        raise sent.Stopped("unreadable: packed in an unknown way") from problem


def _extract(opened: Any, caught: "_Caught") -> None:
    """Let py7zr unpack one member after the other, in this thread, into `caught`.

    Its own `extract` would first turn the names into paths, and refuse the whole archive over a hostile one.
    """
    for file in opened.files:
        if file.is_directory or file.is_socket:
            continue
        if file.is_symlink or file.is_junction:
            caught.link(file)
            continue
        caught.files[str(file.id)] = file
        opened.worker.register_filelike(file.id, MemIO(str(file.id), caught))
    opened.worker.extract(opened.fp, None, parallel=False)


class _Caught(WriterFactory):
    """What py7zr takes for a place to write to."""

    def __init__(self, sent: Members, packed: int) -> None:
        self.files: dict[str, Any] = {}
        self._sent, self._packed, self._unpacked = sent, packed, 0

    def create(self, filename: str) -> "_Sink":
        file = self.files[filename]
        self._sent.open(str(file.filename), file.uncompressed, _when(file))
        return _Sink(self)

    def link(self, file: Any) -> None:
        self._sent.open(str(file.filename), None, _when(file))
        self._sent.close("link: not followed")

    def write(self, data: bytes) -> None:
        self._sent.piece(data)
        self._unpacked += len(data)
        # Members are packed together: only the archive as a whole has a ratio.
        if is_bomb(self._packed, self._unpacked):
            reason = swollen(self._packed, self._unpacked)
            self._sent.close(reason)
            raise self._sent.Stopped(reason)

    def close(self) -> None:
        self._sent.close()


class _Sink(Py7zIO):
    """One member on its way."""

    def __init__(self, caught: _Caught) -> None:
        self._caught, self._size = caught, 0

    def write(self, s: bytes | bytearray) -> int:
        self._caught.write(bytes(s))
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002 - py7zr never reads back what it wrote
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002
        return 0

    def flush(self) -> None:
        """Every piece has already left."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        self._caught.close()


def _when(file: Any) -> str | None:
    try:
        moment: datetime = file.lastwritetime.as_datetime()
    except (AttributeError, OverflowError, ValueError, OSError):
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
