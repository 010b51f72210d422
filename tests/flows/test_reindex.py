"""An index equals the database or says where it does not, and is made anew from it."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from havre.errors import Refused
from havre.exchange.board import put, withdraw
from havre.exchange.imprint_shape import told
from havre.exchange.models import Gone
from havre.flows.dossier import open_dossier
from havre.flows.health import health
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.reindex import (
    forget_erased,
    places_of_board,
    problems_of,
    rebuild_all,
    rebuild_indexes,
    status_of_indexes,
    verify_indexes,
)
from havre.flows.search import search
from havre.matches.models import Imprint
from havre.matching.index import Index
from havre.media.models import Fingerprint
from havre.restrictions.model import Owner
from havre.settings import Settings
from tests import films
from tests.cast import NOON, Node, node
from tests.exchange.shared import open_to
from tests.imprinted import film, sound, view
from tests.pictures import photograph
from tests.seizure import seizure, taken_in
from tests.sources import lay

PICTURES = 5


@pytest.fixture
def held(database: Settings, tmp_path: Path) -> Iterator[Node]:
    """A node whose indexes hold the fingerprints of five pictures in segments."""
    with node(database) as begun:
        taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "seized", range(PICTURES)))
        assert problems_of(rebuild_indexes(begun.home, begun.anke)) == []
        yield begun


def problems(held: Node) -> list[str]:
    return problems_of(verify_indexes(held.home, held.anke))


def shelf(held: Node) -> Path:
    return held.home.settings.index / str(held.anke.unit.pk) / "held"


def fingerprints() -> list[int]:
    return list(Fingerprint.objects.order_by("id").values_list("id", flat=True))


def test_a_rebuilt_index_equals_the_database(held: Node) -> None:
    statuses = {(each["unit"], each["shelf"]): each for each in status_of_indexes(held.home, held.anke)}
    mine = statuses["Federal Police", "held"]
    assert (mine["entries"], mine["behind"], mine["watermark"]) == (PICTURES, 0, fingerprints()[-1])
    assert {unit for unit, _ in statuses} == {"Federal Police"}
    assert problems(held) == []


def test_every_index_is_made_anew_from_the_database_and_equals_it(database: Settings, tmp_path: Path) -> None:
    files = {"a": films.film(1, 8, sound=1), "b": films.whole("astronaut")}
    with node(database) as here:
        open_dossier(here.home, here.anke, "A", "a warrant", "a test")
        take_in(here.home, here.anke, "A", str(lay(tmp_path / "in", files)), workers=1)
        know(
            here.home, here.anke, str(lay(tmp_path / "known", {"c": films.film(2, 8, sound=2)})), "pertinent", workers=1
        )
        for name in ("films", "sounds", "places"):
            shutil.rmtree(here.home.settings.index / str(here.anke.unit.pk) / name)
        assert problems_of(rebuild_indexes(here.home, here.anke)) == []
        entries = {str(each["shelf"]): each["entries"] for each in status_of_indexes(here.home, here.anke)}
        asked = lay(tmp_path / "asked", {"a": films.part(1, 2, 6), "b": films.part(2, 2, 6)})
        found = [search(here.home, here.anke, str(asked / name)).matches[0]["kind"] for name in "ab"]
        stock = here.home.stock(here.anke.unit)
        stock.sounds.library.remove([int(stock.sounds.library.records[0])])
        (missing,) = problems_of(verify_indexes(here.home, here.anke))
    assert found == ["segment", "segment"]
    assert entries["sounds"] == 2
    assert entries["places"] == Imprint.objects.filter(method="scene").count() > 10
    assert entries["films"] == sum(Imprint.objects.filter(method="film").values_list("count", flat=True))
    assert "is in the database and not in the index" in missing


def test_every_random_alteration_of_an_index_or_its_rows_is_found_and_named(
    held: Node, count: Callable[[int, int], int]
) -> None:
    chance = random.Random(11)
    files = sorted(path for path in shelf(held).iterdir() if path.stat().st_size)
    for number in range(count(40, 300)):
        if chance.random() < 0.7:
            name, undo = flip_in_file(chance.choice(files), chance)
        else:
            name, undo = alter_row(chance)
        found = problems(held)
        assert any(name in problem for problem in found), (number, name, found)
        undo()
    assert problems(held) == []


def flip_in_file(file: Path, chance: random.Random) -> tuple[str, Callable[[], object]]:
    whole = file.read_bytes()
    at = chance.randrange(len(whole))
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
    return str(file), lambda: file.write_bytes(whole)


def alter_row(chance: random.Random) -> tuple[str, Callable[[], object]]:
    row = Fingerprint.objects.get(pk=chance.choice(fingerprints()))
    whole = bytes(row.orientations)
    if chance.random() < 0.5:
        at = chance.randrange(32)
        bent = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        Fingerprint.objects.filter(pk=row.pk).update(orientations=bent)
        what = f"record {row.pk} has another fingerprint"
    else:
        Fingerprint.objects.filter(pk=row.pk).update(quality=0)
        what = f"record {row.pk} is in the index and not in the database"
    return what, lambda: Fingerprint.objects.filter(pk=row.pk).update(orientations=whole, quality=row.quality)


def test_missing_and_extra_records_are_counted_and_named(held: Node) -> None:
    first, second = fingerprints()[:2]
    unfit = Fingerprint.objects.filter(pk=first)
    unfit.update(quality=0)
    assert problems_of(rebuild_indexes(held.home, held.anke)) == []
    unfit.update(quality=100)
    Fingerprint.objects.filter(pk=second).delete()
    found = next(each for each in verify_indexes(held.home, held.anke) if each["problems"])
    assert (found["missing"], found["extra"], found["different"]) == (1, 1, 0)
    assert [f"record {first} is in the database" in p for p in problems_of([found])] == [True, False]


@pytest.mark.parametrize("damage", ["manifest", "segment", "both"])
def test_a_damaged_index_is_made_anew(held: Node, damage: str) -> None:
    for file in shelf(held).iterdir():
        if damage in (file.name, file.suffix[1:], "both"):
            file.write_bytes(b"garbage")
    assert problems(held) != []
    assert problems_of(rebuild_indexes(held.home, held.anke)) == []
    assert problems(held) == []


def test_erased_records_leave_the_segments(held: Node) -> None:
    gone = Fingerprint.objects.order_by("id")[0]
    hash_bytes = bytes(gone.orientations)[:32]
    gone.delete()
    assert forget_erased(held.home, held.anke.unit) == 1
    assert [file.name for file in shelf(held).iterdir() if hash_bytes in file.read_bytes()] == []
    assert problems(held) == []


def test_an_analyst_alone_may_not_rebuild(held: Node) -> None:
    with pytest.raises(Refused, match="may not rebuild"):
        rebuild_indexes(held.home, held.bram)


def board_of(here: Node) -> dict[str, Path]:
    """Australia lets Belgium know of pictures, films, sounds and scenes; the folders of the board by their names."""
    made = (film(1, 2, 3), sound(1, 20), view(photograph("coffee")))
    body: dict[str, object] = {"imprints": [told(each.method, each.version, each.at, each.data) for each in made]}
    body |= {"pdq": ["0b" * 32], "quality": 90}
    for number in (1, 2):
        put(Owner("ab" * 8, "ACCCE", "AU"), "media", UUID(int=number), body, open_to("BE"), 1, NOON)
    assert problems_of(rebuild_indexes(here.home, here.anke)) == []
    return {place.shelf: place.folder for place in places_of_board(here.home)}


def test_the_indexes_of_the_board_are_verified_and_made_anew_like_those_of_units(database: Settings) -> None:
    with node(database) as here:
        folders = board_of(here)
        assert set(folders) == {"board", "board films", "board sounds", "board places"}
        assert all(any(folder.iterdir()) for folder in folders.values())
        for folder in folders.values():
            (folder / "manifest").write_bytes(b"garbage")
        broken = {str(each["shelf"]) for each in verify_indexes(here.home, here.anke) if each["problems"]}
        said = {finding.name: finding.state for finding in health(here.home, NOON)}
        assert broken == set(folders)
        assert {said[f"index: the board, {name}"] for name in folders} == {"broken"}
        assert problems_of(rebuild_indexes(here.home, here.anke)) == problems(here) == []
        index = Index.open(folders["board"])
        index.remove([record for record, _ in index.contents()][:1])
        assert problems(here) == ["board: this index is damaged"]  # of what, and how much, no unit is told
        of_board = [each for each in verify_indexes(here.home, here.anke) if each["unit"] == "the board"]
        assert [set(each) for each in of_board] == [{"unit", "shelf", "problems"}] * len(folders)
        rebuild_all(here.home)
        assert problems(here) == []
        assert len(list(Index.open(folders["board"]).contents())) == 2


def test_what_is_withdrawn_is_no_trouble_of_the_board_and_no_unit_is_told_how_much_lies_there(
    database: Settings,
) -> None:
    with node(database) as here:
        folders = board_of(here)
        withdraw(Owner("ab" * 8, "ACCCE", "AU"), UUID(int=1), 2, NOON)
        assert problems(here) == []
        Gone.objects.all().delete()  # that nobody is to write it out is trouble
        assert set(problems(here)) == {f"{name}: this index is damaged" for name in folders}
        assert {each.get("extra", 0) for each in verify_indexes(here.home, here.anke)} == {0}
        assert not set(folders) & {each["shelf"] for each in status_of_indexes(here.home, here.anke)}
        rebuild_indexes(here.home, here.anke)
        assert len(list(Index.open(folders["board"]).contents())) == 1
