"""Where a region of a file lies once the picture is seen as its EXIF asks."""

import numpy as np
import pytest
from PIL import Image

from havre.fingerprints.pdq import ORIENTATIONS
from havre.media.decode import preview
from havre.media.decode.outcomes import Fact
from havre.media.upright import UPRIGHT, Matrix, after, back, box_seen, orientation, orientation_undone, size_seen

WIDE, HIGH = 12, 7
MARKED = (2.0, 1.0, 5.0, 3.0)


def marked() -> Image.Image:
    """A picture that is dark but for the marked region."""
    pixels = np.zeros((HIGH, WIDE), np.uint8)
    x, y, width, height = map(int, MARKED)
    pixels[y : y + height, x : x + width] = 255
    return Image.fromarray(pixels)


def lit(picture: Image.Image) -> tuple[float, ...]:
    """Where it is not dark: x, y, width, height."""
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    return left, top, right - left, bottom - top


@pytest.mark.parametrize("asked", range(1, 9))
def test_a_region_lies_where_the_preview_shows_it(asked: int) -> None:
    turn = UPRIGHT[asked]
    way = preview.UPRIGHT.get(asked)
    shown = marked() if way is None else marked().transpose(way)
    assert size_seen((WIDE, HIGH), turn) == shown.size
    assert box_seen(MARKED, (WIDE, HIGH), turn) == lit(shown)
    assert box_seen(lit(shown), shown.size, back(turn)) == MARKED  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_the_known_picture_is_laid_over_the_one_that_asks(name: str) -> None:
    asks = marked()
    known = asks.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if "mirrored" in name else asks
    known = known.rotate(int(name.rpartition(" ")[2]) if "turned" in name else 0, expand=True)  # counter-clockwise
    assert box_seen(lit(known), known.size, orientation_undone(name)) == MARKED  # type: ignore[arg-type]


def test_two_turns_one_after_the_other_are_one_turn() -> None:
    for first in UPRIGHT.values():
        for then in UPRIGHT.values():
            once: Matrix = after(then, first)
            twice = box_seen(box_seen(MARKED, (WIDE, HIGH), first), size_seen((WIDE, HIGH), first), then)
            assert box_seen(MARKED, (WIDE, HIGH), once) == twice
    assert all(after(back(turn), turn) == UPRIGHT[1] for turn in UPRIGHT.values())


@pytest.mark.parametrize("value", ["0", "9", "", "²", "66"])
def test_an_orientation_that_is_none_turns_nothing(value: str) -> None:
    assert orientation([Fact("orientation", value, "EXIF:Orientation")]) == 1
    assert orientation([Fact("orientation", "6", "EXIF:Orientation")]) == 6
