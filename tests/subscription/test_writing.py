"""What a change brings and takes away is written together, and only what differs."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.hashlists.digest import EMPTY, moved
from havre.hashlists.entry import Signal
from havre.hashlists.lines import line_of
from havre.hashlists.outline import outlined
from havre.subscription import writing
from havre.subscription.kept import Kept
from havre.subscription.writing import Writing, start_of
from tests.hashlists.made import made


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path)) as opened:
        yield opened


def test_many_changes_are_those_of_their_entries_one_by_one(kept: Kept) -> None:
    first = [made(1), made(2), made(3), replace(made(4), retracted=True)]
    other = replace(made(3, 2), signals=(made(3).signals[0], made(9).signals[1]))
    second = [replace(made(2, 2), retracted=True), other, made(4, 2), made(5, 2)]
    shelf = Writing(kept.db, 1, 0, [0, 0], EMPTY)
    for entries in (first, second):
        shelf.put([(outlined(entry), line_of(entry)) for entry in entries])
    now = [made(1), *second]
    assert (shelf.counts, shelf.last) == ([4, 1], 5)
    assert shelf.digest == moved(EMPTY, map(line_of, now))
    assert [tuple(row) for row in kept.db.execute("SELECT record, entry FROM pdq ORDER BY record")] == [
        *((1, 1), (3, 3), (4, 4), (5, 5))
    ]
    assert kept.gone() == [2]
    living = [(start_of(signal), entry.number) for entry in now if not entry.retracted for signal in entry.signals[1:]]
    assert sorted(kept.db.execute("SELECT start, entry FROM digests")) == sorted(living)


def test_numbers_of_records_are_not_given_twice_when_they_end(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGEST_RECORD", 1)
    with pytest.raises(Invalid, match="no numbers left"), kept.changing():
        kept.put("baseline", [made(1), made(2)])
    assert list(kept.records_above(0)) == []


def test_a_digest_begins_with_its_first_bytes() -> None:
    assert start_of(Signal("md5", "ff" * 16)) == -1
