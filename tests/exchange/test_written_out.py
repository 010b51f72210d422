"""What is withdrawn is found by nobody from the next question on, and lies in no file of an index after an hour."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db.models import Q, Sum

from havre.errors import Broken
from havre.exchange import written_out
from havre.exchange.board import withdraw
from havre.exchange.board_stock import KINDS, open_board_stock
from havre.exchange.gone import gone_from
from havre.exchange.models import Gone
from havre.exchange.shelf import open_board
from havre.exchange.written_out import WITHIN, write_out
from havre.matching.index import Index
from tests.cast import NOON, introduce
from tests.exchange.test_board_stock import AUSTRALIA, shared
from tests.exchange.test_gone import PEER, pictures
from tests.imprinted import film, sound


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the indexes of the board lie, and nothing else."""
    return tmp_path / "index"


LOOKED_FOR = bytes.fromhex("0a" * 32)


def lies_in(root: Path, what: bytes) -> bool:
    """Whether these bytes lie in any file below."""
    return any(what in file.read_bytes() for file in root.rglob("*") if file.is_file())


def two(root: Path) -> None:
    """The index of two pictures, written."""
    pictures(1, 1, "0a")
    pictures(2, 1, "f0")
    open_board(root).index.flush()


@pytest.mark.usefixtures("database")
def test_what_is_withdrawn_is_not_found_at_once_and_its_hash_lies_nowhere_after_an_hour(root: Path) -> None:
    two(root)
    open_already = open_board(root)
    withdraw(PEER, UUID(int=1), 2, NOON)
    assert open_board(root).index.search(LOOKED_FOR) == []
    open_already.catch_up()
    assert open_already.index.search(LOOKED_FOR) == []  # nor by who had it open
    assert write_out(root, KINDS, NOON) == 0
    assert write_out(root, KINDS, NOON + WITHIN - timedelta(seconds=1)) == 0
    assert lies_in(root, LOOKED_FOR)
    assert write_out(root, KINDS, NOON + WITHIN) == 1
    assert not lies_in(root, LOOKED_FOR)
    assert not Gone.objects.exists()
    open_already.index.flush()
    assert not lies_in(root, LOOKED_FOR)
    assert len(open_board(root).index.search(bytes.fromhex("f0" * 32))) == 1
    assert write_out(root, KINDS, NOON + 9 * WITHIN) == 0


@pytest.mark.usefixtures("database")
def test_whoever_has_it_in_memory_as_it_is_written_out_writes_it_no_more(root: Path) -> None:
    pictures(1, 1, "0a")
    pictures(2, 1, "f0")
    mine = open_board(root)  # nothing of it is written yet
    withdraw(PEER, UUID(int=1), 2, NOON)
    write_out(root, KINDS, NOON), write_out(root, KINDS, NOON + WITHIN)
    mine.index.flush()
    assert not lies_in(root, LOOKED_FOR)
    assert mine.index.records.tolist() == open_board(root).index.records.tolist()


@pytest.mark.parametrize("hours", [0, -5])
@pytest.mark.usefixtures("database")
def test_where_much_went_or_a_clock_goes_back_it_is_written_out_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    two(root)
    withdraw(PEER, UUID(int=1), 2, NOON)
    if not hours:
        monkeypatch.setattr(written_out, "MOST_BURIED", 0)
        assert open_board(root).index.records.tolist() == [2]
        assert not lies_in(root, LOOKED_FOR)  # whoever opens it does so
    else:
        write_out(root, KINDS, NOON)
    assert write_out(root, KINDS, NOON + hours * WITHIN) == 1
    assert not lies_in(root, LOOKED_FOR)


@pytest.mark.usefixtures("database")
def test_films_and_sounds_leave_their_files_too(root: Path) -> None:
    introduce()
    for number in range(1, 12):
        shared(number, film(*range(8 * number, 8 * number + 8)), sound(number, 20))
    stock = open_board_stock(root)
    stock.films.index.flush()
    stock.sounds.library.flush()
    before = Index.open(root / "board films").status().entries
    withdraw(AUSTRALIA, UUID(int=3), 2, NOON)
    runs = set(gone_from("board films").tolist())
    assert runs
    assert runs <= set(Index.open(root / "board films").records.tolist())
    assert not runs & set(open_board_stock(root).films.index.records.tolist())
    write_out(root, KINDS, NOON)
    assert write_out(root, KINDS, NOON + WITHIN) == len(runs) + 1  # and a sound
    assert Index.open(root / "board films").status().entries == before - len(runs)
    assert len(open_board_stock(root).sounds.library) == 10


@pytest.mark.usefixtures("database")
def test_where_no_index_was_made_nothing_is_left_to_do(root: Path) -> None:
    pictures(1, 1, "0a")
    withdraw(PEER, UUID(int=1), 2, NOON)
    write_out(root, KINDS, NOON)
    assert write_out(root, KINDS, NOON + WITHIN) == 1
    assert (Gone.objects.exists(), root.exists()) == (False, False)


def test_what_is_written_out_leaves_the_segments_that_have_it_and_those_alone(tmp_path: Path) -> None:
    hashes = np.random.default_rng(6).integers(0, 256, (300, 32), dtype=np.uint8)
    index, other = Index.create(tmp_path), Index.open(tmp_path)
    for start in (0, 200):  # of very different sizes, so that they stay two segments
        index.add(range(start + 1, start + 101 if start else 201), hashes[start : 300 if start else 200].tobytes())
        index.flush(1)
    before = {file.name for file in tmp_path.glob("*.segment")}
    other.refresh()
    other.add([301], hashes[:1].tobytes())
    index.remove([7])
    index.expunge(np.array([5, 301, 999], np.uint32))
    assert index.records.tolist() == [each for each in range(1, 301) if each not in (5, 7)]
    assert len(before & {file.name for file in tmp_path.glob("*.segment")}) == 1
    other.flush()
    assert other.records.tolist() == index.records.tolist() == Index.open(tmp_path).records.tolist()
    assert Index.open(tmp_path).verify() == []
    index.expunge(np.arange(1, 302, dtype=np.uint32))
    assert (index.records.tolist(), list(tmp_path.glob("*.segment"))) == ([], [])


@pytest.mark.usefixtures("database")
def test_one_damaged_index_keeps_no_other_from_losing_what_is_withdrawn(root: Path) -> None:
    introduce()
    two(root)
    shared(1, film(*range(8, 16)), sound(1, 20))
    open_board_stock(root).films.index.flush()
    withdraw(PEER, UUID(int=1), 2, NOON)
    withdraw(AUSTRALIA, UUID(int=1), 2, NOON)
    (root / "board" / "manifest").write_bytes(b"garbage")
    write_out(root, KINDS, NOON)
    with pytest.raises(Broken):
        write_out(root, KINDS, NOON + WITHIN)
    assert set(Gone.objects.values_list("shelf", flat=True)) == {"board"}
    assert Index.open(root / "board films").status().entries == 0


@pytest.mark.usefixtures("database")
def test_what_another_process_wrote_out_meanwhile_is_no_trouble(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two(root)
    withdraw(PEER, UUID(int=1), 2, NOON)
    monkeypatch.setattr(written_out, "Sum", lambda _name: Sum("count", filter=Q(pk=0)))  # as if none were there
    assert write_out(root, KINDS, NOON) == 0


def test_what_is_written_out_already_changes_no_file(tmp_path: Path) -> None:
    index = Index.create(tmp_path)
    index.add([1, 2], bytes(64))
    index.flush()
    index.expunge(np.array([1], np.uint32))
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    index.expunge(np.array([1], np.uint32))
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
