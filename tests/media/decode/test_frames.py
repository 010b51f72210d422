"""Which frames are kept."""

import numpy as np
from PIL import UnidentifiedImageError

from havre.media.decode.frames import Still, phrase
from tests.media.decode.seeds import scene


def test_a_frame_like_an_earlier_one_is_not_kept_again() -> None:
    still = Still()
    for number, seed in enumerate((1, 2, 1, 2, 3)):
        still.take(number, np.asarray(scene(seed)))
    assert [frame.number for frame in still.frames] == [0, 1, 4]
    assert still.first is not None


def test_only_so_many_are_kept() -> None:
    still = Still(kept=1)
    for number in range(3):
        still.take(number, np.asarray(scene(number)))
    assert len(still.frames) == 1


def test_a_complaint_is_one_short_line() -> None:
    assert phrase(OSError("broken\n\x1bfile " + "x" * 500)).isprintable()
    assert len(phrase(OSError("x" * 500))) == 200
    assert phrase(OSError()) == "OSError"
    assert phrase(UnidentifiedImageError("<BytesIO at 0x7f>")) == "its header cannot be read"
