"""Looks of films are numbered once; a film that is taken back is found no more, its numbers are never given again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.fingerprints.looks import MOST
from havre.hashlists.entry import FILM, Signal
from havre.subscription import film_rows
from havre.subscription.kept import FILE, FORMAT, Kept
from tests.hashlists.filmed import drawn, filmed, looks
from tests.hashlists.made import made


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path)) as opened:
        yield opened


def put(kept: Kept, *entries: object) -> None:
    with kept.changing():
        kept.put("baseline", entries)  # type: ignore[arg-type]


def test_looks_are_numbered_film_after_film_and_read_from_their_entries(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kept, filmed(1), made(2), filmed(3))
    size = len(looks(drawn(1)))
    assert film_rows.places(kept.db) == [(1, size), (size + 1, size)]
    assert film_rows.signature(kept.db) == (2, size + 1)
    both = b"".join(looks(drawn(number)).hashes.tobytes() for number in (1, 3))
    assert list(film_rows.above(kept.db, 0)) == [(list(range(1, 2 * size + 1)), both)]
    monkeypatch.setattr(film_rows, "AT_ONCE", 1)
    assert [records[0] for records, _hashes in film_rows.above(kept.db, 0)] == [1, size + 1]
    assert [records[0] for records, _hashes in film_rows.above(kept.db, size)] == [size + 1]
    found = film_rows.film(kept.db, size + 1)
    assert found is not None
    assert (found.shelf, found.entry, len(found.looks)) == ("baseline", filmed(3), size)
    assert film_rows.listed(kept.db, size + 1) == ("baseline", filmed(3))
    assert film_rows.listed(kept.db, size) is None
    assert kept.by_digests([filmed(3).signals[0]]).keys() == {filmed(3).signals[0]}


def test_what_changes_keeps_its_numbers_and_what_is_taken_back_is_to_be_forgotten(kept: Kept) -> None:
    put(kept, filmed(1), filmed(3))
    size = len(looks(drawn(1)))
    put(kept, replace(filmed(1, version=2), disputed=True), replace(filmed(3, version=2), retracted=True))
    assert film_rows.places(kept.db) == [(1, size)]
    assert film_rows.gone(kept.db) == [(size + 1, size)]
    assert film_rows.film(kept.db, size + 1) is None
    put(kept, filmed(1, drawn(9), version=3))
    assert film_rows.places(kept.db) == [(2 * size + 1, size)]
    with kept.changing():
        film_rows.forgotten(kept.db, [(size + 1, size)])
    assert film_rows.gone(kept.db) == [(1, size)]


def test_what_are_no_looks_refuses_the_list_and_another_version_is_passed_over(kept: Kept) -> None:
    wrong = replace(filmed(1), signals=(*made(1).signals[1:], Signal(FILM, "00" * 40, "1.1")))
    with pytest.raises(Invalid, match="looks of a film"):
        put(kept, wrong)
    later = replace(wrong, signals=(*made(1).signals[1:], Signal(FILM, "00" * 40, "2.0")))
    put(kept, later)
    assert film_rows.places(kept.db) == []
    assert kept.by_digests([made(1).signals[1]]).keys() == {made(1).signals[1]}


def test_numbers_end(kept: Kept) -> None:
    kept.keep_fact(film_rows.LAST, film_rows.LARGEST_RECORD - 1)
    with pytest.raises(Invalid, match="no numbers left"):
        put(kept, filmed(1))


def test_a_folder_of_before_films_gets_them(tmp_path: Path) -> None:
    with closing(Kept(tmp_path)) as before:
        put(before, made(1))
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        for statement in ("DROP TABLE films", "DROP TABLE films_gone", "PRAGMA user_version = 1"):
            db.execute(statement)
    with closing(Kept(tmp_path)) as kept:
        put(kept, filmed(2))
        assert len(film_rows.places(kept.db)) == 1
        assert kept.db.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert kept.by_records([1])[1].entry == made(1)
    assert MOST * 2**20 < film_rows.LARGEST_RECORD
