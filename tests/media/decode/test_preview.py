"""Previews."""

import io

import numpy as np
import pytest
from PIL import Image

from havre.media.decode import preview
from tests.media.decode.seeds import scene


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (640, 9), (641, 480), (1300, 900), (4000, 3), (3, 5000)])
def test_a_preview_fits_and_keeps_its_shape(width: int, height: int, channels: int) -> None:
    made = Image.open(io.BytesIO(preview.encode(np.zeros((height, width, channels), np.uint8), 1)))
    assert max(made.size) <= 640
    if min(width, height) > 400:
        assert made.width / made.height == pytest.approx(width / height, rel=0.02)


@pytest.mark.parametrize("size", [(900, 700), (2000, 1500), (3000, 2400), (6000, 4000)])
def test_a_preview_looks_like_the_picture(size: tuple[int, int]) -> None:
    pixels = np.asarray(scene(1, *size).convert("RGBX"))
    made = Image.open(io.BytesIO(preview.encode(pixels, 1))).convert("RGB").resize((64, 48))
    assert np.abs(np.asarray(made).astype(int) - np.asarray(scene(1, 64, 48)).astype(int)).mean() < 12


def test_a_preview_stands_upright() -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :40] = 255  # a white bar on the left: turned by orientation 6 (90 degrees clockwise) it is on top
    made = np.asarray(Image.open(io.BytesIO(preview.encode(pixels, 6))).convert("L"))
    assert made.shape == (200, 100)
    assert (int(made[10, 50]), int(made[190, 50])) == pytest.approx((255, 0), abs=4)


def test_a_veil_is_small_grey_and_hides_what_is_sharp() -> None:
    rng = np.random.default_rng(5)
    pixels = np.kron(rng.integers(0, 255, (60, 80, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    veil = preview.veil(preview.encode(np.ascontiguousarray(pixels), 1))
    seen = Image.open(io.BytesIO(veil))
    assert (seen.format, max(seen.size)) == ("WEBP", 56)
    assert len(veil) < 400
    shown = np.asarray(seen.convert("RGB")).astype(int)
    assert np.abs(shown[..., 0] - shown[..., 2]).max() <= 2
    steps = np.abs(np.diff(shown[..., 0], axis=1)).mean()
    assert steps < np.abs(np.diff(pixels[4::8, 4::8].astype(int), axis=1)).mean() / 5
