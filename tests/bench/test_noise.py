"""The measurement of sensor noise finds a sensor where there is one, and tells a scene that stood still."""

import numpy as np
import pytest

from bench import noise, sensor
from tests.pictures import landscape

SIDE = 256


def taken(gain_seed: int, scene_seeds: range) -> list[noise.Grey]:
    """Pictures of different scenes by one simulated camera."""
    random = np.random.default_rng(gain_seed)
    camera = noise.Sensor(1 + 0.02 * random.standard_normal((SIDE, SIDE), np.float32))
    scenes = [landscape(seed, SIDE, SIDE) // 2 + 40 for seed in scene_seeds]
    return [noise._decoded(camera.take(scene, random)) for scene in scenes]


def test_the_denoiser_s_wavelets_are_undone_exactly() -> None:
    plane = np.random.default_rng(1).normal(size=(64, 96)).astype(np.float32)
    assert np.allclose(sensor._joined(*sensor._split(plane)), plane, atol=1e-5)


def test_a_camera_is_told_from_another() -> None:
    line = noise._line("two cameras", {"a": taken(1, range(1, 7)), "b": taken(2, range(11, 17))}, [])
    assert (line["camera_equal_error"], line["camera_found_at_none_false"]) == (0.0, 1.0)


def test_a_scene_that_stands_still_shows_in_the_blocks() -> None:
    scene = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE)).astype(np.float32)
    assert float(np.median(noise._blocks(scene, scene))) == pytest.approx(1)
    other = np.random.default_rng(4).integers(0, 256, (SIDE, SIDE)).astype(np.float32)
    assert abs(float(np.median(noise._blocks(scene, other)))) < 0.1


def test_the_equal_error_is_where_misses_and_false_links_meet() -> None:
    assert noise.equal_error([3.0, 4.0], [1.0, 2.0]) == 0
    assert noise.equal_error([1.0, 3.0, 5.0, 7.0], [0.0, 2.0, 4.0, 6.0]) == pytest.approx(0.5, abs=0.13)
