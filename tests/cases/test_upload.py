"""What is announced, what is safe of it, and in which order it comes."""

import pytest

from havre.cases.models import Chunk, Upload
from havre.cases.open import open_case
from havre.cases.order import ask
from havre.cases.upload import LARGEST, LONGEST_NAME, advance, announce, in_order
from havre.errors import Invalid
from havre.settings import Settings
from tests.cast import NOON, introduce


@pytest.fixture
def upload(database: Settings) -> Upload:
    bram = introduce().bram
    return announce(ask(open_case("A", "a warrant", "a test", bram, NOON), bram, NOON, "a test"), "b", 30, None, NOON)


def chunk(upload: Upload, offset: int, size: int = 10) -> Chunk:
    return Chunk(
        upload=upload, offset=offset, bytes=size, sha256=b"", blob=f"{offset}-{Chunk.objects.count()}", wrapped_key=b""
    )


def test_a_name_is_announced_once(upload: Upload) -> None:
    assert announce(upload.order, "b", 30, None, NOON) == upload
    with pytest.raises(Invalid, match="another file called b"):
        announce(upload.order, "b", 31, None, NOON)
    assert announce(upload.order, "B", 31, None, NOON) != upload


@pytest.mark.parametrize(("name", "size"), [("", 1), ("x" * (LONGEST_NAME + 1), 1), ("a", -1), ("a", LARGEST + 1)])
def test_what_cannot_be_is_refused(upload: Upload, name: str, size: int) -> None:
    with pytest.raises(Invalid):
        announce(upload.order, name, size, None, NOON)


def test_the_largest_and_the_longest_are_taken(upload: Upload) -> None:
    assert announce(upload.order, "ü" * LONGEST_NAME, LARGEST, None, NOON).size == LARGEST


def test_only_a_piece_that_begins_at_the_end_counts(upload: Upload) -> None:
    assert [advance(upload, chunk(upload, at)) for at in (10, 0, 0, 10, 30, 20)] == [
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    upload.refresh_from_db()
    assert (upload.received, Chunk.objects.count()) == (30, 3)


def test_files_come_by_the_bytes_of_their_names_with_their_pieces(upload: Upload) -> None:
    names = ["é", "a/z", "B", "a", "b/1", "ab", "a-b"]
    for name in names:
        announce(upload.order, name, 0, None, NOON)
    advance(upload, chunk(upload, 0))
    advance(upload, chunk(upload, 10))
    found = [(each.name, [piece.offset for piece in pieces]) for each, pieces in in_order(upload.order)]
    assert [name for name, _ in found] == sorted([*names, "b"], key=str.encode)
    assert dict(found)["b"] == [0, 10]
    assert dict(found)["a"] == []
