"""Scenes are different enough, and rich enough, to stand in for photographs."""

from itertools import combinations

import numpy as np
import pytest

from havre.fingerprints import pdq
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.flows.scenery import HEIGHT, KINDS, WIDTH, flat, scene, scenes
from tests.pictures import Pixels


def apart(one: bytes, other: bytes) -> int:
    """Bits between a fingerprint and the nearest of eight orientations."""
    turns = np.frombuffer(other, np.uint8).reshape(8, 32)
    return int(np.bitwise_count(turns ^ np.frombuffer(one[:32], np.uint8)).sum(axis=1).min())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_draws_the_same_picture_and_another_seed_another(kind: str) -> None:
    first, again, other = (np.asarray(scene(kind, seed)) for seed in (7, 7, 8))
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_no_two_scenes_are_taken_for_the_same_picture() -> None:
    drawn = [pdq.fingerprint(_pixels(picture)) for _, picture in scenes(30, seed=1)]
    near = [apart(a.orientations, b.orientations) for a, b in combinations(drawn, 2)]
    assert min(near) > 2 * MATCH_DISTANCE
    assert min(each.quality for each in drawn) >= MIN_QUALITY + 20


def test_the_kinds_come_in_turn() -> None:
    assert [kind for kind, _ in scenes(7, seed=3)] == [*KINDS, next(iter(KINDS))]


def test_a_flat_picture_is_too_flat_to_be_matched() -> None:
    assert pdq.fingerprint(_pixels(flat(5))).quality < MIN_QUALITY


def _pixels(picture: object) -> Pixels:
    return np.ascontiguousarray(np.asarray(picture))
