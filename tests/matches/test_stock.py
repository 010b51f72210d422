"""Films, sounds and scenes of a unit lie in three indexes that follow the database and forget what goes."""

from pathlib import Path

import pytest

from havre.fingerprints import video
from havre.matches.marks import Looks, keep_imprints
from havre.matches.models import Imprint
from havre.matches.stock import Stock
from tests.cast import Cast, introduce
from tests.folders import scene
from tests.imprinted import KEY, decoded, film, held, known, sound, stock, view


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def counts(of: Stock) -> tuple[int, int, int]:
    return of.films.index.status().entries, len(of.sounds.library), len(of.places.library)


def test_what_the_database_learnt_is_taken_in_by_every_process(cast: Cast, tmp_path: Path) -> None:
    mine, other = stock(tmp_path, cast.belgium), stock(tmp_path, cast.belgium)
    held(cast.belgium, film(1, 2), sound(1), view(scene(1)))
    known(cast.anke, True, film(3), view(scene(2)))
    held(cast.italy, film(4), sound(2))
    for each in (mine, other):
        each.catch_up()
        each.catch_up()
        assert counts(each) == (3, 1, 2)


def test_what_is_taken_at_once_is_not_taken_twice(cast: Cast, tmp_path: Path) -> None:
    mine = stock(tmp_path, cast.belgium)
    medium = held(cast.belgium)
    made = keep_imprints(Looks(cast.belgium, KEY), [(medium, decoded(film(1, 2), sound(1), view(scene(1))))])
    mine.take(made[medium.pk])
    mine.take(made[medium.pk])
    mine.catch_up()
    assert counts(mine) == (2, 1, 1)


def test_what_is_forgotten_is_found_no_more(cast: Cast, tmp_path: Path) -> None:
    mine = stock(tmp_path, cast.belgium)
    held(cast.belgium, film(1, 2), sound(1), view(scene(1)))
    kept = held(cast.belgium, film(3))
    mine.catch_up()
    mine.forget(Imprint.objects.exclude(medium=kept))
    assert counts(mine)[1:] == (0, 0)
    (row,) = Imprint.objects.filter(medium=kept)
    assert [record for record, _ in mine.films.index.contents()] == [row.first]
    assert row.method == video.METHOD
