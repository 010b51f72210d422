"""Small benign films, clips of them and pictures, drawn from a seed, as the flows take them in."""

import io
from functools import cache

import numpy as np
from bench.clips import ENCODINGS, Clip, Samples
from PIL import Image

from bench import clips, variants
from havre.flows import footage
from tests.pictures import Pixels, photograph

SIZE = (160, 120)


def clip(seed: int, seconds: float) -> Clip:
    """A film that no other seed gives anything near to."""
    return clips.scene(seed, seconds, size=SIZE)


@cache
def film(seed: int, seconds: float = 8.0, sound: int | None = None) -> bytes:
    """The whole of it, with a melody of its own where one is named."""
    return clips.encoded(clip(seed, seconds), sounds=() if sound is None else (tune(sound, seconds),))


@cache
def part(seed: int, begin: float, end: float, seconds: float = 8.0) -> bytes:
    """From one second to another, encoded worse."""
    return clips.encoded(variants.trimmed(clip(seed, seconds), begin, end), ENCODINGS["h264 poor"])


def still(seed: int, at: float, seconds: float = 8.0) -> bytes:
    """One frame of it as a JPEG."""
    frames = list(clip(seed, seconds).frames())
    return _jpeg(frames[round(at * float(clips.RATE))])


def tune(seed: int, seconds: float) -> Samples:
    """A melody."""
    return clips.tune(seed, seconds)


def sound(seed: int, seconds: float) -> bytes:
    """A melody as a file of its own."""
    return clips.recorded(tune(seed, seconds), "wav", "pcm_s16le")


def cropped(pixels: Pixels, share: float) -> bytes:
    """The middle, this share of the area, as a JPEG of its own."""
    high, wide = (round(side * share**0.5) for side in pixels.shape[:2])
    top, left = (pixels.shape[0] - high) // 2, (pixels.shape[1] - wide) // 2
    return _jpeg(pixels[top : top + high, left : left + wide])


def whole(name: str) -> bytes:
    """A photograph that scikit-image ships."""
    return _jpeg(photograph(name))


def room(name: str, corners: footage.Corners) -> bytes:
    """A photograph with the same poster hung in it, its corners from the upper left one clockwise, 900 × 700."""
    wall = Image.fromarray(photograph(name)).resize((900, 700))
    return _jpeg(np.asarray(footage.hung(wall, Image.fromarray(photograph("coffee")), corners)))


LEFT = (80, 90), (520, 140), (510, 430), (90, 480)
RIGHT = (350, 120), (820, 60), (840, 420), (340, 380)
"""Where the poster hangs, seen from one side and from the other."""


def _jpeg(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=85)
    return file.getvalue()
