"""Entries are changed as a whole or not at all; what stays the same keeps its records."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Broken
from havre.hashlists.digest import EMPTY, moved
from havre.hashlists.entry import Signal
from havre.hashlists.lines import line_of
from havre.subscription.kept import FILE, Held, Kept, Shelf
from havre.subscription.writing import start_of
from tests.hashlists.made import made
from tests.subscription.conftest import shelves_of


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path)) as opened:
        yield opened


def records(kept: Kept) -> dict[int, bytes]:
    return {
        record: hashes[32 * at : 32 * at + 32]
        for numbers, hashes in kept.records_above(0, 2)
        for at, record in enumerate(numbers)
    }


def value(number: int) -> bytes:
    return bytes.fromhex(made(number).signals[0].value)


def test_entries_are_found_by_record_and_by_digest(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1), made(2), made(3)])
        kept.put("generated", [made(2)])
        kept.stand_at("baseline", 1, 5)
    assert records(kept) == {1: value(1), 2: value(2), 3: value(3), 4: value(2)}
    assert kept.by_records([2, 4, 99]) == {2: Held("baseline", made(2)), 4: Held("generated", made(2))}
    md5 = made(2).signals[1]
    assert kept.by_digests([md5, made(9).signals[1]]) == {md5: [Held("baseline", made(2)), Held("generated", made(2))]}
    assert kept.shelves() == [Shelf("baseline", 1, 5, 0, 3, 0), Shelf("generated", 0, 0, 0, 1, 0)]


def test_a_digest_that_only_begins_alike_finds_nothing(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1)])
    md5 = made(1).signals[1]
    alike = Signal("md5", md5.value[:16] + "0" * 16)
    assert start_of(alike) == start_of(md5)
    assert kept.by_digests([alike]) == {}


def test_an_entry_that_changes_keeps_its_records_and_one_that_is_retracted_loses_them(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1), made(2)])
    with kept.changing():
        kept.put("baseline", [replace(made(1, 2), disputed=True), replace(made(2, 2), retracted=True)])
    assert records(kept) == {1: value(1)}
    assert kept.by_records([1])[1].entry.disputed
    assert kept.by_digests([made(2).signals[1]]) == {}
    assert (kept.gone(), kept.shelves()[0].living, kept.shelves()[0].retracted) == ([2], 1, 1)
    with kept.changing():
        kept.put("baseline", [made(2, 3)])
    assert records(kept) == {1: value(1), 3: value(2)}  # a number is never given again
    kept.forgotten([2])
    assert kept.gone() == []


def test_signals_are_exchanged_one_by_one(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1)])
    other = replace(made(1, 2), signals=(made(5).signals[0], made(1).signals[1]))
    with kept.changing():
        kept.put("baseline", [other])
    assert records(kept) == {2: value(5)}
    assert kept.gone() == [1]
    assert kept.by_digests([made(1).signals[1], made(1).signals[2]]) == {made(1).signals[1]: [Held("baseline", other)]}


def test_what_fails_in_the_middle_changes_nothing(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1)])

    def put() -> None:
        with kept.changing():
            kept.put("baseline", [made(2), replace(made(1, 2), retracted=True)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put()
    assert (list(records(kept)), kept.gone()) == ([1], [])


def test_what_a_list_no_longer_names_is_removed_and_so_is_a_list(kept: Kept) -> None:
    with kept.changing():
        kept.put("baseline", [made(1), replace(made(2), retracted=True), made(3)])
        kept.put("generated", [made(4)])
    with kept.changing():
        kept.keep_only("baseline", [3])
    assert list(records(kept).values()) == [value(3), value(4)]
    assert [(shelf.living, shelf.retracted) for shelf in kept.shelves()] == [(1, 0), (1, 0)]
    with kept.changing():
        kept.drop("generated")
    assert list(records(kept).values()) == [value(3)]
    assert [shelf.name for shelf in kept.shelves()] == ["baseline"]


def test_what_was_taken_away_stands_nowhere_in_the_files_once_nobody_reads_it(kept: Kept, tmp_path: Path) -> None:
    def there() -> list[bool]:
        held = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
        return [value(number) in held or value(number).hex().encode() in held for number in (1, 2)]

    with kept.changing():
        kept.put("baseline", [made(1), made(2)])
    kept.settle()
    with closing(Kept(tmp_path)) as reader, reader.reading():
        reader.shelves()
        with kept.changing():
            kept.put("baseline", [replace(made(1, 2), signals=(), retracted=True)])
        kept.settle()
        assert there() == [True, True]
    kept.settle()
    assert there() == [False, True]
    with kept.changing():
        kept.drop("baseline")
    kept.settle()
    assert there() == [False, False]


def test_receipts_and_facts_are_kept(kept: Kept, tmp_path: Path) -> None:
    with kept.changing():
        kept.stand_at("baseline", 3, 0)
    kept.taken("baseline", 3)
    kept.taken("baseline", 2)
    assert [shelf.told for shelf in shelves_of(tmp_path)] == [3]
    assert (kept.version_of("baseline"), kept.version_of("other")) == (3, 0)
    assert kept.fact("checked") == 0
    kept.keep_fact("checked", 7)
    assert kept.fact("checked") == 7
    assert kept.fact("itself") > 0


def test_a_file_that_is_none_or_of_a_newer_havre_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(Broken, match="subscribe again"):
        Kept(tmp_path)
    (tmp_path / FILE).unlink()
    with closing(Kept(tmp_path)) as kept:
        kept._db.execute("PRAGMA user_version = 9")
    with pytest.raises(Broken, match="newer Havre"):
        Kept(tmp_path)


def test_the_digest_is_that_of_the_entries_whatever_led_there(kept: Kept, tmp_path: Path) -> None:
    now = [replace(made(1, 2), disputed=True), made(3), made(4)]
    with kept.changing():
        kept.put("baseline", [made(1), made(2), made(3)])
        kept.put("baseline", [now[0], made(4)])
        kept.keep_only("baseline", [1, 3, 4])
    (shelf,) = kept.shelves()
    assert shelf.digest == moved(EMPTY, map(line_of, now))
    with kept.changing():
        kept.drop("baseline")
        kept.put("baseline", now[:1])
    assert kept.shelves()[0].digest == moved(EMPTY, [line_of(now[0])])


def test_a_folder_of_before_there_were_digests_goes_on_and_knows_its_own_from_the_next_change_on(
    kept: Kept, tmp_path: Path
) -> None:
    with kept.changing():
        kept.put("baseline", [made(1), made(2)])
    before = sqlite3.connect(tmp_path / FILE)
    before.executescript("ALTER TABLE lists DROP COLUMN digest; PRAGMA user_version = 1")
    before.close()
    with closing(Kept(tmp_path)) as opened:
        assert [each.digest for each in opened.shelves()] == [""]
        with opened.changing():
            opened.put("baseline", [made(3)])
        assert opened.shelves()[0].digest == moved(EMPTY, map(line_of, [made(1), made(2), made(3)]))
