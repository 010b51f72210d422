"""Memory of this process in pages of 2 MiB: a processor knows where few pages lie, and looks the others up.

By default the kernel gives large pages to whoever asks (`madvise` in /sys/kernel/mm/transparent_hugepage/enabled), and
Python does not ask. In a virtual machine each look goes through two tables of pages.
"""

import ctypes
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

SMAPS = Path("/proc/self/smaps")
"""What the kernel tells of this process's memory, where it tells it."""

LARGE = 2 << 20
MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25
"""Of Linux's <linux/mman.h>; the second since 6.1, before which the kernel collects them by and by."""

STRETCH = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\b")
"""The first line of what smaps says of one: this process's own, and of no file."""

_libc = ctypes.CDLL(None)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def in_large_pages() -> None:
    """Ask for them, for what this process has and uses of its own; where there are none, everything stays as it was."""
    try:
        told = SMAPS.read_text("ascii", "replace")
    except OSError:
        return
    for begin, end in used(told.splitlines()):
        _libc.madvise(begin, end - begin, MADV_HUGEPAGE)
        _libc.madvise(begin, end - begin, MADV_COLLAPSE)


def used(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Stretches of memory that belong to no file and are in use for the most part, cut to whole large pages.

    A thread's stack is 8 MiB of which a few pages are used: it would be filled up.
    """
    begin = end = 0
    for line in lines:
        if found := STRETCH.match(line):
            begin, end = int(found[1], 16), int(found[2], 16)
        elif begin < end and line.startswith("Rss:"):
            mostly = 2 * int(line.split()[1]) * 1024 >= end - begin
            begin, end = -(-begin // LARGE) * LARGE, end // LARGE * LARGE
            if mostly and begin < end:
                yield begin, end
            begin = end = 0
