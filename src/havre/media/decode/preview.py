"""A small JPEG made anew from the pixels, the only form in which a picture ever reaches a browser; and its veil."""

import io

import numpy as np
import simplejpeg
from PIL import Image, ImageFilter

from havre.media.decode.frames import Pixels

LONGEST_SIDE = 640
QUALITY = 80

VEIL_SIDE = 56
"""Longest side of a veil, in pixels: what a page may carry before somebody reveals the picture."""
VEIL_BLUR = 2.0
"""Radius in pixels of the blur laid over it."""
VEIL_QUALITY = 20

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
    """A JPEG of at most 640 pixels a side, upright. `pixels` must be contiguous."""
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
    """The picture made to fit by averaging boxes of whole pixels; 321 to 640 on the longest side.

    Of large boxes only every second or fourth row is averaged: nobody sees it, and it costs half or a quarter.
    """
    height, width, channels = pixels.shape
    factor = -(-max(width, height) // LONGEST_SIDE)
    step = 1 if factor < 4 else 2 if factor < 8 else 4
    factor = -(-factor // step) * step
    rows = max(height // step, 1)
    mode = "RGBX" if channels == 4 else "RGB"
    picture = Image.frombuffer(mode, (width, rows), pixels, "raw", mode, width * channels * step, 1)
    return picture.reduce((factor, max(factor // step, 1))) if factor > 1 else picture


def veil(shown: bytes) -> bytes:
    """The veil of a preview, as WebP of some 200 bytes: grey, 56 pixels, blurred. What it hides is not in it."""
    grey = simplejpeg.decode_jpeg(shown, colorspace="GRAY", min_height=VEIL_SIDE, min_width=VEIL_SIDE, min_factor=1)
    small = Image.fromarray(grey[:, :, 0])
    small.thumbnail((VEIL_SIDE, VEIL_SIDE), Image.Resampling.BOX)
    made = io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(VEIL_BLUR)).save(made, "WEBP", quality=VEIL_QUALITY, method=4)
    return made.getvalue()
