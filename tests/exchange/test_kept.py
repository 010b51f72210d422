"""What an index of the board has that no row has, and lacks that one has, is counted."""

from pathlib import Path
from uuid import UUID

import pytest

from havre.exchange.board import withdraw
from havre.exchange.board_stock import KINDS, open_board_stock
from havre.exchange.gone import gone_from
from havre.exchange.kept import Kept, kept_on_board
from havre.exchange.models import Gone, SharedImprint, SharedPrint
from havre.exchange.shelf import open_board
from havre.exchange.written_out import write_out
from tests.cast import NOON, introduce
from tests.exchange.test_board_stock import AUSTRALIA, shared
from tests.exchange.test_gone import PEER, pictures
from tests.imprinted import film, sound


@pytest.mark.usefixtures("database")
def test_differences_of_the_index_of_pictures_are_counted_each_for_what_it_is(tmp_path: Path) -> None:
    for number in range(1, 6):
        pictures(number, 1, f"{number:02x}")
    assert list(kept_on_board(tmp_path)) == []
    index = open_board(tmp_path).index
    index.flush()
    assert list(kept_on_board(tmp_path)) == [Kept("board", 0, 0, 0, None)]
    withdraw(PEER, UUID(int=1), 2, NOON)
    write_out(tmp_path, KINDS, NOON)  # notices it
    SharedPrint.objects.filter(shared__ref=UUID(int=2)).delete()  # behind everybody's back
    third = SharedPrint.objects.get(shared__ref=UUID(int=3)).pk
    index.remove([third])
    assert list(kept_on_board(tmp_path)) == [Kept("board", 1, 1, 1, NOON)]
    (tmp_path / "board" / "manifest").write_bytes(b"garbage")
    assert list(kept_on_board(tmp_path)) == []  # it is said to be damaged


@pytest.mark.usefixtures("database")
def test_of_films_and_sounds_what_no_row_has_is_counted(tmp_path: Path) -> None:
    introduce()
    for number in (1, 2, 3):
        shared(number, film(*range(8 * number, 8 * number + 8)), sound(number, 20))
    stock = open_board_stock(tmp_path)
    stock.films.index.flush()
    stock.sounds.library.flush()
    every = len(stock.films.index.records)
    withdraw(AUSTRALIA, UUID(int=1), 2, NOON)
    second = SharedImprint.objects.filter(shared__ref=UUID(int=2))
    runs = second.get(method="film").count
    second.delete()
    found = {each.name: (each.extra, each.missing, each.leaving) for each in kept_on_board(tmp_path)}
    assert found["board films"] == (runs, 0, len(gone_from("board films")))
    assert found["board sounds"] == (1, 0, 1)
    SharedImprint.objects.all().delete()
    Gone.objects.all().delete()
    assert {each.name: each.extra for each in kept_on_board(tmp_path)}["board films"] == every


@pytest.mark.usefixtures("database")
def test_films_that_are_missing_are_counted_and_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    introduce()
    for number in (1, 2, 3):
        shared(number, film(*range(8 * number, 8 * number + 8)))
    index = open_board_stock(tmp_path).films.index
    index.flush()
    first, second, _third = SharedImprint.objects.order_by("first")
    for each in (first, second):
        index.remove(range(each.first or 0, (each.first or 0) + each.count))
    SharedImprint.objects.filter(pk=second.pk).update(sealed=b"altered")
    assert {each.name: each.missing for each in kept_on_board(tmp_path)}["board films"] == 1
