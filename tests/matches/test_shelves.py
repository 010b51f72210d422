"""An index follows its table: what the database has learnt is found, whoever learnt it, and nothing else."""

from pathlib import Path
from random import Random

import pytest

from havre.matches import shelves
from havre.matches.models import Knowledge, Source
from havre.matches.shelves import Shelf, open_shelf
from havre.media.models import Fingerprint, Medium
from havre.units.models import Person, Unit
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def held(unit: Unit, pdq: bytes, quality: int = 100, *, partial: bool = False) -> Fingerprint:
    medium = Medium.objects.create(
        unit=unit, sha256=pdq, sha1=pdq[:20], md5=pdq[:16], bytes=1, kind="jpeg", held_since=NOON
    )
    return Fingerprint.objects.create(medium=medium, frame=0, orientations=pdq * 8, quality=quality, partial=partial)


def known(by: Person, pdq: bytes | None, quality: int | None = None, *, withdrawn: bool = False) -> Knowledge:
    source = Source.objects.create(
        unit=by.unit, path="/l", listing=b"", added_by=by, added_at=NOON, withdrawn_at=NOON if withdrawn else None
    )
    return Knowledge.objects.create(source=source, unit=by.unit, pdq=pdq, pdq_quality=quality)


def found(shelf: Shelf, pdq: bytes) -> list[int]:
    shelf.catch_up()
    return [hit.record for hit in shelf.index.search(pdq, 0)]


def pdqs(count: int) -> list[bytes]:
    random = Random(6)
    return [random.randbytes(32) for _ in range(count)]


def test_held_media_are_found_if_they_may_found_or_join_a_stack(cast: Cast, tmp_path: Path) -> None:
    whole, flat, edge, partial, theirs = pdqs(5)
    prints = {
        whole: held(cast.belgium, whole),
        flat: held(cast.belgium, flat, 49),
        edge: held(cast.belgium, edge, 50),
        partial: held(cast.belgium, partial, partial=True),
        theirs: held(cast.italy, theirs),
    }
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    assert {pdq: found(shelf, pdq) for pdq in prints} == {
        whole: [prints[whole].pk],
        flat: [],
        edge: [prints[edge].pk],
        partial: [],
        theirs: [],
    }


def test_knowledge_is_found_unless_it_is_withdrawn_flat_or_another_units(cast: Cast, tmp_path: Path) -> None:
    unstated, good, flat, withdrawn, theirs = pdqs(5)
    first, second = known(cast.anke, unstated), known(cast.bram, good, 50)
    known(cast.anke, flat, 49)
    known(cast.anke, withdrawn, 100, withdrawn=True)
    known(cast.chiara, theirs, 100)
    known(cast.anke, None)
    shelf = open_shelf(tmp_path, cast.belgium, "known")
    asked = (unstated, good, flat, withdrawn, theirs)
    assert [found(shelf, pdq) for pdq in asked] == [[first.pk], [second.pk], [], [], []]


def test_what_another_process_writes_is_found_at_the_next_look(cast: Cast, tmp_path: Path) -> None:
    one, other = pdqs(2)
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    assert found(shelf, one) == []
    first = held(cast.belgium, one)
    assert found(shelf, one) == [first.pk]
    second = held(cast.belgium, other)
    again = open_shelf(tmp_path, cast.belgium, "held")
    assert (found(shelf, other), found(again, other), found(again, one)) == ([second.pk], [second.pk], [first.pk])


def test_who_only_reads_writes_what_would_be_read_again_merged_with_little(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "READ_AGAIN_AT", 3)
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    values = pdqs(20)
    for value in values[:14]:
        held(cast.belgium, value)
    shelf.catch_up()
    shelf.index.flush()
    for value in values[14:17]:
        assert shelf.index.status().segments == 1
        held(cast.belgium, value)
        shelf.catch_up()
        shelf.shorten()
    assert (shelf.index.status().segments, shelf.index.status().tail) == (2, 0)
    again = open_shelf(tmp_path, cast.belgium, "held")
    assert [len(found(again, value)) for value in values] == [1] * 17 + [0] * 3


def test_a_long_tail_is_written_down_and_nothing_is_found_twice(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "FLUSH_AT", 3)
    monkeypatch.setattr(shelves, "CHUNK", 2)
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    rows = {pdq: held(cast.belgium, pdq).pk for pdq in pdqs(7)}
    shelf.catch_up()
    assert shelf.index.status().tail == 7
    shelf.settle()
    assert shelf.index.status().tail == 0
    for each in (shelf, open_shelf(tmp_path, cast.belgium, "held")):
        assert {pdq: found(each, pdq) for pdq in rows} == {pdq: [key] for pdq, key in rows.items()}


def test_what_was_just_written_needs_no_question_to_the_database(cast: Cast, tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    shelf.catch_up()
    (pdq,) = pdqs(1)
    row = held(cast.belgium, pdq)
    shelf.take([(row.pk, pdq)])
    shelf.take([])
    assert shelf.last == row.pk
    assert found(shelf, pdq) == [row.pk]  # and catching up does not take it twice


def test_what_came_meanwhile_is_written_as_it_is_taken_in(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "CHUNK", 3)
    some = {pdq: held(cast.belgium, pdq).pk for pdq in pdqs(20)}
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    shelf.catch_up(3)
    status = shelf.index.status()
    assert (status.entries, status.tail, status.segments) == (20, 2, 2)
    assert {pdq: found(shelf, pdq) for pdq in some} == {pdq: [key] for pdq, key in some.items()}
    assert open_shelf(tmp_path, cast.belgium, "held").index.status().entries == 18


def test_a_tail_that_every_search_would_read_again_is_put_away(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "READ_AGAIN_AT", 3)
    one, *others = pdqs(4)
    shelf = open_shelf(tmp_path, cast.belgium, "held")
    first = held(cast.belgium, one)
    shelf.put_away()
    assert shelf.index.status().tail == 1
    keys = {pdq: held(cast.belgium, pdq).pk for pdq in others}  # what another process wrote is put away with it
    shelf.put_away()
    assert (shelf.index.status().tail, shelf.index.status().segments) == (0, 1)
    again = open_shelf(tmp_path, cast.belgium, "held")
    again.catch_up()
    assert again.index.status().tail == 0
    for each in (shelf, again):
        assert {pdq: found(each, pdq) for pdq in keys} == {pdq: [key] for pdq, key in keys.items()}
        assert found(each, one) == [first.pk]
