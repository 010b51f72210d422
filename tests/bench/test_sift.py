"""The measurement of local features knows where each point of a picture goes."""

import numpy as np
import pytest
from bench.sift import EDITS, Found, Grey, moved, mutual, repeated, right

from bench import sift


def spot(x: int, y: int, high: int = 300, wide: int = 400) -> Grey:
    """A bright spot on grey."""
    rows, columns = np.mgrid[0:high, 0:wide]
    light = 180 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 50)
    return np.asarray(40 + light, np.uint8)


def middle_of_light(grey: Grey) -> tuple[float, float]:
    light = np.clip(grey.astype(float) - 110, 0, None)
    rows, columns = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    return (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()


@pytest.mark.parametrize("name", EDITS)
def test_a_spot_lies_where_the_map_of_the_edit_says(name: str) -> None:
    seen = 0
    for place in [(200, 150), (120, 190), (230, 100), (300, 200)]:
        edited, where = EDITS[name](spot(*place), np.random.default_rng(4))
        (x, y, _), *_ = moved(np.array([[*place, 1.0]]), where)
        if 15 <= x < edited.shape[1] - 15 and 15 <= y < edited.shape[0] - 15:
            assert middle_of_light(edited) == pytest.approx((x, y), abs=1)
            seen += 1
    assert seen >= 1


def test_a_match_is_right_only_at_its_place_and_size() -> None:
    codes = np.eye(3, 128, dtype=np.float32)
    one = Found(np.array([[10.0, 10, 4], [50, 50, 4], [90, 20, 4]]), codes)
    other = Found(np.array([[11.0, 10, 4], [58, 50, 4], [90, 20, 9]]), codes)

    assert mutual(one.descriptors, other.descriptors).tolist() == [[0, 0], [1, 1], [2, 2]]
    assert right(one, other, np.eye(3)) == 1
    assert repeated(one, other, np.eye(3), (100, 100)) == pytest.approx(1 / 3)


def test_both_find_the_brightest_spot_first() -> None:
    picture = np.maximum(spot(300, 200) // 2, spot(100, 130))

    for find in (sift.ours, sift.peer):
        found = find(picture, 5)
        assert len(found.points) == 5
        assert found.points[0, :2] == pytest.approx([100, 130], abs=0.3)
