"""Distinct views of a film, spread over its time: for people a contact sheet, for scene features the pixels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import simplejpeg
from PIL import Image

from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.media.decode import preview
from havre.media.decode.frames import Pixels
from havre.media.decode.imprints import VIEWINGS, Viewing
from havre.media.decode.outcomes import Imprint, View

MOST = 32
"""Views of one film."""
APART = 0.5
"""Seconds between two views at first; doubled whenever there are twice as many as wanted."""
SIDE = 640
"""Longest side of a view in pixels, as scene features want it."""
JPEG_SIDE = 320
QUALITY = 75

ON_SHEET = 16
COLUMNS = 4
GAP = 4
"""Pixels between the views of the contact sheet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A view and its look."""

    at: float
    look: int
    pixels: Pixels


class Storyboard:
    """Chooses views while a film runs, in bounded memory, however long it is."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._apart = APART
        self._kept: list[Kept] = []

    def wants(self, at: float, pdq: bytes) -> bool:
        """Whether a frame of this time and look should be handed to `take`."""
        if not self._kept:
            return True
        last = self._kept[-1]
        if at // self._apart <= last.at // self._apart:
            return False
        return (int.from_bytes(pdq) ^ last.look).bit_count() > MATCH_DISTANCE

    def take(self, at: float, pdq: bytes, pixels: Pixels) -> None:
        """One more view."""
        self._kept.append(Kept(at, int.from_bytes(pdq), pixels))
        if len(self._kept) >= 2 * self._most:
            self._apart *= 2
            first: dict[float, Kept] = {}
            for view in self._kept:
                first.setdefault(view.at // self._apart, view)
            self._kept = list(first.values())

    def views(self) -> list[Kept]:
        """At most as many as wanted, spread evenly over what was kept."""
        return _spread(self._kept, self._most)


def _spread(kept: Sequence[Kept], most: int) -> list[Kept]:
    if len(kept) <= most:
        return list(kept)
    return [kept[round(number * (len(kept) - 1) / (most - 1))] for number in range(most)]


def jpegs(views: Sequence[Kept]) -> tuple[View, ...]:
    """Each view as a small JPEG."""
    return tuple(View(view.at, _jpeg(_fitted(view.pixels, JPEG_SIDE, JPEG_SIDE))) for view in views)


def _jpeg(pixels: Pixels) -> bytes:
    made: bytes = simplejpeg.encode_jpeg(pixels, quality=QUALITY, colorspace="RGB", colorsubsampling="420")
    return made


def sheet(views: Sequence[Kept]) -> bytes | None:
    """The contact sheet: a preview with up to 16 views, row by row in the order of time; None of no view."""
    if not views:
        return None
    if len(views) == 1:
        return preview.encode(views[0].pixels, 1)
    shown = _spread(views, ON_SHEET)
    columns = min(COLUMNS, math.ceil(math.sqrt(len(shown))))
    rows = math.ceil(len(shown) / columns)
    room = (preview.LONGEST_SIDE - GAP * (max(columns, rows) - 1)) // max(columns, rows)
    tiles = [_fitted(view.pixels, room, room) for view in shown]
    high, wide = (max(tile.shape[side] for tile in tiles) for side in (0, 1))
    whole = np.zeros((rows * (high + GAP) - GAP, columns * (wide + GAP) - GAP, 3), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * (high + GAP), column * (wide + GAP)
        whole[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return preview.encode(whole, 1)


def _fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    factor = min(width / pixels.shape[1], height / pixels.shape[0], 1.0)
    size = max(round(pixels.shape[1] * factor), 1), max(round(pixels.shape[0] * factor), 1)
    picture = Image.fromarray(pixels).resize(size, Image.Resampling.BOX)
    return np.ascontiguousarray(np.asarray(picture))


def imprints(views: Sequence[Kept], viewings: Sequence[Viewing] = VIEWINGS) -> Iterator[Imprint]:
    """What each maker of view features makes of each view, with its time."""
    for view in views:
        for viewing in viewings:
            made = viewing(view.pixels)
            if made is not None:
                yield replace(made, at=view.at)
