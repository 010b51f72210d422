"""Parts of films are found in films: at the right times, the right way round; what only looks alike is not."""

import time
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from havre.fingerprints import video
from havre.fingerprints.pdq import ORIENTATIONS
from havre.fingerprints.video import Condenser, Film, still
from havre.fingerprints.vpdq import Frame
from havre.matching import films
from havre.matching.alignment import points
from havre.matching.films import FilmMatch, aligned, asked, found
from havre.matching.reference import Hit
from havre.matching.segments import Segment
from tests.fingerprints.test_video import walk

RATE = 25.0
Ways = Callable[[int], bytes]


@cache
def bits(number: int) -> NDArray[np.uint8]:
    """256 bits that only this number has; not to be changed."""
    return np.random.default_rng(number).integers(0, 2, 256, dtype=np.uint8)


@cache
def order(number: int) -> NDArray[np.int64]:
    """The order in which bits change that only this number has."""
    return np.random.default_rng(number).permutation(256)


def look(scene: int, moment: float, seed: int = 0, noise: int = 0) -> bytes:
    """What a scene shows at a moment: after two seconds no bit is left of what it was; re-encoding changes some."""
    begin, done = divmod(moment / 2.0, 1.0)
    one, other = bits(scene * 100_003 + int(begin)), bits(scene * 100_003 + int(begin) + 1)
    shown = one.copy()
    changed = order(scene * 7 + int(begin))[: int(done * 256)]
    shown[changed] = other[changed]
    if noise:
        shown[np.random.default_rng(seed).choice(256, noise, replace=False)] ^= 1
    return np.packbits(shown).tobytes()


def turned(value: bytes, way: int) -> bytes:
    """A stand-in for turning a picture: other bits for each way, and back again by the same way."""
    mask = bits(900_000 + way) if way else np.zeros(256, np.uint8)
    return np.packbits(np.unpackbits(np.frombuffer(value, np.uint8)) ^ mask).tobytes()


def film(
    moments: Sequence[tuple[int, float]],
    rate: float = RATE,
    noise: int = 0,
    quality: int = 100,
    way: int = 0,
    bars: bool = False,
) -> Film:
    """A film that shows a moment of a scene in each frame; turned in a way, or with bars that hide all of the whole."""
    made = Condenser()
    for number, (scene, moment) in enumerate(moments):
        upright = look(scene, moment, number, noise)
        whole = turned(upright, way)
        shown = turned(whole, 7) if bars else whole
        if made.take(Frame(number, quality, shown, number / rate)):
            ways = b"".join(turned(shown, each) for each in range(8))
            within = b"".join(turned(whole, each) for each in range(8))
            made.key(ways, within if bars else None, within)
    return made.finish(len(moments) / rate)


def moments(scene: int, begin: float, end: float, step: float = 1 / RATE) -> list[tuple[int, float]]:
    return [(scene, begin + n * step) for n in range(round((end - begin) / step))]


class Shelf:
    """Known films and a search that compares everything: obviously right, and it knows no numbers but its own."""

    def __init__(self, *known: Film) -> None:
        self.known = known
        self.first = np.cumsum([1, *(len(each.searched()) for each in known)])
        self.words = np.frombuffer(b"".join(each.searched().hashes for each in known), np.uint64).reshape(-1, 4)
        self.asked = 0

    def search(self, queries: bytes, radius: int) -> list[list[Hit]]:
        answers = []
        for query in np.frombuffer(queries, np.uint64).reshape(-1, 4):
            self.asked += 1
            apart = np.bitwise_count(self.words ^ query).sum(axis=1)
            near = np.flatnonzero(apart <= radius)
            answers.append(sorted(Hit(int(apart[place]), int(place) + 1) for place in near))
        return answers

    def owner(self, record: int) -> tuple[int, int]:
        number = int(np.searchsorted(self.first, record, "right")) - 1
        return number, record - int(self.first[number])

    def ask(self, query: Film) -> list[FilmMatch]:
        return found(self.search, query, self.owner, lambda number: self.known[number])


def the_segment(matches: list[FilmMatch], number: int = 0) -> Segment:
    """The one segment of the one film that was found."""
    ((match),) = matches
    assert match.film == number
    (segment,) = match.segments
    return segment


