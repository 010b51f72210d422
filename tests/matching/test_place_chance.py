"""What chance gives to sightings: as measured at the bounds, less with every score, more with every view."""

from dataclasses import replace

import pytest

from havre.matching.place_chance import expected_false
from havre.matching.places import NEAR_SCORE, PLACE_SCORE, Sighting, Verdict

SEEN = Sighting(Verdict.PLACE, 12, PLACE_SCORE, (0, 0, 9, 9), (0, 0, 9, 9), False, False, 0.0)


def test_at_the_bounds_it_is_what_was_measured() -> None:
    assert expected_false(SEEN, 5_000) == pytest.approx(1)
    assert expected_false(replace(SEEN, verdict=Verdict.CROP, score=NEAR_SCORE), 1_000_000) == pytest.approx(1)


def test_a_score_of_three_more_is_a_tenth_and_twice_the_views_twice_as_many() -> None:
    surer = replace(SEEN, score=PLACE_SCORE + 3)
    assert expected_false(surer, 5_000) == pytest.approx(0.1)
    assert expected_false(surer, 10_000) == pytest.approx(0.2)


def test_a_place_is_less_sure_than_the_same_picture() -> None:
    same = replace(SEEN, verdict=Verdict.SAME, score=20.0)
    assert expected_false(same, 100) < expected_false(replace(same, verdict=Verdict.PLACE), 100) / 50
