"""What is found on the board is what the unit may know, and nothing lies there that is withdrawn."""

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from havre.exchange import board_stock
from havre.exchange.board import put, withdraw
from havre.exchange.board_stock import BoardOwners, BoardStock, open_board_stock
from havre.exchange.imprint_shape import told
from havre.exchange.models import Shared, SharedImprint
from havre.fingerprints import audio, scene, video
from havre.matches.finds import Asker, finds_in
from havre.matching import films
from havre.matching.index import Index
from havre.media.decode.outcomes import Imprint
from havre.restrictions.model import Level, Owner
from havre.units.models import Unit
from tests.cast import NOON, introduce
from tests.exchange.shared import open_to
from tests.imprinted import film, marks, sound, view
from tests.pictures import photograph

BELGIUM, AUSTRALIA = Owner("", "Federal Police", "BE"), Owner("ab" * 8, "ACCCE", "AU")


def shared(number: int, *made: Imprint, to: str = "IT", level: Level = Level.OPEN, origin: Owner = AUSTRALIA) -> Shared:
    """A medium of a source with these imprints."""
    body = {"imprints": [told(each.method, each.version, each.at, each.data) for each in made]}
    return put(origin, "media", UUID(int=number), body, open_to(to, level=level), 1, NOON)


def found(stock: BoardStock, unit: Unit, *made: Imprint) -> set[tuple[str, int]]:
    """What agrees with these, by kind and the number of the thing."""
    finds = finds_in(stock, Asker(marks(*made)), BoardOwners(unit, NOON))
    return {(find.kind.value, find.row.shared.ref.int) for find in finds}


@pytest.mark.usefixtures("database")
def test_only_what_a_unit_may_know_of_is_found(tmp_path: Path) -> None:
    cast = introduce()
    long, tune = film(*range(1, 9)), sound(1, 20)
    shared(1, long, tune)
    shared(2, long, tune, to="FR")
    shared(3, long, tune, level=Level.HIT, origin=BELGIUM)
    shared(4, long, tune, origin=Owner("", "Polizia Postale", "IT"))
    shared(5, film(21, 22), sound(7, 20))
    stock = open_board_stock(tmp_path)
    asked = film(3, 4, 5, 6), sound(1, 10, begin=5)
    assert found(stock, cast.italy, *asked) == {(kind, of) for kind in ("segment", "sound") for of in (1, 3)}
    assert found(stock, cast.belgium, *asked) == set()
    assert found(open_board_stock(tmp_path), cast.italy, film(3, 4, 5, 6)) == {("segment", 1), ("segment", 3)}


@pytest.mark.usefixtures("database")
def test_views_of_a_film_are_put_in_order_of_time(tmp_path: Path) -> None:
    cast = introduce()
    coffee = photograph("coffee")
    shared(1, view(coffee, 2.0), view(photograph("chelsea"), 6.0))
    (find,) = finds_in(open_board_stock(tmp_path), Asker(marks(view(coffee, 10.0))), BoardOwners(cast.italy, NOON))
    assert find.kind.value == "segment"
    assert find.evidence["match_span"][0] == pytest.approx(2.0, abs=0.1)
    assert find.row.size is None


@pytest.mark.usefixtures("database")
def test_what_is_withdrawn_lies_in_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = introduce()
    monkeypatch.setattr(board_stock, "COMPACT_FROM", 1)
    for number in (1, 2, 3):
        shared(number, view(photograph("coffee")), sound(number, 20), film(*range(1, 9)))
    stock = open_board_stock(tmp_path)
    for each in (stock.sounds, stock.places):
        each.library.flush()
    withdraw(AUSTRALIA, UUID(int=2), 2, NOON)
    stock = open_board_stock(tmp_path)
    live = [SharedImprint.objects.filter(method=method).count() for method in (audio.METHOD, scene.METHOD)]
    assert [len(each.library.records) for each in (stock.sounds, stock.places)] == live == [2, 2]
    assert {of for _, of in found(stock, cast.italy, view(photograph("coffee")), film(3, 4, 5, 6))} == {1, 3}
    assert stock.sounds.library.status().tombstones <= 1


@pytest.mark.usefixtures("database")
def test_what_later_versions_make_lies_in_no_index(tmp_path: Path) -> None:
    introduce()
    shared(1, Imprint("gait", "1", None, b"x"), Imprint(video.METHOD, "9", None, b"x"), film(1, 2))
    assert SharedImprint.objects.count() == 3
    stock = open_board_stock(tmp_path)
    assert isinstance(stock.films.index, Index)
    assert stock.films.index.status().entries == 2


