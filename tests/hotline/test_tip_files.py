"""A file of a platform is sealed as it comes; nothing in clear touches the disk, and nothing stays of what was cut."""

from collections.abc import Iterator
from hashlib import md5, sha256
from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.hotline.tip_files import discard, must_have_room, take_file
from havre.hotline.tip_sealed import kept_as, opened_statement, sealed_statement
from havre.media.store import Store
from havre.media.unsealed import Unsealed
from havre.sealing.door import door_opener

KEY = bytes(range(32))
OPENER = door_opener(KEY)
DOOR = OPENER.public_key().public_bytes_raw()
BOAT = b"a boat in a harbour " * 9_000


def in_pieces(content: bytes, step: int = 7_000) -> Iterator[bytes]:
    return (content[at : at + step] for at in range(0, len(content), step))


def everything(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


@pytest.mark.parametrize("content", [b"", b"x", BOAT, bytes(1 << 20), bytes((2 << 20) + 1)])
def test_only_the_unit_opens_it_and_it_is_what_came(tmp_path: Path, content: bytes) -> None:
    came = take_file(tmp_path, "1", in_pieces(content, 300_000))
    assert (came.bytes, came.sha256) == (len(content), sha256(content).hexdigest())
    assert came.md5 == md5(content, usedforsecurity=False).hexdigest()
    stated = opened_statement(OPENER, "f", sealed_statement(DOOR, "f", came, "boat.jpg"))
    assert (stated.name, stated.sha256, stated.md5) == ("boat.jpg", came.sha256, came.md5)
    with Unsealed(Store(tmp_path), kept_as("1", KEY, came.blob, stated), KEY) as file:
        assert file.read() == content
    (place,) = everything(tmp_path)
    assert b"harbour" not in place.read_bytes()
    discard(tmp_path, came.blob)
    discard(tmp_path, came.blob)
    assert everything(tmp_path) == []


def test_nothing_stays_of_what_did_not_come_whole_or_is_too_large(tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield b"a boat"
        raise Invalid("this form ends early")

    with pytest.raises(Invalid, match="ends early"):
        take_file(tmp_path, "1", cut())
    with pytest.raises(Invalid, match="at most 10 bytes"):
        take_file(tmp_path, "1", in_pieces(BOAT), most=10)
    with pytest.raises(Unavailable, match="no room"):
        take_file(tmp_path / ("x" * 300), "1", in_pieces(BOAT))
    assert everything(tmp_path) == []


def test_it_is_asked_again_and_again_whether_there_is_room(tmp_path: Path) -> None:
    sealed: list[int] = []

    def must_fit(folder: Path) -> None:
        sealed.append(sum(each.stat().st_size for each in everything(folder)))
        if len(sealed) == 2:
            raise Unavailable("there is no room for files now")

    with pytest.raises(Unavailable, match="no room for files"):
        take_file(tmp_path, "1", iter([bytes(1 << 20)] * 40), must_fit=must_fit)
    assert [size >> 23 for size in sealed] == [1, 2]
    assert everything(tmp_path) == []


def test_where_there_is_no_room_nothing_is_begun(tmp_path: Path) -> None:
    must_have_room(tmp_path / "tips")
    with pytest.raises(Unavailable, match="no room for files now"):
        must_have_room(tmp_path, 1 << 62)
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="no folder"):
        must_have_room(tmp_path / "file" / "tips")
