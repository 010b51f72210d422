"""The newest checkpoint this home has seen, in a file outside the database: who rolls one back betrays the other."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Unavailable
from havre.sealing.sign import Verifier, read_note

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""


LONGEST = 65_536
"""Bytes of the file that are read: a note has some hundreds."""


@contextmanager
def _opened(path: Path | str, how: int) -> Iterator[int]:
    # Every look at anything opens these files: what pathlib adds costs as much again.
    descriptor = os.open(path, how, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_seen(path: Path) -> str:
    """The signed note in the file, unproven; empty where there is no file."""
    try:
        with _opened(path, os.O_RDONLY) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # or half of a note could be read that is being written over
            return os.read(descriptor, LONGEST).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Unavailable(
            _("the checkpoint file %(path)s could not be read (%(error)s)") % {"path": path, "error": error.strerror}
        ) from error


def keep_seen(path: Path, note: str, verifier: Verifier) -> None:
    """Replace the file by this note, unless it holds a newer one already; durable when it returns."""
    try:
        with _alone(path):
            held = read_seen(path)
            if held and read_note(held, verifier).number >= read_note(note, verifier).number:
                return
            if len(held.encode()) == len(note.encode()) <= SECTOR:
                _write_over(path, note.encode())
            else:
                _replace(path, note.encode())
    except OSError as error:
        raise Unavailable(
            _("the checkpoint file %(path)s could not be written (%(error)s): what was done is done and logged")
            % {"path": path, "error": error.strerror}
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    # Two commands that end together must not put the older checkpoint over the newer.
    with _opened(f"{path}.lock", os.O_RDWR | os.O_CREAT) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _write_over(path: Path, content: bytes) -> None:
    """The same file with other bytes: nothing of the folder changes, and one disk sector is written whole or not."""
    with _opened(path, os.O_WRONLY) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        written = os.write(descriptor, content)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.fdatasync(descriptor)
    if written != len(content):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
