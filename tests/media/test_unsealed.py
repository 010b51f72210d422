"""A stored file can be read from any place in it, and gives out nothing that was altered."""

import os
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Broken, Unavailable
from havre.media.disk import Files
from havre.media.store import Kept, Store
from havre.media.unsealed import Unsealed
from havre.sealing.envelope import CHUNK_BYTES, HEADER, TAG_BYTES

KEY = bytes(range(32))
CONTENT = Random(3).randbytes(2 * CHUNK_BYTES + 1000)
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES

MOVES = st.lists(
    st.tuples(st.integers(-CHUNK_BYTES, 3 * CHUNK_BYTES), st.sampled_from([0, 1, 2]), st.integers(-1, 2 * CHUNK_BYTES)),
    max_size=8,
)


def keep(store: Store, content: bytes) -> Kept:
    return store.keep(content, sha256(content).digest(), unit="1", unit_key=KEY, purpose="original")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Kept]:
    store = Store(tmp_path_factory.mktemp("store"))
    return store, keep(store, CONTENT)


@given(moves=MOVES)
def test_reading_from_anywhere_gives_the_bytes_that_lie_there(
    kept: tuple[Store, Kept], moves: list[tuple[int, int, int]]
) -> None:
    with Unsealed(*kept, KEY) as file:
        at = 0
        for offset, whence, size in moves:
            at = max(0, offset + (0, at, len(CONTENT))[whence])
            assert file.seek(offset, whence) == at
            expected = CONTENT[at:] if size < 0 else CONTENT[at : at + size]
            assert file.read(size) == expected
            at += len(expected)


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_every_length_ends_where_it_should(tmp_path: Path, length: int) -> None:
    store = Store(tmp_path)
    with Unsealed(store, keep(store, CONTENT[:length]), KEY) as file:
        assert (file.readable(), file.seekable()) == (True, True)
        assert file.seek(0, os.SEEK_END) == length
        file.seek(0)
        assert file.read() == CONTENT[:length]


def altered(tmp_path: Path, change: dict[int, int] | None = None, cut: int | None = None) -> tuple[Store, Kept]:
    """A stored file of which some bytes were changed, or that was cut off."""
    store = Store(tmp_path)
    kept = keep(store, CONTENT)
    path = tmp_path / kept.blob
    data = bytearray(path.read_bytes())
    for place, bit in (change or {}).items():
        data[place] ^= bit
    path.write_bytes(data[:cut])
    return store, kept


@pytest.mark.parametrize("place", [0, 5, 9, HEADER.size + 2 * SEALED_CHUNK, -1])
def test_what_is_altered_at_its_start_or_end_is_not_opened(tmp_path: Path, place: int) -> None:
    store, kept = altered(tmp_path, {place: 1})
    with pytest.raises(Broken, match=kept.blob):
        Unsealed(store, kept, KEY)


@pytest.mark.parametrize("cut", [0, 5, HEADER.size, HEADER.size + SEALED_CHUNK, HEADER.size + 2 * SEALED_CHUNK, -1])
def test_what_is_cut_off_is_not_opened(tmp_path: Path, cut: int) -> None:
    store, kept = altered(tmp_path, cut=cut)
    with pytest.raises(Broken, match=kept.blob):
        Unsealed(store, kept, KEY)


def test_an_altered_chunk_is_named_when_it_is_read_and_the_others_can_be(tmp_path: Path) -> None:
    store, kept = altered(tmp_path, {HEADER.size + SEALED_CHUNK + 7: 1})
    with Unsealed(store, kept, KEY) as file:
        assert file.read(100) == CONTENT[:100]
        with pytest.raises(Broken, match=rf"{kept.blob}.*chunk 1"):
            file.read(CHUNK_BYTES)


def test_another_key_opens_nothing(kept: tuple[Store, Kept]) -> None:
    with pytest.raises(Broken, match="stored file"):
        Unsealed(*kept, bytes(32))


def test_a_disk_that_fails_is_said_to_fail_and_nothing_stays_open(tmp_path: Path) -> None:
    def failing(descriptor: int, count: int, at: int) -> bytes:
        raise OSError(5, "Input/output error")

    store = Store(tmp_path, files=Files(pread=failing))
    kept = keep(store, CONTENT)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(Unavailable, match="Input/output error"):
        Unsealed(store, kept, KEY)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