def near(span: tuple[float, float], begin: float, end: float, slack: float = 0.3) -> bool:
    return abs(span[0] - begin) <= slack and abs(span[1] - end) <= slack


@cache
def long() -> Film:
    """Ten minutes of one scene."""
    return film(moments(1, 0, 600))


def test_five_seconds_are_found_in_ten_minutes_at_their_time() -> None:
    segment = the_segment(Shelf(film(moments(2, 0, 60)), long()).ask(film(moments(1, 432.1, 437.1), noise=6)), 1)
    assert near(segment.query_span, 0, 5)
    assert near(segment.match_span, 432.1, 437.1)
    assert segment.orientation == "upright"
    assert segment.query_share == pytest.approx(1, abs=0.05)
    assert segment.match_share == pytest.approx(5 / 600, abs=0.001)
    assert segment.speed == pytest.approx(1, abs=0.02)
    assert segment.frames >= 100
    assert (segment.distance or 0) <= 20
    assert segment.quality == 100


@pytest.mark.parametrize("way", range(8))
def test_a_turned_film_is_found_in_the_way_that_turns_it_back(way: int) -> None:
    segment = the_segment(Shelf(long()).ask(film(moments(1, 100, 120), way=way, noise=4)))
    assert segment.orientation == ORIENTATIONS[way]
    assert near(segment.match_span, 100, 120)


def test_a_letterboxed_film_is_found_and_finds() -> None:
    boxed = film(moments(1, 50, 70), bars=True)
    plain = film(moments(1, 40, 80))
    assert near(the_segment(Shelf(plain).ask(boxed)).match_span, 10, 30)
    assert near(the_segment(Shelf(boxed).ask(plain)).query_span, 10, 30, slack=0.5)


@pytest.mark.parametrize("speed", [0.8, 10 / 11, 1.04, 1.1, 1.25])
def test_a_film_at_another_speed_is_found_with_its_speed(speed: float) -> None:
    faster = film(moments(1, 200, 230, step=speed / RATE), noise=4)
    segment = the_segment(Shelf(long()).ask(faster))
    assert segment.speed == pytest.approx(speed, abs=0.01)
    assert near(segment.match_span, 200, 230)


def test_a_film_with_other_frames_a_second_is_found() -> None:
    slow = film(moments(1, 200, 220, step=0.1), rate=10)
    assert near(the_segment(Shelf(long()).ask(slow)).match_span, 200, 220)


def test_a_film_cut_together_from_three_has_three_segments() -> None:
    known = [film(moments(scene, 0, 40)) for scene in (11, 12, 13)]
    cut = film([*moments(12, 10, 18), *moments(11, 30, 36), *moments(13, 5, 12)], noise=4)
    spans = {match.film: match.segments[0] for match in Shelf(*known).ask(cut)}
    assert set(spans) == {0, 1, 2}
    for number, (query, there) in {1: ((0, 8), (10, 18)), 0: ((8, 14), (30, 36)), 2: ((14, 21), (5, 12))}.items():
        assert near(spans[number].query_span, *query)
        assert near(spans[number].match_span, *there)


def test_two_parts_of_one_film_in_another_order_are_two_segments() -> None:
    (match,) = Shelf(long()).ask(film([*moments(1, 300, 310), *moments(1, 100, 110)], noise=4))
    first, second = sorted((segment.query_span, segment.match_span) for segment in match.segments)
    assert near(first[0], 0, 10)
    assert near(first[1], 300, 310)
    assert near(second[0], 10, 20)
    assert near(second[1], 100, 110)


def test_what_was_cut_out_divides_the_segments() -> None:
    (match,) = Shelf(long()).ask(film([*moments(1, 100, 110), *moments(1, 130, 140)], noise=4))
    assert sorted(round(segment.match_span[0]) for segment in match.segments) == [100, 130]


def test_what_was_put_in_between_is_not_claimed() -> None:
    (match,) = Shelf(long()).ask(film([*moments(1, 100, 110), *moments(77, 0, 10), *moments(1, 120, 130)], noise=4))
    spans = sorted(segment.query_span for segment in match.segments)
    assert [near(span, *expected) for span, expected in zip(spans, ((0, 10), (20, 30)), strict=True)] == [True, True]


