"""Parts of listed films are found, with what chance would give; what was taken back never, whoever has not heard."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from havre.fingerprints.pdq import ORIENTATIONS
from havre.hashlists.entry import Entry, Signal
from havre.matching.film_chance import of_pictures
from havre.matching.index import Index
from havre.matching.reference import MATCH_DISTANCE, search
from havre.subscription import film_rows
from havre.subscription import films as listed
from havre.subscription.films import Films, Found
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Question
from tests.hashlists.filmed import drawn, filmed, look, looks, worse
from tests.hashlists.made import made


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path)) as opened:
        yield opened


def put(kept: Kept, *entries: Entry) -> None:
    with kept.changing():
        kept.put("baseline", entries)


def using(kept: Kept, *entries: Entry) -> Films:
    put(kept, *entries)
    films = Films(kept.path.parent, kept)
    films.sync(kept)
    return films


def numbers(found: Iterator[Found]) -> list[int]:
    return [each.entry.number for each in found]


def test_a_cut_re_encoded_part_is_found_with_its_place(kept: Kept) -> None:
    films = using(kept, *(filmed(number) for number in range(1, 6)))
    (found,) = films.parts_of(kept, drawn(3, 8, 18, bits=20))
    assert (found.entry.number, found.shelf, found.method) == (3, "baseline", "film")
    (part,) = found.parts
    assert part.known == pytest.approx((4.0, 9.0), abs=0.6)
    assert part.asked == pytest.approx((0.0, 5.0), abs=0.6)
    assert (found.expected_false < 1e-9, found.distance <= 20) == (True, True)
    assert list(films.parts_of(kept, drawn(30))) == []


@pytest.mark.parametrize("way", [2, 5])
def test_a_turned_or_mirrored_one_too(kept: Kept, way: int) -> None:
    films = using(kept, filmed(1), filmed(2))
    (found,) = films.parts_of(kept, drawn(2, 4, 20, way=way))
    assert found.entry.number == 2
    assert found.orientation in range(1, len(ORIENTATIONS))


def test_looks_as_a_list_carries_them_find_the_same_film(kept: Kept) -> None:
    films = using(kept, filmed(1), filmed(2))
    assert numbers(films.parts_of(kept, looks(drawn(2, 6, 20, bits=6)).asking())) == [2]


def test_every_film_that_comparing_everything_hits_is_found_and_no_other(kept: Kept) -> None:
    entries = [filmed(number, drawn(number % 7, 0, 12, bits=number)) for number in range(1, 15)]
    films = using(kept, *entries)
    query = drawn(3, 2, 9)
    known = [(each.number, looks(drawn(each.number % 7, 0, 12, bits=each.number))) for each in entries]
    rows = [(number, value.tobytes()) for number, told in known for value in told.hashes]
    hit = {found.record for place in range(2, 9) for found in search(rows, look(3, place))}
    assert hit == {3, 10}
    assert set(numbers(films.parts_of(kept, query))) == hit


def test_one_look_that_chance_may_give_accuses_nobody(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    films = using(kept, filmed(1, drawn(1, 0, 1)))
    assert numbers(films.parts_of(kept, drawn(1, 0, 1, bits=31))) == [1]
    monkeypatch.setattr(listed, "MOST_EXPECTED", 1e-11)  # as a list of ten million films would have it
    assert numbers(films.parts_of(kept, drawn(1, 0, 1, bits=31))) == []
    assert numbers(films.parts_of(kept, drawn(1, 0, 1))) == [1]


def test_a_picture_of_a_film_is_found_in_it(kept: Kept) -> None:
    films = using(kept, filmed(1), filmed(2))
    hashes = look(5, 1) + worse(look(2, 7), 10) + look(1, 3)
    told = [(number, found.entry.number, found.distance) for number, found in films.showing(kept, hashes, range(3))]
    assert told == [(1, 2, 10), (2, 1, 0)]


def test_many_who_ask_together_share_what_is_read_and_each_is_told_its_nearest_film(kept: Kept) -> None:
    alike = [filmed(number, drawn(1, 0, 4, bits=number)) for number in range(1, 6)]
    films = using(kept, *alike, filmed(6), filmed(7))
    hashes = look(1, 2) + look(1, 2) + look(6, 3) + worse(look(7, 3), 4)
    told = list(films.showing(kept, hashes, range(4)))
    assert [sorted(found.entry.number for at, found in told if at == number) for number in range(4)] == [
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
        [6],
        [7],
    ]
    assert len({id(found.entry) for _, found in told}) == 7
    few = list(films.showing(kept, hashes, range(4), most=1))
    assert [(at, found.distance) for at, found in few] == [(0, 1), (1, 1), (2, 0), (3, 4)]
    of_one = list(films.showing(kept, hashes, [0] * 4, most=2))
    assert [(at, found.entry.number, found.distance) for at, found in of_one] == [(2, 6, 0), (0, 1, 1)]


def test_what_is_taken_back_is_found_no_more_before_and_after_the_index_hears_of_it(kept: Kept) -> None:
    films = using(kept, filmed(1), filmed(2))
    put(kept, replace(filmed(1, version=2), retracted=True))
    assert list(films.parts_of(kept, drawn(1))) == []
    assert list(films.showing(kept, look(1, 3), [0])) == []
    films.sync(kept)
    assert film_rows.gone(kept.db) == []
    assert list(films.parts_of(kept, drawn(1))) == []
    assert numbers(films.parts_of(kept, drawn(2))) == [2]
    put(kept, filmed(3, version=3))
    films.sync(kept)
    assert numbers(films.parts_of(kept, drawn(3))) == [3]


def test_a_damaged_index_is_made_anew_and_a_whole_one_goes_on(kept: Kept) -> None:
    films = using(kept, filmed(1), filmed(2))
    films._index.flush()
    (where,) = kept.path.parent.glob("film-*")
    again = Films(kept.path.parent, kept)
    again.sync(kept)
    assert (again.looks, numbers(again.parts_of(kept, drawn(2)))) == (films.looks, [2])
    for segment in where.glob("*.seg*"):
        segment.write_bytes(b"")
    Index.create(where)
    (where / "manifest").write_bytes(b"nonsense")
    mended = Films(kept.path.parent, kept)
    mended.sync(kept)
    assert numbers(mended.parts_of(kept, drawn(2))) == [2]


def test_whoever_asks_a_folder_is_told_films_beside_pictures(kept: Kept, tmp_path: Path) -> None:
    put(kept, filmed(1), made(2), filmed(3))
    known = Known(tmp_path)
    picture = Signal("pdq", look(3, 5).hex())
    answers = known.ask(
        [
            Question(films=(drawn(1, 4, 16, bits=8),)),
            Question(made(2).signals[:1]),
            Question((picture,)),
            Question(filmed(1).signals[:1], films=(drawn(1),)),
            Question(pictures=(b"".join([look(60, 0), look(1, 4), *(look(61, place) for place in range(6))]),)),
        ]
    )
    assert [[(each.entry.number, each.method) for each in found] for found in answers] == [
        [(1, "film")],
        [(2, "pdq")],
        [(3, "film")],
        [(1, "md5")],
        [(1, "film")],
    ]
    assert answers[4][0].orientation == 1
    assert answers[0][0].parts
    one = of_pictures(MATCH_DISTANCE, known.hashes() + known.looks())
    assert [found[0].expected_false_at_limit for found in answers] == [0.01, one, one, 0.01, one]
    assert all(each.expected_false <= each.expected_false_at_limit for found in answers for each in found)
    assert known.looks() == 2 * len(looks(drawn(1)))


def test_a_list_of_films_alone_may_be_wrong_too(kept: Kept, tmp_path: Path) -> None:
    put(kept, filmed(1))
    (found,) = Known(tmp_path).ask([Question((Signal("pdq", worse(look(1, 5), 20).hex()),))])
    assert 0 < found[0].expected_false < found[0].expected_false_at_limit == of_pictures(31, len(looks(drawn(1))))
