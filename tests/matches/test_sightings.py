"""Views compared by their features: regions told in pixels of the files, and asked in them."""

from pathlib import Path

import numpy as np
import pytest

from havre.matches.models import Imprint, MatchKind
from havre.matches.owners import Owners
from havre.matches.sightings import evidence, scaled, sightings
from havre.matching.place_index import MOST
from tests.cast import Cast, introduce
from tests.imprinted import held, known, looks, marks, stock, view
from tests.pictures import photograph

PICTURE = photograph("astronaut")


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def test_a_region_is_told_in_the_pixels_of_another_size() -> None:
    assert scaled((10, 20, 30, 40), (100, 200), (1000, 400)) == (100, 40, 300, 80)
    assert scaled((0, 0, 100, 200), (100, 200), (33, 17)) == (0, 0, 33, 17)
    assert scaled((99, 199, 1, 1), (100, 200), (10, 10)) == (9, 9, 1, 1)


def test_a_crop_says_where_it_lies_in_pixels_of_both_files(cast: Cast, tmp_path: Path) -> None:
    entry = known(cast.anke, True, view(PICTURE))
    entry.facts = {"width": 1024, "height": 1024}
    entry.save()
    (mark,) = marks(view(np.ascontiguousarray(PICTURE[100:400, 100:400])))
    (seen,) = sightings(stock(tmp_path, cast.belgium), mark, Owners(looks(cast.belgium)), (600, 600), None)
    assert seen.kind == MatchKind.NEAR
    told = evidence(seen, (600, 600))
    assert (told["query_size"], told["match_size"]) == ([600, 600], [1024, 1024])
    x, y, width, height = told["match_region"]
    assert (x, y) == pytest.approx((200, 200), abs=40)
    assert (x + width, y + height) == pytest.approx((800, 800), abs=40)
    assert max(told["query_region"]) > 500
    assert "query_span" not in told


def test_only_what_lies_in_a_region_asks_and_never_says_the_same_picture(cast: Cast, tmp_path: Path) -> None:
    held(cast.belgium, view(PICTURE), family="picture")
    (mark,) = marks(view(PICTURE))
    (seen,) = sightings(
        stock(tmp_path, cast.belgium), mark, Owners(looks(cast.belgium)), (1024, 1024), (260, 60, 400, 400)
    )
    assert seen.kind == MatchKind.PLACE
    x, y, width, height = evidence(seen, (1024, 1024))["query_region"]
    assert min(x - 250, y - 50, 670 - x - width, 470 - y - height) >= 0


def test_the_size_of_a_file_is_told_where_it_is_known(cast: Cast) -> None:
    held(cast.belgium, view(PICTURE))
    known(cast.anke, True, view(PICTURE))
    assert [row.size for row in Imprint.objects.order_by("id")] == [(160, 160), None]


def test_the_views_of_who_asks_take_nobodys_place(cast: Cast, tmp_path: Path) -> None:
    own = held(cast.belgium, *(view(PICTURE) for _ in range(MOST + 5)))
    other = held(cast.belgium, view(PICTURE), family="picture")
    (mark,) = marks(view(PICTURE))
    seen = list(sightings(stock(tmp_path, cast.belgium), mark, Owners(looks(cast.belgium), own.pk), (512, 512), None))
    assert [each.row.medium for each in seen] == [other]