def test_a_frame_of_a_film_is_a_segment_of_one_frame_and_the_other_way_round() -> None:
    value = look(1, 321.04, seed=5, noise=8)
    picture = still(b"".join(turned(value, way) for way in range(8)), 90)
    segment = the_segment(Shelf(long()).ask(picture))
    assert (segment.frames, segment.runs, segment.query_span, segment.query_share) == (1, 1, (0.0, 0.0), 1.0)
    assert near(segment.match_span, 321, 321, slack=0.5)
    back = the_segment(Shelf(picture).ask(film(moments(1, 315, 325))))
    assert near(back.query_span, 6, 6, slack=0.5)
    assert (back.match_span, back.match_share) == ((0.0, 0.0), 1.0)


def test_a_mirrored_frame_of_a_film_is_found() -> None:
    value = turned(look(1, 321.04), 5)
    picture = still(b"".join(turned(value, way) for way in range(8)), 90)
    assert the_segment(Shelf(long()).ask(picture)).orientation == "mirrored"


def still_scene(scene: int, seconds: float) -> list[tuple[int, float]]:
    return [(scene, 0.0)] * round(seconds * RATE)


def test_a_still_film_is_found_in_a_longer_one() -> None:
    known = film([*moments(5, 0, 20), *still_scene(6, 60), *moments(7, 0, 20)])
    segment = the_segment(Shelf(known).ask(film(still_scene(6, 10), noise=2)))
    assert near(segment.query_span, 0, 10)
    assert 20 - 0.3 <= segment.match_span[0] <= segment.match_span[1] <= 80.3


def test_still_scenes_cut_together_are_each_found() -> None:
    known = [film(still_scene(scene, 30)) for scene in (21, 22, 23)]
    cut = film([*still_scene(21, 5), *still_scene(22, 5), *still_scene(23, 5)])
    assert {match.film for match in Shelf(*known).ask(cut)} == {0, 1, 2}


def test_flat_frames_agree_with_nothing() -> None:
    black = film(still_scene(3, 60), quality=40)
    assert Shelf(black).ask(black) == []
    dark = film([*moments(4, 0, 10)], quality=49)
    assert Shelf(dark).ask(dark) == []


def test_single_frames_that_agree_out_of_order_are_no_match() -> None:
    shared = [(50 + n, 0.0) for n in range(12)]

    def mixture(seed: int) -> Film:
        shown: list[tuple[int, float]] = []
        for place in np.random.default_rng(seed).permutation(len(shared)):
            shown += moments(1000 + seed * 20 + int(place), 0, 8)
            shown.append(shared[place])
        return film(shown)

    assert Shelf(mixture(1)).ask(mixture(2)) == []


def test_a_title_that_many_films_have_is_no_match_and_a_rare_one_is() -> None:
    def titled(number: int) -> Film:
        return film([*still_scene(99, 4), *moments(200 + number, 0, 30)])

    many = Shelf(*(titled(number) for number in range(3 * films.RARE)))
    assert many.ask(titled(500)) == []
    assert {match.film for match in Shelf(titled(1)).ask(titled(500))} == {0}


def test_a_film_of_which_there_are_many_copies_is_found_in_all_of_them() -> None:
    copies = [film(moments(1, 0, 20), noise=2 * number % 9) for number in range(3 * films.RARE)]
    assert len(Shelf(*copies).ask(film(moments(1, 0, 20), noise=4))) == len(copies)


def test_a_film_is_not_found_in_itself_where_it_is_told_to_be_left_out() -> None:
    shelf = Shelf(long())
    query = film(moments(1, 0, 20))
    assert found(shelf.search, query, shelf.owner, lambda _: long(), itself=0) == []


def test_records_and_films_that_are_gone_are_no_matches() -> None:
    shelf = Shelf(long())
    query = film(moments(1, 0, 20))
    assert found(shelf.search, query, lambda _: None, lambda _: long()) == []
    assert found(shelf.search, query, shelf.owner, lambda _: None) == []
    assert found(shelf.search, query, lambda record: (0, record + 10**6), lambda _: long()) == []


def test_every_look_is_asked_about_once_and_at_most_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    again = film([(60, 0.0), (61, 0.0)] * 100)
    assert len(asked(again)) == len(
        {
            (row.tobytes(), o, f)
            for row, o, f in zip(asked(again).hashes, asked(again).orientation, asked(again).form, strict=True)
        }
    )
    monkeypatch.setattr(films, "MOST_ASKED", 100)
    some = asked(long())
    assert len(some) == 100
    assert long().runs["start"][some.run].max() > 590_000