@pytest.mark.usefixtures("database")
def test_films_that_a_unit_may_not_know_of_or_that_are_withdrawn_silence_no_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "EVERYWHERE", 3)
    monkeypatch.setattr(films, "MOST_HITS", 20)
    cast = introduce()
    for number in range(10, 20):
        shared(number, film(*range(1, 9)), to="FR")
    for number in range(20, 30):
        shared(number, film(*range(1, 9)))
    shared(1, film(*range(1, 9)))
    stock = open_board_stock(tmp_path)
    stock.films.index.flush()
    assert found(stock, cast.italy, film(3, 4, 5, 6)) == set()  # eleven have these looks
    for number in range(20, 30):
        withdraw(AUSTRALIA, UUID(int=number), 2, NOON)
    assert found(stock, cast.italy, film(3, 4, 5, 6)) == {("segment", 1)}


@pytest.mark.usefixtures("database")
def test_a_film_of_one_look_again_and_again_lies_in_the_index_a_few_times(tmp_path: Path) -> None:
    cast = introduce()
    shared(1, looping(500))
    shared(2, film(*range(1, 9)))
    assert list(SharedImprint.objects.order_by("first").values_list("first", "count")) == [(1, 16), (17, 8)]
    stock = open_board_stock(tmp_path)
    assert stock.films.index.status().entries == 24
    assert found(stock, cast.italy, film(3, 4, 5, 6)) == {("segment", 2)}


def looping(times: int) -> Imprint:
    """A film that a peer made by hand: one look, of which each run is to be found."""
    made = video.unpack(film(1).data)
    runs = np.repeat(made.runs, times)
    runs["first"], runs["frames"], runs["searched"] = np.arange(times), 1, 1
    runs["start"] = runs["end"] = np.arange(times)
    none = video.Form(np.zeros(0, np.uint32), np.zeros((0, 8, 32), np.uint8))
    return Imprint(video.METHOD, video.VERSION, None, video.pack(video.Film(times, runs, (none, none, none))))


@pytest.mark.usefixtures("database")
def test_what_is_withdrawn_leaves_the_index_of_films_once_it_is_much(tmp_path: Path) -> None:
    cast = introduce()
    for number in (1, 2, 3):
        shared(number, film(*range(1, 9)))
    open_board_stock(tmp_path).films.index.flush()
    withdraw(AUSTRALIA, UUID(int=2), 2, NOON)
    stock = open_board_stock(tmp_path)
    assert stock.films.index.status().entries == 16
    assert found(stock, cast.italy, film(3, 4, 5, 6)) == {("segment", 1), ("segment", 3)}
    shared(4, film(*range(1, 9)))
    assert found(open_board_stock(tmp_path), cast.italy, film(3, 4, 5, 6)) == {("segment", of) for of in (1, 3, 4)}
    for number in (1, 3, 4):
        withdraw(AUSTRALIA, UUID(int=number), 2, NOON)
    assert open_board_stock(tmp_path).films.index.status().entries == 0


@pytest.mark.usefixtures("database")
def test_what_lies_spoilt_on_the_board_keeps_nothing_else_from_being_found(tmp_path: Path) -> None:
    cast = introduce()
    for number in (1, 2):
        shared(number, view(photograph("coffee")), sound(1, 20), film(*range(1, 9)))
    SharedImprint.objects.filter(shared__ref=UUID(int=1)).update(sealed=b"altered")
    stock = open_board_stock(tmp_path)
    asked = view(photograph("coffee")), sound(1, 20), film(3, 4, 5, 6)
    assert {of for _, of in found(stock, cast.italy, *asked)} == {2}


@pytest.mark.usefixtures("database")
def test_what_another_process_writes_meanwhile_stays_when_what_is_withdrawn_leaves(tmp_path: Path) -> None:
    cast = introduce()
    shared(1, film(*range(1, 9)), sound(1, 20))
    open_board_stock(tmp_path).films.index.flush()
    mine = open_board_stock(tmp_path)
    withdraw(AUSTRALIA, UUID(int=1), 2, NOON)
    shared(2, film(*range(11, 19)), sound(2, 20))
    theirs = open_board_stock(tmp_path)
    theirs.films.index.flush()
    theirs.sounds.library.flush()
    mine.films.index.refresh()  # as where it settles
    mine.sounds.library.refresh()
    board_stock._let_go_films(mine.films)
    board_stock._let_go(mine.sounds, audio.METHOD)
    asked = film(13, 14, 15, 16), sound(2, 20)
    assert found(open_board_stock(tmp_path), cast.italy, *asked) == {("segment", 2), ("sound", 2)}
    assert found(open_board_stock(tmp_path), cast.italy, film(3, 4, 5, 6)) == set()
