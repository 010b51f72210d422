"""A film is read from memory or from the parent, in blocks, and never beyond its time."""

import io
import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode import reading
from havre.media.decode.outcomes import Exceeded
from havre.media.decode.reading import BLOCK, KEPT, Afar, Clock, Input, Lent, held

CONTENT = Random(1).randbytes(3 * BLOCK + 77)
MOVES = st.lists(
    st.tuples(st.integers(-BLOCK, 4 * BLOCK), st.sampled_from([0, 1, 2]), st.integers(0, 2 * BLOCK)), max_size=10
)


def asked(offset: int, size: int) -> bytes:
    return CONTENT[offset : offset + size]


def all_of(source: Input, count: int) -> bytes:
    """So many bytes, however few come at a time."""
    parts = b""
    while len(parts) < count and (part := source.read(count - len(parts))):
        parts += part
    return parts


@given(moves=MOVES, afar=st.booleans())
def test_reading_from_anywhere_gives_the_bytes_that_lie_there(moves: list[tuple[int, int, int]], afar: bool) -> None:
    source = Input(len(CONTENT), Afar(asked) if afar else held(memoryview(CONTENT)), Clock(60))
    at = 0
    for offset, whence, size in moves:
        at = max(0, offset + (0, at, len(CONTENT))[whence])
        assert source.seek(offset, whence) == source.tell() == at
        expected = CONTENT[at : at + size]
        assert all_of(source, size) == expected
        at += len(expected)


def test_the_whole_is_read_where_no_size_is_told() -> None:
    assert Input(len(CONTENT), held(memoryview(CONTENT)), Clock(60)).read() == CONTENT


def test_blocks_are_asked_for_whole_and_remembered() -> None:
    wanted: list[tuple[int, int]] = []

    def ask(offset: int, size: int) -> bytes:
        wanted.append((offset, size))
        return asked(offset, size)

    afar = Afar(ask)
    for place in (5, BLOCK - 1, 2 * BLOCK + 3, 7):
        assert afar(place, 10) == CONTENT[place : min(place + 10, (place // BLOCK + 1) * BLOCK)]
    assert wanted == [(0, BLOCK), (2 * BLOCK, BLOCK)]


def test_only_so_many_blocks_are_remembered() -> None:
    wanted: list[int] = []

    def ask(offset: int, size: int) -> bytes:
        wanted.append(offset // BLOCK)
        return bytes(size)

    afar = Afar(ask)
    for number in (*range(KEPT + 1), 1, 0):
        afar(number * BLOCK, 1)
    assert wanted == [*range(KEPT + 1), 0]


def test_when_time_is_up_nothing_more_is_read() -> None:
    source = Input(len(CONTENT), held(memoryview(CONTENT)), Clock(-1))
    with pytest.raises(Exceeded, match="time") as exceeded:
        source.read(1)
    assert exceeded.value.limit == "film_seconds"
    assert source.seek(0, os.SEEK_END) == len(CONTENT)
    assert reading.BLOCK == 1 << 20


@given(moves=MOVES)
def test_an_archive_that_stays_with_the_parent_reads_as_a_file_does(moves: list[tuple[int, int, int]]) -> None:
    here, lent = io.BytesIO(CONTENT), io.BufferedReader(Lent(len(CONTENT), Afar(asked)))
    for offset, whence, size in moves:
        if offset + [0, here.tell(), len(CONTENT)][whence] >= 0:
            assert lent.seek(offset, whence) == here.seek(offset, whence)
        assert lent.read(size) == here.read(size)
        assert lent.tell() == here.tell()
