"""Agreements that follow one clock are found among those that do not, whatever the speed, in bounded time."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matching import alignment
from havre.matching.alignment import Agreements, Line, meeting, points, strongest


def on_line(line: Line, begin: float, end: float, count: int, noise: float = 0.0, seed: int = 1) -> Agreements:
    """Frames spread over a stretch of the query, each agreeing where the line says, give or take."""
    random = np.random.default_rng(seed)
    query = np.sort(random.uniform(begin, end, count))
    known = line.known(query) + random.normal(0, noise, count)
    return points(query, known, np.ones(count), np.zeros(count, np.int64), length=0.04)


def scattered(count: int, seed: int = 2, seconds: float = 600.0) -> Agreements:
    """Frames that agree anywhere."""
    random = np.random.default_rng(seed)
    query, known = random.uniform(0, seconds, (2, count))
    return points(query, known, np.ones(count), np.zeros(count, np.int64), length=0.04)


def together(*parts: Agreements) -> Agreements:
    names = ("query_begin", "query_end", "known_begin", "known_end", "weight", "orientation")
    values = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    return Agreements(*values)


def one(begin: float, end: float, known_begin: float, known_end: float) -> Agreements:
    """A still scene that agrees with a still scene."""
    query, known = np.array([[begin], [end]]), np.array([[known_begin], [known_end]])
    return Agreements(query[0], query[1], known[0], known[1], np.ones(1), np.zeros(1, np.int64))


def close(found: Line, expected: Line, at: float) -> bool:
    """Whether two lines tell the same known time, to a quarter of a second."""
    where = np.array([at])
    return bool(abs(found.known(where) - expected.known(where))[0] < 0.25)


@given(
    speed=st.sampled_from([0.8, 0.91, 0.96, 1.0, 1.0417, 1.1, 1.25]),
    offset=st.floats(-300, 3000),
    begin=st.floats(0, 500),
    length=st.floats(4, 100),
    seed=st.integers(0, 999),
)
def test_a_line_is_found_among_more_that_agrees_by_chance(
    speed: float, offset: float, begin: float, length: float, seed: int
) -> None:
    expected = Line(speed, offset)
    true = on_line(expected, begin, begin + length, 60, noise=0.02, seed=seed)
    line, on = strongest(together(true, scattered(150, seed)))
    assert close(line, expected, begin)
    assert close(line, expected, begin + length)
    assert on[:60].mean() > 0.9
    assert on[60:].mean() < 0.1


def test_a_film_of_hours_is_followed_to_its_end() -> None:
    expected = Line(1.0427, 12.0)
    true = on_line(expected, 0, 9000, 4000, noise=0.03)
    line, on = strongest(together(true, scattered(500, seconds=9000)))
    assert on[:4000].all()
    assert line.speed == pytest.approx(1.0427, abs=1e-4)


def test_pieces_in_another_order_are_lines_of_their_own() -> None:
    pieces = [Line(1.0, 100.0), Line(1.0, -40.0), Line(1.1, 30.0)]
    parts = [on_line(line, 10.0 * number, 10.0 * number + 8, 40) for number, line in enumerate(pieces)]
    left, found = together(*parts), []
    for _ in pieces:
        line, on = strongest(left)
        found.append(line)
        left = left.of(~on)
    for number, expected in enumerate(pieces):
        assert any(close(line, expected, 10.0 * number + 4) for line in found)


def test_what_hardly_moves_is_taken_for_unchanged_speed() -> None:
    still = one(0.0, 60.0, 100.0, 400.0)
    line, on = strongest(still)
    assert (line.speed, on.tolist()) == (1.0, [True])
    moment = on_line(Line(1.08, 3.0), 0, 0.5, 6)
    assert strongest(moment)[0].speed == 1.0


def test_a_long_still_scene_does_not_hide_what_moves() -> None:
    still = together(*[one(0.0, 30.0, 200.0, 260.0)] * 30)
    moving = on_line(Line(1.0, 50.0), 40, 44, 12)
    line, _ = strongest(together(still, moving))
    assert close(line, Line(1.0, 50.0), 42)


def test_a_line_meets_what_it_passes_through_or_by() -> None:
    long = one(0.0, 10.0, 100.0, 120.0)
    assert [bool(meeting(long, Line(1.0, offset))[0]) for offset in (89.7, 89.9, 105, 120.1, 120.3)] == [
        *(False, True, True, True, False)
    ]


def test_hostile_numbers_of_agreements_take_bounded_time() -> None:
    count = 300_000
    random = np.random.default_rng(1)
    query, known = random.integers(0, 50, (2, count)).astype(float)
    began = time.process_time()
    _, on = strongest(points(query, known, np.ones(count), np.zeros(count, np.int64), length=1.0))
    assert time.process_time() - began < 10
    assert 0 < on.sum() <= alignment.MOST
