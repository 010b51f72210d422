"""A spool gives back what went in, from any place in it, and leaves noise on the disk."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import gettempdir

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Unavailable
from havre.media.spool import Spool

HERE = Path(gettempdir())

OPEN = Path("/proc/self/fd")
"""What this process has open."""

MOVES = st.lists(st.tuples(st.integers(-60, 400), st.sampled_from([0, 1, 2]), st.integers(-1, 90)), max_size=20)


@given(st.lists(st.binary(max_size=90), max_size=6), MOVES)
def test_reading_from_anywhere_gives_the_bytes_that_lie_there(
    chunks: list[bytes], moves: list[tuple[int, int, int]]
) -> None:
    plain = b"".join(chunks)
    with Spool(chunks, HERE) as spool:
        at = 0
        for offset, whence, size in moves:
            at = max(0, offset + (0, at, len(plain))[whence])
            assert spool.seek(offset, whence) == at
            expected = plain[at:] if size < 0 else plain[at : at + size]
            assert spool.read(size) == expected
            at += len(expected)
            assert spool.tell() == at
        spool.seek(0)
        assert spool.read() == plain
        assert spool.length == len(plain)


def test_it_can_be_read_and_sought_like_any_file(tmp_path: Path) -> None:
    spool = Spool([b"abc\n", b"def"], tmp_path)
    assert (spool.readable(), spool.seekable(), spool.writable()) == (True, True, False)
    assert spool.readall() == b"abc\ndef"
    spool.seek(0)
    assert list(spool) == [b"abc\n", b"def"]


def test_the_disk_holds_noise_and_no_name(tmp_path: Path) -> None:
    picture = b"a picture nobody may see" * 5000
    spool = Spool([picture], tmp_path)
    assert list(tmp_path.iterdir()) == []
    on_disk = os.pread(spool._file.fileno(), 2 * len(picture), 0)
    assert len(on_disk) == len(picture)
    assert picture[:16] not in on_disk


def test_the_same_bytes_are_another_noise_every_time(tmp_path: Path) -> None:
    spools = [Spool([b"x" * 100_000], tmp_path) for _ in range(2)]
    first, second = (os.pread(spool._file.fileno(), 1000, 0) for spool in spools)
    assert first != second


def test_a_closed_spool_gives_its_room_back_and_nothing_more(tmp_path: Path) -> None:
    spool = Spool([Random(1).randbytes(100)], tmp_path)
    descriptor = spool._file.fileno()
    spool.close()
    spool.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    with pytest.raises(ValueError, match="closed"):
        spool.read()


def test_room_is_given_back_where_the_source_breaks_off(tmp_path: Path) -> None:
    def broken_off() -> Iterator[bytes]:
        yield b"first"
        raise OSError("the archive ends here")

    before = len(list(OPEN.iterdir()))
    with pytest.raises(OSError, match="ends here"):
        Spool(broken_off(), tmp_path)
    assert len(list(OPEN.iterdir())) == before


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    largest = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, largest[1]))
    try:
        with pytest.raises(Unavailable, match=f"no room in {tmp_path} .*make room"):
            Spool([b"x" * (1 << 19)] * 3, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, largest)
