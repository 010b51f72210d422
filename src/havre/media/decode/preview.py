"""A small JPEG made anew from the pixels, the only form in which a picture ever reaches a browser."""

import numpy as np
import simplejpeg
from PIL import Image

from havre.media.decode.frames import Pixels

LONGEST_SIDE = 640
QUALITY = 80

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation: what turns the pixels upright (EXIF 2.32, tag 0x0112)."""


def encode(pixels: Pixels, orientation: int) -> bytes:
    """A JPEG of at most 640 pixels a side, upright."""
    small = shrunk(pixels)
    if orientation in UPRIGHT:
        small = small.transpose(UPRIGHT[orientation])
    made: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(np.asarray(small)),
        quality=QUALITY,
        colorspace="RGBX" if small.mode == "RGBX" else "RGB",
        colorsubsampling="420",
    )
    return made


def shrunk(pixels: Pixels) -> Image.Image:
    """The picture made to fit: whole boxes of pixels first, then the small rest of the way."""
    height, width, channels = pixels.shape
    mode = "RGBX" if channels == 4 else "RGB"
    picture = Image.frombuffer(mode, (width, height), pixels, "raw", mode, 0, 1)
    longest = max(width, height)
    if longest <= LONGEST_SIDE:
        return picture
    if (factor := longest // LONGEST_SIDE) > 1:
        picture = picture.reduce(factor)
    scale = LONGEST_SIDE / max(picture.size)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    return picture.resize(size, Image.Resampling.BILINEAR)
