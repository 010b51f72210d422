"""What a film shows of the lists: pictures by one frame, films that people protected by several of theirs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from havre.hashlists.entry import Entry, Kind, Signal
from havre.subscription import frames
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Question
from tests.hashlists.filmed import drawn, look, worse
from tests.hashlists.made import made


def protected(number: int, values: Sequence[bytes], kind: Kind = Kind.FILM) -> Entry:
    """As a browser hashes a film: frames without their times, and nothing that tells their order."""
    signals = (*(Signal("pdq", value.hex(), "1.0") for value in values), made(number).signals[1])
    return Entry(number, 1, signals, kind, reviewed=False)


def asked(folder: Path, *entries: Entry) -> Known:
    kept = Kept(folder)
    with kept.changing():
        kept.put("unreviewed", entries)
    kept.close()
    return Known(folder)


def told(known: Known, *given: int, **how: int) -> list[tuple[int, str]]:
    (found,) = known.ask([Question(films=(drawn(*given, **how),))])
    assert all(0 < match.expected_false <= 0.01 for match in found)
    return [(match.entry.number, match.method) for match in found]


def test_a_protected_film_is_found_by_three_of_its_frames_and_not_by_two(tmp_path: Path) -> None:
    frames_of_one = [worse(look(1, place), 12) for place in range(0, 24, 2)]
    known = asked(tmp_path, protected(1, frames_of_one), protected(2, [look(2, place) for place in range(24)]))
    assert told(known, 1, 4, 10) == [(1, "pdq")]
    assert told(known, 1, 4, 8) == []
    assert told(known, 1, 4, 10, way=3) == [(1, "pdq")]
    assert told(known, 3) == []


def test_one_of_few_frames_is_found_by_all_of_them(tmp_path: Path) -> None:
    known = asked(tmp_path, protected(1, [look(1, 3), look(1, 9)]))
    assert told(known, 1, 2, 10) == [(1, "pdq")]
    assert told(known, 1, 2, 9) == []


def test_frames_that_one_look_alone_shows_are_one_frame(tmp_path: Path) -> None:
    known = asked(tmp_path, protected(1, [worse(look(1, 3), bits) for bits in (1, 2, 3, 4)]))
    assert told(known, 1, 2, 10) == []


def test_a_listed_picture_that_a_film_shows_is_found(tmp_path: Path) -> None:
    known = asked(tmp_path, protected(1, [worse(look(1, 3), 20)], Kind.PICTURE))
    assert told(known, 1) == [(1, "pdq")]


def test_what_chance_would_give_is_told_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = asked(tmp_path, protected(1, [worse(look(1, 3), 30)], Kind.PICTURE))
    monkeypatch.setattr(frames, "MOST_EXPECTED", 1e-10)  # as a list of a hundred million pictures would have it
    assert told(known, 1) == []
