"""A line is proven run by run: what agrees, what does not, and what cannot be compared."""

from functools import cache

import numpy as np
import pytest

from havre.fingerprints.video import MIDDLE, TRIMMED, WHOLE, Film
from havre.matching import segments
from havre.matching.alignment import Line
from havre.matching.segments import NOT_COMPARED, better, compared, segment, share, sharpened, shown, stretches
from tests.matching.test_films import film, moments, still_scene

EVER = (-1e9, 1e9)
PLACE = Line(1.0, 20.0)


@cache
def known_film() -> Film:
    """A minute."""
    return film(moments(1, 0, 60))


@cache
def part() -> Film:
    """Ten seconds of it, re-encoded."""
    return film(moments(1, 20, 30), noise=4)


def test_upright_and_whole_every_run_is_shown_and_else_the_keys() -> None:
    whole = shown(part())
    assert whole.run.tolist() == list(range(len(part().runs)))
    assert (np.diff(whole.begin) >= 0).all()
    assert shown(part(), 5).run.tolist() == part().forms[WHOLE].runs.tolist()
    assert shown(part(), 0, MIDDLE).run.tolist() == part().forms[MIDDLE].runs.tolist()
    assert len(shown(part(), 0, TRIMMED).run) == 0
    assert len(shown(film(moments(1, 0, 5), quality=40)).run) == 0


def test_along_the_right_line_all_agree_and_beside_it_none() -> None:
    right = compared(shown(part()), shown(known_film()), PLACE, EVER)
    assert right.agrees().mean() > 0.98
    wrong = compared(shown(part()), shown(known_film()), Line(1.0, 5.0), EVER)
    assert wrong.agrees().sum() == 0
    assert (wrong.distance < NOT_COMPARED).all()


def test_what_the_known_film_does_not_show_is_not_compared() -> None:
    beyond = compared(shown(part()), shown(known_film()), Line(1.0, 55.0), EVER)
    assert (beyond.distance[beyond.query.begin > 6] == NOT_COMPARED).all()


def test_only_what_lies_within_is_looked_at() -> None:
    some = compared(shown(part()), shown(known_film()), PLACE, (2.0, 3.0))
    assert some.query.begin.min() > 1.8
    assert some.query.end.max() < 3.2


def test_of_a_long_stretch_runs_spread_over_it_are_compared() -> None:
    still = film(still_scene(9, 100))
    busy = film([*moments(8, 0, 90), *still_scene(9, 10)])
    found = compared(shown(still), shown(busy), Line(1.0, 0.0), EVER)
    assert found.distance.tolist() == [0]


def test_of_two_forms_the_nearer_counts() -> None:
    right = compared(shown(part()), shown(known_film()), PLACE, EVER)
    wrong = compared(shown(part()), shown(known_film()), Line(1.0, 5.0), EVER)
    for both in (better(right, wrong), better(wrong, right)):
        assert both.distance.tolist() == right.distance.tolist()
        assert both.query.run.tolist() == right.query.run.tolist()
        assert both.known_begin.tolist() == right.known_begin.tolist()


@pytest.mark.parametrize("off", [-0.8, -0.3, 0.0, 0.4, 0.9])
def test_a_line_is_shifted_to_where_it_fits_best(off: float) -> None:
    line = sharpened(shown(part()), shown(known_film()), Line(1.0, 20.0 + off), EVER)
    assert line.offset == pytest.approx(20.0, abs=0.1)


def test_long_disagreement_ends_a_stretch_and_a_short_one_does_not() -> None:
    for seconds, expected in ((1.5, 1), (5.0, 2)):
        query = film([*moments(1, 20, 30), *moments(50, 0, seconds), *moments(1, 30 + seconds, 40)])
        assert len(stretches(compared(shown(query), shown(known_film()), PLACE, EVER))) == expected


def test_black_in_between_is_no_disagreement() -> None:
    known = film(moments(1, 0, 80))
    query = film(moments(1, 20, 60))
    flat = query.runs.copy()
    flat["quality"][(flat["start"] > 10_000) & (flat["start"] < 25_000)] = 10
    dark = type(query)(query.milliseconds, flat, query.forms)
    assert len(stretches(compared(shown(dark), shown(known), PLACE, EVER))) == 1


def test_where_nothing_agrees_there_is_no_stretch() -> None:
    assert stretches(compared(shown(part()), shown(known_film()), Line(1.0, 5.0), EVER)) == []


def test_a_segment_ends_where_both_films_do() -> None:
    query = film([*still_scene(9, 20), *moments(1, 0, 5)])
    known = film([*still_scene(9, 5), *moments(1, 0, 20)])
    line = Line(1.0, -15.0)
    (stretch,) = stretches(compared(shown(query), shown(known), line, EVER))
    told = segment(stretch, line, 5, query, known)
    assert told.query_span == pytest.approx((15, 25), abs=0.1)
    assert told.match_span == pytest.approx((0, 10), abs=0.1)
    assert (told.orientation, told.speed) == ("mirrored", 1.0)
    assert told.match_share == pytest.approx(0.4, abs=0.01)


def test_a_share_of_a_picture_is_all_of_it() -> None:
    assert (share((0.0, 0.0), 0.0), share((0.0, 5.0), 20.0), share((0.0, 30.0), 20.0)) == (1.0, 0.25, 1.0)
    assert segments.NEARLY > 31
