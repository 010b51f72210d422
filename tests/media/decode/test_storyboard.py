"""A storyboard is distinct, spread over the film, and bounded, however long the film is."""

import io
from random import Random

import numpy as np
import pytest
from PIL import Image

from havre.media.decode.frames import Pixels
from havre.media.decode.outcomes import Imprint
from havre.media.decode.storyboard import JPEG_SIDE, ON_SHEET, Kept, Storyboard, imprints, jpegs, sheet
from tests.pictures import landscape

PIXELS = landscape(1, 36, 64)


def filled(seconds: float, step: float, most: int = 8) -> Storyboard:
    """A storyboard of a film that shows something new at every step."""
    board, random = Storyboard(most), Random(1)
    for number in range(round(seconds / step)):
        look = random.randbytes(32)
        if board.wants(number * step, look):
            board.take(number * step, look, PIXELS)
    return board


@pytest.mark.parametrize("seconds", [3, 10, 60, 600, 36_000])
def test_views_are_bounded_and_spread_over_the_film(seconds: float) -> None:
    times = [view.at for view in filled(seconds, 0.5).views()]
    assert len(times) <= 8
    assert times[0] == 0
    assert times == sorted(set(times))
    assert times[-1] >= 0.75 * seconds - 1
    assert len(times) >= min(seconds, 5)


def test_what_looks_like_the_last_view_is_no_new_one() -> None:
    board = Storyboard()
    board.take(0.0, bytes(32), PIXELS)
    assert not board.wants(10.0, b"\xff" * 3 + bytes(29))
    assert board.wants(10.0, b"\xff" * 4 + bytes(28))
    assert not board.wants(0.3, b"\xff" * 32)


def views(count: int, pixels: Pixels = PIXELS) -> list[Kept]:
    return [Kept(float(number), number, pixels) for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 16, 32])
@pytest.mark.parametrize("shape", [(360, 640), (640, 360), (48, 64), (640, 40)])
def test_the_sheet_shows_them_and_is_no_larger_than_a_preview(count: int, shape: tuple[int, int]) -> None:
    made = sheet(views(count, landscape(2, *shape)))
    assert made is not None
    with Image.open(io.BytesIO(made)) as opened:
        assert max(opened.size) <= 640


def test_the_sheet_has_the_views_in_the_order_of_time() -> None:
    colours = [np.full((90, 160, 3), 15 * number, np.uint8) for number in range(ON_SHEET)]
    made = sheet([Kept(float(number), number, pixels) for number, pixels in enumerate(colours)])
    assert made is not None
    with Image.open(io.BytesIO(made)) as opened:
        grey = np.asarray(opened.convert("L"))
    high, wide = grey.shape[0] // 4, grey.shape[1] // 4
    middles = [int(grey[row * high + high // 2, column * wide + wide // 2]) for row in range(4) for column in range(4)]
    assert middles == pytest.approx([15 * number for number in range(16)], abs=4)


def test_of_no_view_there_is_no_sheet() -> None:
    assert sheet([]) is None


def test_each_view_is_a_small_jpeg_with_its_time() -> None:
    made = jpegs(views(3, landscape(1, 360, 640)))
    assert [view.at for view in made] == [0.0, 1.0, 2.0]
    with Image.open(io.BytesIO(made[0].jpeg)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (JPEG_SIDE, 180))
    with Image.open(io.BytesIO(jpegs(views(1))[0].jpeg)) as small:
        assert small.size == (64, 36)


def test_every_maker_of_features_is_given_every_view() -> None:
    def first(pixels: Pixels) -> Imprint:
        return Imprint("scene", "1", None, bytes(pixels.shape))

    def none(pixels: Pixels) -> None:
        assert pixels.shape

    made = list(imprints(views(2), (first, none)))
    assert [(each.method, each.at, each.data) for each in made] == [
        ("scene", 0.0, bytes(PIXELS.shape)),
        ("scene", 1.0, bytes(PIXELS.shape)),
    ]
