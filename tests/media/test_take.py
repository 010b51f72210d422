"""A lane seals the original and the preview of what it takes, and nothing of what it refuses."""

import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from havre.media.decode.outcomes import Decoded, NotMedia
from havre.media.look import Looked
from havre.media.sources import Found
from havre.media.store import Store
from havre.media.take import Lane, take
from tests.media.test_look import PICTURE, SHOWN, Answers
from tests.sources import TEXT, VIDEO

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def take_of(store: Store, data: bytes, answer: Decoded | Exception = SHOWN, *, held: bool = False) -> Looked:
    lane = Lane(Answers(answer), store, "7", KEY, lambda _: held)
    return take(lane, Found("a", b"a", len(data)), lambda: io.BytesIO(data))


def on_disk(store: Store) -> int:
    return sum(path.is_file() for path in store.root.rglob("*"))


def test_a_picture_is_sealed_with_its_preview(store: Store) -> None:
    taken = take_of(store, PICTURE)
    store.settle()
    assert [(kept.purpose, store.read(kept, KEY)) for kept in taken.sealed] == [
        ("original", PICTURE),
        ("preview", b"a preview"),
    ]
    assert [kept.sha256 for kept in taken.sealed] == [sha256(PICTURE).digest(), sha256(b"a preview").digest()]
    assert {kept.unit for kept in taken.sealed} == {"7"}


@pytest.mark.parametrize("answer", [replace(SHOWN, preview=None), replace(SHOWN, preview=b"")])
def test_a_picture_without_a_preview_is_sealed_alone(store: Store, answer: Decoded) -> None:
    assert [kept.purpose for kept in take_of(store, PICTURE, answer).sealed] == ["original"]


def test_a_film_is_sealed_as_it_is_with_its_preview(store: Store) -> None:
    taken = take_of(store, VIDEO)
    store.settle()
    assert [(kept.purpose, store.read(kept, KEY)) for kept in taken.sealed] == [
        ("original", VIDEO),
        ("preview", b"a preview"),
    ]


def test_what_is_refused_or_held_leaves_nothing_on_the_disk(store: Store) -> None:
    assert take_of(store, TEXT).refusal
    assert take_of(store, b"").refusal
    assert take_of(store, PICTURE, NotMedia("no JPEG")).refusal
    assert take_of(store, PICTURE, held=True).held
    assert on_disk(store) == 0


def test_what_was_never_digested_is_not_sealed(store: Store) -> None:
    lane = Lane(Answers(SHOWN), store, "7", KEY, lambda _: False)
    assert lane.seal(b"", Looked(Found("a", b"a"))) == ()
