"""Files of an index that are written whole or not at all, and the lock of those who write."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"
UNFINISHED = ".unfinished"
"""Suffix of a file being written; what a killed process left under it is swept away by the next writer."""


def write_whole(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write and sync under another name, then rename: at every instant the file is the old one or the new one."""
    unfinished = path.with_name(path.name + UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb", buffering=0) as file:  # noqa: PTH123 (a descriptor, so that the mode is 0600 at once)
        for part in parts:
            _write_all(file.fileno(), memoryview(part).cast("B"))
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_directory(path.parent)


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data[: 1 << 28]) :]


def sync_directory(directory: Path) -> None:
    """Make renames and removals in it durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Be the only writer; waits for another. The system gives the lock back when its holder dies."""
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep(directory: Path, wanted: set[str]) -> None:
    """Remove what no manifest names: replaced files, and unfinished ones of a killed writer. Only under the lock."""
    for path in directory.iterdir():
        if path.name not in wanted and (
            path.suffix in {".segment", ".volume", ".tombstones"} or path.name.endswith(UNFINISHED)
        ):
            path.unlink(missing_ok=True)
