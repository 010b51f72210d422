"""What the evidence store asks of the operating system: each call by itself, so that a test can let it fail."""

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Errors that say a disk has no room."""

OVERWRITE = bytes(1 << 20)


def _make_folders(path: str, mode: int) -> None:
    # os.makedirs gives the mode to the last folder alone.
    if path and not Path(path).is_dir():
        _make_folders(str(Path(path).parent), mode)
        with suppress(FileExistsError):
            Path(path).mkdir(mode)


def _drop_from_cache(descriptor: int) -> None:
    # Reading back then asks the disk, not the memory that was just written from.
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


_libc = ctypes.CDLL(None, use_errno=True)


def _sync_all(descriptor: int) -> None:
    # Linux since 5.8 also reports here what could not be written.
    if _libc.syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@dataclass(frozen=True, slots=True)
class Files:
    """Every call the store makes into the operating system, so that a test can let each of them fail."""

    makedirs: Callable[[str, int], None] = _make_folders
    open: Callable[[str, int, int], int] = os.open
    write: Callable[[int, memoryview], int] = os.write
    fsync: Callable[[int], None] = os.fsync
    syncfs: Callable[[int], None] = _sync_all
    drop_from_cache: Callable[[int], None] = _drop_from_cache
    read: Callable[[int, int], bytes] = os.read
    pread: Callable[[int, int, int], bytes] = os.pread
    close: Callable[[int], None] = os.close
    rename: Callable[[str, str], None] = os.rename
    unlink: Callable[[str], None] = os.unlink


def write_all(files: Files, descriptor: int, content: bytes) -> None:
    """Write a content whole, however little a call takes of it. Raises OSError."""
    left = memoryview(content)
    while left:
        left = left[_written(files, descriptor, left) :]


def overwrite(files: Files, descriptor: int) -> None:
    """Zeros over all of a file, on the disk once this returns. Raises OSError."""
    left = os.fstat(descriptor).st_size
    while left > 0:
        left -= _written(files, descriptor, memoryview(OVERWRITE)[:left])
    files.fsync(descriptor)


def _written(files: Files, descriptor: int, content: memoryview) -> int:
    """How many bytes of it one call took: at least one, or whoever goes on would do so for ever."""
    written = files.write(descriptor, content)
    if written <= 0:
        raise OSError(errno.EIO, "nothing was written")
    return written
