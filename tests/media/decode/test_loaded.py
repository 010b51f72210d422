"""Everything is there before the doors close."""

import sys

from PIL import Image

from havre.media.decode import loaded
from havre.media.decode.pictures import PILLOW_FORMATS


def test_every_reader_and_every_encoding_is_imported() -> None:
    limit = Image.MAX_IMAGE_PIXELS
    try:
        loaded.everything()
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    formats = {name for names in PILLOW_FORMATS.values() for name in names}
    assert formats <= set(Image.OPEN)
    assert {"av.subtitles.codeccontext", "av.video.reformatter", "av.filter.graph"} <= set(sys.modules)
    assert "av.datasets" not in sys.modules
    assert {"encodings.cp437", "encodings.utf_16_le", "encodings.shift_jis", "py7zr"} <= set(sys.modules)
