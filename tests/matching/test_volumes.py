"""How the volumes of a library come about: few of them, each row moved few times."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.matching.manifest import Manifest, Named
from havre.matching.volume import Stored, Volume, whole, write_volume
from havre.matching.volumes import (
    GROWTH,
    Group,
    built,
    neighbours,
    stacked,
    still_missing,
    swallowed,
    with_new,
    written,
)
from havre.matching.volumes import View as Seen
from tests.matching.letters import LETTERS, entries, held


def stored(folder: Path, rows: list[int]) -> tuple[Stored, ...]:
    """Files of so many rows each."""
    made: list[Stored] = []
    first = 1
    for number, count in enumerate(rows):
        tables = LETTERS.build(entries(first, first + count))
        made.append(Stored(folder, write_volume(folder, f"1-{number}.volume", LETTERS, tables), LETTERS))
        first += count
    return tuple(made)


def view(files: tuple[Stored, ...], gone: tuple[int, ...] = ()) -> Seen:
    """What a library of these files would look in."""
    alive = tuple(whole(each.tables).without(np.array(gone, np.uint32)) for each in files)
    return Seen(Manifest(), None, files, alive, frozenset(gone))


def test_a_new_volume_has_the_entries_that_no_other_holds_by_record() -> None:
    other = whole(LETTERS.build(entries(1, 5))).without(np.array([2], np.uint32))
    new = built(LETTERS, [(9, b"nine"), (3, b"x"), (2, b"two"), (9, b"x")], [other])
    assert new is not None
    assert held(new) == {2: b"two", 9: b"nine"}
    assert built(LETTERS, [(3, b"x")], [other]) is None
    with pytest.raises(Invalid):
        built(LETTERS, [(0, b"")], [])


@given(sizes=st.lists(st.integers(1, 6), max_size=30))
def test_the_tail_is_few_volumes_each_larger_than_the_next(sizes: list[int]) -> None:
    tail: tuple[Volume, ...] = ()
    first = 1
    for size in sizes:
        tail = with_new(LETTERS, tail, whole(LETTERS.build(entries(first, first + size))))
        first += size
    assert held(*tail) == dict(entries(1, first))
    assert len(tail) <= first.bit_length()
    assert sorted({len(each) for each in tail}, reverse=True) == [len(each) for each in tail]


@pytest.mark.parametrize(
    ("rows", "new", "first"), [([], 5, 0), ([10], 5, 1), ([9], 5, 0), ([70, 18, 9], 5, 1), ([60, 28, 9], 5, 2)]
)
def test_older_volumes_that_are_not_much_larger_are_swallowed(
    tmp_path: Path, rows: list[int], new: int, first: int
) -> None:
    assert GROWTH == 2
    files, fresh = stored(tmp_path, rows), [whole(LETTERS.build(entries(900, 900 + new)))]
    assert swallowed(files, fresh, 10**9) == first
    assert swallowed(files, fresh, 100) == len(rows)


def test_neighbours_come_together_up_to_a_size(tmp_path: Path) -> None:
    files = stored(tmp_path, [200, 10, 10, 10, 300])
    together = files[1].size + files[2].size + files[3].size
    groups = list(neighbours(view(files), together))
    assert [group.stored for group in groups] == [files[:1], files[1:4], files[4:]]
    assert [group.untouched for group in groups] == [True, False, True]
    assert [group.untouched for group in neighbours(view(files, (1, 220)), 1)] == [False, True, False, True, True]
    assert list(neighbours(view(()), 1)) == []


def test_a_group_without_a_live_row_becomes_no_file(tmp_path: Path) -> None:
    files = stored(tmp_path, [3, 4])
    seen = view(files, (1, 2, 3, 7))
    groups = [Group(files[:1], seen.volumes[:1]), Group(files[1:], seen.volumes[1:])]
    made = written(tmp_path, LETTERS, groups, 8)
    assert [named.file for named in made] == ["8-0.volume"]
    assert held(whole(Stored(tmp_path, made[0], LETTERS).tables)) == dict(entries(4, 7))


def test_the_tail_keeps_what_is_neither_stored_nor_buried(tmp_path: Path) -> None:
    seen = view(stored(tmp_path, [5]), (2, 12))
    tail = [whole(LETTERS.build(entries(first, first + 4))) for first in (1, 4, 11)]
    left = still_missing(tail, seen)
    assert [sorted(held(each)) for each in left] == [[6, 7], [11, 13, 14]]


def test_many_entries_become_few_files_in_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("havre.matching.volumes.BATCH_BYTES", 50)
    files = stacked(tmp_path, LETTERS, iter(entries(1, 700)), 3, 10**9)
    assert len(files) <= 7
    assert {path.name for path in tmp_path.iterdir()} == {each.name.file for each in files}
    assert held(*(whole(each.tables) for each in files)) == dict(entries(1, 700))
    assert stacked(tmp_path, LETTERS, iter([]), 4, 10**9) == ()
    assert all(isinstance(each.name, Named) for each in files)
