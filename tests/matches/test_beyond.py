"""Shared parts weigh as their other is judged; places weigh nothing; what is damaged repeats nothing."""

from pathlib import Path

import pytest

from havre.matches.beyond import Beyond, beyond, once
from havre.matches.finds import Asker
from havre.matches.models import Knowledge, Match, MatchKind
from havre.media.models import Medium
from tests.cast import Cast, introduce
from tests.imprinted import film, held, known, marks, sound, stock

SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def asked(cast: Cast, root: Path, *, founding: bool = True) -> Beyond:
    return beyond(stock(root, cast.belgium), Asker(marks(film(*SEEDS), sound(1))), founding=founding)


def piles(told: Beyond) -> tuple[int, int, int]:
    return len(told.near), len(told.harmless), len(told.alike)


def test_each_match_lies_with_what_is_judged_of_the_other(cast: Cast, tmp_path: Path) -> None:
    known(cast.anke, True, film(*SEEDS))
    known(cast.anke, False, film(*SEEDS))
    known(cast.anke, None, film(*SEEDS))
    told = asked(cast, tmp_path)
    assert piles(told) == (1, 1, 1)
    assert told.held == ""
    assert told.near[0].kind == MatchKind.SEGMENT
    assert told.near[0].knowledge is not None
    assert told.near[0].knowledge.pertinent is True


def test_a_held_medium_weighs_as_its_bytes_are_judged(cast: Cast, tmp_path: Path) -> None:
    medium = held(cast.belgium, film(*SEEDS))
    told = asked(cast, tmp_path)
    assert (piles(told), told.held) == ((0, 0, 1), "part of it is part of something held")
    entry = known(cast.anke, True)
    Knowledge.objects.filter(pk=entry.pk).update(sha256=medium.sha256)
    told = asked(cast, tmp_path)
    assert (piles(told), told.held) == ((1, 0, 0), "")
    assert (told.near[0].knowledge, told.near[0].medium) == (entry, medium)


def test_a_sound_alone_makes_a_repeat_and_says_so(cast: Cast, tmp_path: Path) -> None:
    held(cast.belgium, sound(1))
    assert asked(cast, tmp_path).held == "part of its sound is in something held"


def test_what_is_damaged_is_listed_and_repeats_nothing_on_either_side(cast: Cast, tmp_path: Path) -> None:
    held(cast.belgium, film(*SEEDS), damage="cut off")
    told = asked(cast, tmp_path)
    assert (piles(told), told.held) == ((0, 0, 1), "")
    Medium.objects.all().delete()
    held(cast.belgium, film(*SEEDS))
    assert asked(cast, tmp_path / "other", founding=False).held == ""


def test_one_match_of_a_kind_with_each_other_is_told_with_all_that_shows_it(cast: Cast) -> None:
    medium = held(cast.belgium)
    near = Match(kind=MatchKind.NEAR, medium=medium, distance=3)
    features = Match(kind=MatchKind.NEAR, medium=medium, evidence={"points": 40})
    heard = Match(kind=MatchKind.SOUND, medium=medium)
    assert once([near, features, heard]) == [near, heard]
    assert near.evidence == {"points": 40}
