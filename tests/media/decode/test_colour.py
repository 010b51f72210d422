"""Colours made red, green and blue."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from havre.media.decode import colour
from havre.media.decode.frames import Pixels
from tests.media.decode.seeds import scene


def rgb(picture: Image.Image) -> Pixels:
    return colour.rgb(picture, [])


def test_rgb_is_left_alone() -> None:
    assert np.array_equal(rgb(scene()), np.asarray(scene()))


def test_white_is_seen_through_what_is_transparent() -> None:
    assert np.unique(rgb(Image.new("RGBA", (9, 9), (10, 20, 30, 0)))).tolist() == [255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 65535]], np.uint16), [0, 255]),
        (np.array([[0, 200]], np.int32), [0, 200]),
        (np.array([[0, 65535]], np.int32), [0, 255]),
        (np.array([[0, 2**31 - 1]], np.int32), [0, 127]),
        (np.array([[0.0, 1.0]], np.float32), [0, 255]),
        (np.array([[0.0, 200.0]], np.float32), [0, 200]),
        (np.array([[float("nan"), 1e6]], np.float32), [0, 255]),
    ],
)
def test_more_than_eight_bits_are_scaled(values: NDArray[Any], expected: list[int]) -> None:
    assert rgb(Image.fromarray(values))[0, :, 0].tolist() == expected


def test_lab_becomes_light() -> None:
    grey = rgb(Image.new("LAB", (2, 2), (128, 128, 128)))[0, 0]
    assert int(grey.max()) - int(grey.min()) < 10


def test_a_large_picture_is_copied_in_strips_without_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colour, "STRIP", 1000)
    assert np.array_equal(rgb(scene()), np.asarray(scene()))