def test_a_loop_against_a_loop_takes_bounded_time() -> None:
    frames = walk(1, [128] * 4)
    made = Condenser()
    for number in range(100_000):
        shown = frames[number % 4]
        if made.take(Frame(number, 100, shown.pdq, number / RATE)):
            made.key(shown.pdq * 8, None, shown.pdq * 8)
    loop = made.finish(100_000 / RATE)
    shelf = Shelf(loop, long())
    began = time.process_time()
    matches = shelf.ask(loop)
    assert time.process_time() - began < 20
    assert shelf.asked < 200
    assert [match.film for match in matches] == [0]


def test_noise_against_noise_of_many_runs_takes_bounded_time() -> None:
    random = np.random.default_rng(5)
    runs = np.zeros(100_000, video.RUN)
    runs["first"] = np.arange(100_000)
    runs["frames"], runs["quality"], runs["searched"] = 1, 100, 1
    runs["start"], runs["end"] = runs["first"] * 40, runs["first"] * 40 + 40
    runs["pdq"] = random.integers(0, 256, (100_000, 32), dtype=np.uint8)
    none = video.Form(np.zeros(0, np.uint32), np.zeros((0, 8, 32), np.uint8))
    noise = Film(4_000_000, runs, (none, none, none))
    place = {row.tobytes(): number for number, row in enumerate(runs["pdq"])}

    def exact(queries: bytes, radius: int) -> list[list[Hit]]:
        return [[Hit(0, place[queries[at : at + 32]] + 1)] for at in range(0, len(queries), 32)]

    began = time.process_time()
    (match,) = found(exact, noise, lambda record: (0, record - 1), lambda _: noise)
    assert time.process_time() - began < 30
    assert match.segments[0].runs == 100_000


def test_a_film_of_very_many_copies_is_asked_about_until_enough_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_HITS", 50)
    monkeypatch.setattr(films, "ASKED_AT_ONCE", 8)
    shelf = Shelf(*[film(moments(1, 0, 20))] * 4)
    matches = shelf.ask(film(moments(1, 0, 20)))
    assert shelf.asked < 60
    assert len(matches) == 4
    assert near(matches[0].segments[0].query_span, 0, 20, slack=1)


def test_a_look_that_is_everywhere_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "EVERYWHERE", 3)
    titles = [film([*still_scene(99, 4), *moments(200 + number, 0, 8)]) for number in range(5)]
    assert Shelf(*titles).ask(film(still_scene(99, 4))) == []


def test_agreements_of_views_become_segments_with_their_times() -> None:
    query = np.array([1.0, 3.0, 5.5, 8.0, 40.0])
    known = np.array([51.0, 53.0, 55.5, 58.0, 7.0])
    told = aligned(points(query, known, np.ones(5), np.full(5, 5)), 60.0, 200.0)
    (segment,) = told
    assert (segment.query_span, segment.match_span) == ((1.0, 8.0), (51.0, 58.0))
    assert (segment.orientation, segment.runs, segment.distance) == ("mirrored", 4, None)
    assert aligned(points(query, known, np.ones(5), np.full(5, 5)), 60.0, 200.0, enough=5) == ()
    assert aligned(points(query[:0], known[:0], np.ones(0), np.zeros(0, np.int64)), 60.0, 200.0) == ()


def test_what_may_not_be_told_and_one_film_silence_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(*[film(moments(1, 0, 20))] * 4)
    monkeypatch.setattr(films, "EVERYWHERE", 3)
    monkeypatch.setattr(films, "MOST_HITS", 300)

    def owner(record: int) -> tuple[int, int] | None:
        return shelf.owner(record) if shelf.owner(record)[0] == 3 else None

    def many(queries: bytes, radius: int) -> list[list[Hit]]:
        return [hits[:1] * 900 + hits for hits in shelf.search(queries, radius)]

    monkeypatch.setattr(films, "HITS_OF_ONE", 2)
    (match,) = found(many, film(moments(1, 0, 20)), owner, lambda number: shelf.known[number])
    assert match.film == 3
