"""A file sent in pieces reads as one, from anywhere, and gives out nothing that was altered."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from havre.errors import Broken
from havre.media.sent import Sent
from havre.media.store import Kept, Store

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "spool")


def sent(store: Store, *pieces: bytes) -> Sent:
    return Sent(store, [(len(piece), keep(store, piece)) for piece in pieces], KEY)


def keep(store: Store, piece: bytes) -> Kept:
    return store.keep(piece, sha256(piece).digest(), unit="1", unit_key=KEY, purpose="upload")


def test_pieces_of_any_size_read_as_one_from_anywhere(store: Store, count: Callable[[int, int], int]) -> None:
    chance = Random(2)
    pieces = [chance.randbytes(size) for size in (1, 70_000, 2, (1 << 20) + 3, 5000)]
    content = b"".join(pieces)
    with sent(store, *pieces) as file:
        assert file.seek(0, os.SEEK_END) == file.length == len(content)
        for _ in range(count(300, 5000)):
            at, size = chance.randrange(len(content) + 10), chance.choice([0, 1, 7, 80_000, -1])
            file.seek(at)
            assert file.read(size) == content[at:][: None if size < 0 else size]


def test_a_file_without_bytes_has_none(store: Store) -> None:
    with sent(store) as file:
        assert (file.read(), file.length) == (b"", 0)


def test_a_piece_that_is_gone_or_altered_is_named(store: Store) -> None:
    kept = keep(store, b"0123456789")
    place = store.root / kept.blob
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    with Sent(store, [(10, kept)], KEY) as file, pytest.raises(Broken, match=kept.blob[:20]):
        file.read()
    place.unlink()
    with Sent(store, [(10, kept)], KEY) as file, pytest.raises(Broken, match="missing"):
        file.read()
