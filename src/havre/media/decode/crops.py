"""A part of a picture made anew from its pixels, with nothing of what is around it. Runs inside the sandbox."""

from dataclasses import replace
from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from havre.media.decode import pictures, preview
from havre.media.decode.outcomes import Limits, NotMedia, Region
from havre.media.upright import orientation

LONGEST_SIDE = 1600
"""Longest side of a crop, in pixels: enough to read what is on an object, and small enough for a row."""
SMALL_SIDE = 320
"""Of what a page shows of it."""
QUALITY = 90


def crop(data: memoryview, kind: str, limits: Limits, region: Region) -> tuple[dict[str, Any], bytes]:
    """The region of a picture as a JPEG in two sizes, and its veil. Raises NotMedia, Exceeded, MemoryError."""
    still = pictures.seen(data, kind, replace(limits, frames=1))
    if still.first is None:
        raise NotMedia("nothing can be seen of it")
    whole = Image.fromarray(np.ascontiguousarray(still.first[:, :, :3]))
    turn = preview.UPRIGHT.get(orientation(still.facts))
    part = cut(whole if turn is None else whole.transpose(turn), region)
    shown, small = _encoded(part), _encoded(_within(part.copy(), SMALL_SIDE))
    about = {"width": part.width, "height": part.height, "veil": preview.veil(small).hex(), "small": len(small)}
    return about, shown + small


def cut(whole: Image.Image, region: Region) -> Image.Image:
    """The pixels that lie within the region altogether, at most LONGEST_SIDE a side: none from beside it, not even
    mixed in by making it smaller. Raises NotMedia where there are none."""
    left, right = _between(region.x, region.width, region.of_width, whole.width)
    top, bottom = _between(region.y, region.height, region.of_height, whole.height)
    if left >= right or top >= bottom:
        raise NotMedia("the region has no pixel of the picture")
    return _within(whole.crop((left, top, right, bottom)), LONGEST_SIDE)


def _within(part: Image.Image, side: int) -> Image.Image:
    part.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=None)
    return part


def _encoded(part: Image.Image) -> bytes:
    pixels = np.ascontiguousarray(np.asarray(part))
    made: bytes = simplejpeg.encode_jpeg(pixels, quality=QUALITY, colorspace="RGB", colorsubsampling="420")
    return made


def _between(start: int, length: int, of: int, size: int) -> tuple[int, int]:
    """The pixels of `size` that lie wholly in `start` to `start + length` of `of`."""
    return -(-start * size // of), min((start + length) * size // of, size)
