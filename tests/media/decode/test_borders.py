"""Bars are found where there are bars, held through dark scenes, and given up when a picture fills the frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from havre.fingerprints.vpdq import Inner
from havre.media.decode.borders import SETTLED, Bars, Framing, bars_of
from tests.pictures import noise, texture


def boxed(left: int, top: int, right: int, bottom: int, level: int = 16, seed: int = 1) -> NDArray[np.uint8]:
    """A lively picture of 120 × 160 with bars laid over its sides."""
    luma = texture(seed, 120, 160)[:, :, 0].copy()
    luma[:top], luma[:, :left] = level, level
    luma[120 - bottom :], luma[:, 160 - right :] = level, level
    return luma


@given(
    st.integers(0, 50), st.integers(0, 40), st.integers(0, 50), st.integers(0, 40), st.sampled_from([0, 16, 128, 235])
)
def test_the_bars_are_those_that_were_laid(left: int, top: int, right: int, bottom: int, level: int) -> None:
    found = bars_of(boxed(left, top, right, bottom, level))
    for bar, laid in zip((found.left, found.top, found.right, found.bottom), (left, top, right, bottom), strict=True):
        assert laid <= bar <= laid + 8  # a block of the picture may be as dark as the bar


def test_noise_of_coding_and_a_subtitle_do_not_hide_a_bar() -> None:
    luma = boxed(0, 30, 0, 30).astype(int)
    luma += np.random.default_rng(1).integers(-2, 3, luma.shape)
    luma[100:104, 60:72] = 235
    found = bars_of(luma.clip(0, 255).astype(np.uint8))
    assert 30 <= found.top <= 36
    assert 30 <= found.bottom <= 36


def test_a_lively_picture_has_none() -> None:
    assert bars_of(noise(1, 120, 160)[:, :, 0]) == Bars()


@pytest.mark.parametrize(
    ("bars", "inner"),
    [
        (Bars(0, 30, 0, 30), Inner(0, 30, 160, 60)),
        (Bars(21, 0, 21, 0), Inner(22, 0, 117, 120)),
        (Bars(), None),
        (Bars(0, 1, 0, 1), None),
        (Bars(0, 60, 0, 60), None),
        (Bars(80, 0, 70, 0), None),
    ],
)
def test_what_lies_within_starts_on_even_pixels_and_is_worth_looking_at(bars: Bars, inner: Inner | None) -> None:
    assert bars.inner(160, 120) == inner


def test_a_dark_scene_does_not_make_bars_wider() -> None:
    framing = Framing()
    picture, dark = boxed(0, 30, 0, 30), boxed(50, 50, 50, 50)
    within = framing.of(picture)
    assert within is not None
    assert within.height == pytest.approx(60, abs=8)
    assert [framing.of(dark) for _ in range(SETTLED - 1)] == [within] * (SETTLED - 1)


def test_wider_bars_are_believed_after_a_while() -> None:
    framing = Framing()
    framing.of(boxed(0, 0, 0, 0))
    assert framing.of(boxed(0, 30, 0, 30)) is None
    found = [framing.of(boxed(0, 30, 0, 30)) for _ in range(2 * SETTLED)]
    assert found[-1] is not None
    assert found[-1].height == pytest.approx(60, abs=8)


def test_a_picture_where_bars_were_ends_them_at_once() -> None:
    framing = Framing()
    assert framing.of(boxed(0, 30, 0, 30)) is not None
    assert framing.of(boxed(0, 0, 0, 0)) is None


def test_another_size_starts_anew() -> None:
    framing = Framing()
    framing.of(boxed(0, 30, 0, 30))
    assert framing.of(boxed(0, 0, 0, 0)[:60]) is None
    flat = np.full((60, 160), 40, np.uint8)
    assert Framing().of(flat) is None
