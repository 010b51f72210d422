"""Where to look for a feature: the pairs of cells, one of each half of its numbers, in which its like may lie."""

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.scene import Features, model
from havre.matching import _scene


def nearest_cells(features: Features, most: int) -> NDArray[np.uint32]:
    """n × `most` pairs, nearest first, as first × CELLS + second; `most` from 1 to 64."""
    return np.frombuffer(_scene.nearest_cells(features.tobytes(), model().cells, most), np.uint32).reshape(-1, most)


def cell(features: Features) -> NDArray[np.uint32]:
    """The pair in which each feature lies."""
    return nearest_cells(features, 1)[:, 0]
