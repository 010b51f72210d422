"""How many films agree by accident: less the nearer and the more looks, more the larger the database."""

from dataclasses import replace

import pytest

from havre.fingerprints import video
from havre.matching.film_chance import A_TENTH, WITHIN, WITHIN_SHARE, expected_false, of_pictures, questions, share
from havre.matching.segments import Segment

STILL = video.still(bytes(range(256)), 100)
PART = Segment((0, 1), (0, 1), "upright", 1.0, 1, 1, 20, 90, 1.0, 1.0)


def test_the_share_is_what_was_measured_and_falls_tenfold() -> None:
    assert share(WITHIN) == WITHIN_SHARE
    assert share(WITHIN - A_TENTH) == pytest.approx(WITHIN_SHARE / 10)


def test_a_picture_asks_in_every_orientation() -> None:
    assert questions(STILL) == 1 + 8
    assert of_pictures(31, 1_000_000) == pytest.approx(8e6 * share(31))


def test_more_looks_and_smaller_distances_are_less_likely_accidents() -> None:
    one = expected_false(STILL, 1_000_000, PART)
    assert one == pytest.approx(9e6 * share(20))
    assert expected_false(STILL, 2_000_000, PART) == pytest.approx(2 * one)
    assert expected_false(STILL, 1_000_000, replace(PART, runs=2)) < one / 1e6
    assert expected_false(STILL, 1_000_000, replace(PART, distance=40)) > one
    assert expected_false(STILL, 1_000_000, replace(PART, runs=9)) == expected_false(
        STILL, 1_000_000, replace(PART, runs=3)
    )


def test_what_was_not_compared_is_as_likely_as_any_hit() -> None:
    assert expected_false(STILL, 1000, replace(PART, distance=None, runs=5)) == pytest.approx(9000 * share(31))
