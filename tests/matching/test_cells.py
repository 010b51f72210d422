"""Cells: the kernel finds the nearest pairs of all, by plain arithmetic."""

import numpy as np
import pytest

from havre.fingerprints.scene import CELLS, FEATURE, HALF, levels, model, scene
from havre.matching import _scene
from havre.matching.cells import cell, nearest_cells
from tests.pictures import photograph

FEATURES = scene(photograph("coffee")).features


def test_every_feature_lies_in_a_cell_among_its_nearest() -> None:
    features = FEATURES
    near = nearest_cells(features, 16)
    assert near.shape == (len(features), 16)
    assert (near == cell(features)[:, None]).any(1).all()
    assert all(len(set(row)) == 16 for row in near.tolist())


def test_the_nearest_cells_are_the_nearest_of_all() -> None:
    few, cells = FEATURES[:5], model().cells.astype(int)
    for numbers, near in zip(levels(few).astype(int), nearest_cells(few, 16), strict=True):
        halves = numbers[:HALF], numbers[HALF:]
        far = [((8 * half - of) ** 2).sum(1) for half, of in zip(halves, cells, strict=True)]
        every = (far[0][:, None] + far[1][None]).ravel()
        assert sorted(every[near]) == sorted(np.partition(every, 15)[:16])


@pytest.mark.parametrize("most", [1, 10, 64])
def test_every_backend_finds_the_same(most: int) -> None:
    random = np.random.default_rng(7)
    features = random.integers(0, 256, (2000, FEATURE.itemsize), np.uint8).tobytes()
    hostile = random.choice(np.array([-128, -1, 0, 127], np.int8), (2, CELLS, HALF)).tobytes()
    for centroids in (model().cells.tobytes(), hostile):
        made = {name: _scene.nearest_cells(features, centroids, most, name) for name in _scene.backends()}
        assert [name for name, found in made.items() if found != made["serial"]] == []


def test_nothing_has_no_cells() -> None:
    nothing = np.zeros(0, FEATURE)
    assert cell(nothing).shape == (0,)
    assert nearest_cells(nothing, 16).shape == (0, 16)


def test_what_is_asked_wrongly_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        nearest_cells(FEATURES, 65)
    with pytest.raises(ValueError, match="centroids"):
        _scene.nearest_cells(FEATURES.tobytes(), bytes(2 * CELLS * HALF - 1), 4)
    with pytest.raises(ValueError, match="features"):
        _scene.nearest_cells(bytes(31), model().cells, 4)
