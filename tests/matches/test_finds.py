"""What a file shares with others by films, sounds and views: the strongest of a kind in each, with evidence."""

from pathlib import Path

import numpy as np
import pytest

from havre.matches.finds import Asker, finds
from havre.matches.models import MatchKind
from havre.matching.place_index import MOST
from havre.matching.sound_index import MOST_SOUNDS
from tests.cast import Cast, introduce
from tests.imprinted import film, held, known, marks, sound, still, stock, view
from tests.pictures import photograph

SIZE = (160, 160)
SEEDS = tuple(range(1, 11))


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def test_a_part_of_a_film_is_told_with_its_times(cast: Cast, tmp_path: Path) -> None:
    entry = known(cast.anke, True, film(*SEEDS))
    (find,) = finds(stock(tmp_path, cast.belgium), Asker(marks(film(4, 5, 6, 7))))
    assert (find.kind, find.other) == (MatchKind.SEGMENT, ("known", entry.pk))
    assert find.evidence["match_span"] == pytest.approx([3, 7], abs=0.2)
    assert find.evidence["frames"] == 4
    assert find.evidence["mirrored"] is False
    assert 0 < find.expected_false < 1e-6


def test_two_stills_are_near_and_a_still_of_a_film_is_a_segment(cast: Cast, tmp_path: Path) -> None:
    picture, moving = held(cast.belgium, still(3), family="picture"), held(cast.belgium, film(*SEEDS))
    near, segment = finds(stock(tmp_path, cast.belgium), Asker(marks(still(3))))
    assert (near.kind, near.other) == (MatchKind.NEAR, ("held", picture.pk))
    assert (segment.kind, segment.other) == (MatchKind.SEGMENT, ("held", moving.pk))
    assert segment.evidence["match_span"] == pytest.approx([2.5, 2.5], abs=0.5)


def test_a_part_of_a_sound_is_told_with_its_times(cast: Cast, tmp_path: Path) -> None:
    medium = held(cast.belgium, sound(1, 30), family="audio")
    held(cast.belgium, sound(2, 30), family="audio")
    (find,) = finds(stock(tmp_path, cast.belgium), Asker(marks(sound(1, 10, begin=12))))
    assert (find.kind, find.other) == (MatchKind.SOUND, ("held", medium.pk))
    assert find.evidence["match_span"] == pytest.approx([12, 22], abs=1.5)
    assert find.evidence["replaced_picture"] is False


def test_the_same_sound_under_another_picture_is_named_as_such(cast: Cast, tmp_path: Path) -> None:
    held(cast.belgium, film(1, 2, 3), sound(1))
    (find,) = finds(stock(tmp_path, cast.belgium), Asker(marks(film(7, 8, 9), sound(1)), SIZE))
    assert find.evidence["replaced_picture"] is True
    both = finds(stock(tmp_path, cast.belgium), Asker(marks(film(1, 2, 3), sound(1)), SIZE))
    assert [(each.kind, each.evidence.get("replaced_picture")) for each in both] == [
        (MatchKind.SEGMENT, None),
        (MatchKind.SOUND, False),
    ]


def test_a_picture_that_was_blacked_out_is_replaced_and_a_sound_alone_has_none(cast: Cast, tmp_path: Path) -> None:
    black = marks(sound(1))  # nothing of a black picture could be found again
    held(cast.belgium, film(1, 2, 3), sound(1))
    for size, replaced in ((SIZE, True), (None, False)):
        (find,) = finds(stock(tmp_path, cast.belgium), Asker(black, size))
        assert find.evidence["replaced_picture"] is replaced


def test_copies_that_nobody_judged_do_not_hide_one_that_is(cast: Cast, tmp_path: Path) -> None:
    seen, heard = view(photograph("coffee")), sound(1)
    for _ in range(MOST + 5):
        held(cast.belgium, seen, family="picture")
    for _ in range(MOST_SOUNDS + 5):
        held(cast.belgium, heard, family="audio")
    entries = known(cast.anke, True, seen), known(cast.anke, True, heard)
    asked = marks(view(np.ascontiguousarray(photograph("coffee")[80:, 100:])), heard)
    found = finds(stock(tmp_path, cast.belgium), Asker(asked, (500, 320)))
    assert {find.row.knowledge for find in found if find.row.knowledge is not None} == set(entries)


def test_views_of_films_that_show_the_same_are_a_segment_with_times(cast: Cast, tmp_path: Path) -> None:
    pixels = [photograph(name) for name in ("astronaut", "coffee", "chelsea")]
    held(cast.belgium, *(view(each, at=10.0 + 2 * number) for number, each in enumerate(pixels)))
    cut = [np.ascontiguousarray(each[20:-20, 30:-30]) for each in pixels]
    asked = marks(*(view(each, at=2.0 * number) for number, each in enumerate(cut)))
    (find,) = finds(stock(tmp_path, cast.belgium), Asker(asked))
    assert find.kind == MatchKind.SEGMENT
    assert find.evidence["views"] == 3
    assert find.evidence["query_span"] == pytest.approx([0, 6], abs=1.5)
    assert find.evidence["match_span"] == pytest.approx([10, 16], abs=1.5)


def test_who_has_no_imprints_shares_nothing(cast: Cast, tmp_path: Path) -> None:
    held(cast.belgium, film(1))
    assert finds(stock(tmp_path, cast.belgium), Asker(())) == []
