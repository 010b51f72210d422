"""What is asked of the kernel for memory, and that what is in it stays."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from havre.entrypoints.analyst import large_pages
from havre.entrypoints.analyst.large_pages import LARGE, in_large_pages, used

MIB = 1 << 20


def stretch(begin: int, size: int, resident: int, rights: str = "rw-p", rest: str = "00:00 0") -> list[str]:
    """What smaps says of one stretch of memory."""
    return [
        f"{begin:x}-{begin + size:x} {rights} 00000000 {rest}",
        f"Size: {size // 1024:>15} kB",
        f"Rss: {resident // 1024:>16} kB",
        f"Pss: {resident // 1024:>16} kB",
    ]


def test_what_is_used_and_belongs_to_no_file_is_cut_to_whole_pages() -> None:
    lines = [
        *stretch(LARGE * 8 + 4096, 8 * MIB, 8 * MIB),
        *stretch(LARGE * 20, 8 * MIB, 132 * 1024),  # a thread's stack
        *stretch(LARGE * 30, 2 * MIB, 2 * MIB),
        *stretch(LARGE * 40, 4 * MIB, 4 * MIB, rights="r-xp", rest="fe:00 1234 /usr/bin/python3.11"),
        *stretch(LARGE * 50, 4 * MIB, 4 * MIB, rest="fe:00 1234 /usr/lib/libc.so.6"),
        *stretch(LARGE * 60, 4 * MIB, 4 * MIB, rights="rw-s"),
        *stretch(LARGE * 70 + 4096, 2 * MIB, 2 * MIB),  # no whole page is in it
    ]
    assert list(used(lines)) == [(LARGE * 9, LARGE * 12), (LARGE * 30, LARGE * 31)]


ASKED = """
from pathlib import Path
from havre.entrypoints.analyst.large_pages import in_large_pages
kept = [bytes([number % 251]) * 1000 for number in range(60_000)]
in_large_pages()
assert kept == [bytes([number % 251]) * 1000 for number in range(60_000)]
told = Path("/proc/self/smaps_rollup")
rows = [line.split() for line in told.read_text().splitlines()] if told.exists() else []
print(next((row[1] for row in rows if row[0] == "AnonHugePages:"), 0))
"""


def test_memory_stays_what_it_was_and_lies_in_large_pages_where_the_kernel_gives_them() -> None:
    found = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, timeout=60)
    given = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    release = tuple(int(each) for each in platform.release().split(".")[:2])
    if given.exists() and "[never]" not in given.read_text() and release >= (6, 1):
        assert int(found.stdout) >= 32 * 1024


def test_where_nothing_is_told_of_memory_it_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(large_pages, "SMAPS", tmp_path / "smaps")
    in_large_pages()
