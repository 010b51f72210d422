"""Two views of one thing, made of one photograph: they share a known part of it, and the other stands elsewhere."""

import io
from random import Random

from PIL import Image, ImageEnhance

from bench.edit_variants import in_perspective, scaled

Box = tuple[int, int, int, int]

SIDE = 640
"""Longer side of a view, in pixels."""
PERSPECTIVE = 0.10
"""Each corner of the other view is drawn in by up to this share of its side."""
TURN = 8.0
"""Degrees by which the other view is turned at most."""
CLOSER = (0.8, 1.25)
"""How much larger things are in the other view."""
LIGHT = (0.7, 1.3)
QUALITY = (50, 90)


def two_views(photograph: Image.Image, shared: float, source: str) -> tuple[Image.Image, Image.Image]:
    """Windows beside or above one another of which this share of the area is the same; `source` is all the chance."""
    chance = Random(f"{source} {shared}")
    one, other = (photograph.crop(box) for box in windows(photograph.size, shared, sideways=chance.random() < 0.5))
    if chance.random() < 0.5:
        one, other = other, one
    return _fitted(one), _from_elsewhere(_fitted(other), chance)


def windows(size: tuple[int, int], shared: float, *, sideways: bool) -> tuple[Box, Box]:
    """Left, top, right, bottom of both, which together are the whole."""
    width, height = size
    if sideways:
        wide = round(width / (2 - shared))
        return (0, 0, wide, height), (width - wide, 0, width, height)
    high = round(height / (2 - shared))
    return (0, 0, width, high), (0, height - high, width, height)


def _fitted(view: Image.Image) -> Image.Image:
    view = view.copy()
    view.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return view


def _from_elsewhere(view: Image.Image, chance: Random) -> Image.Image:
    """In perspective, turned, nearer or farther, in other light, encoded anew."""
    view = in_perspective(view, PERSPECTIVE, chance)
    view = view.rotate(chance.uniform(-TURN, TURN), Image.Resampling.BICUBIC)
    view = scaled(view, chance.uniform(*CLOSER))
    view = ImageEnhance.Brightness(view).enhance(chance.uniform(*LIGHT))
    file = io.BytesIO()
    view.save(file, "JPEG", quality=chance.randint(*QUALITY))
    return Image.open(file).convert("RGB")
