"""Local features of a picture: points that are found again after crops, turns and other views, each with a description.

SIFT (Lowe 2004) with RootSIFT descriptors, the same bits on every machine. A mirrored, turned or negative picture needs
no second look: its features are these, rearranged. The kernel is native/sift/.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints import _sift

METHOD = "sift"
VERSION = "1"
"""Changes whenever any picture would get other features; stored beside every one."""

NUMBERS = 128
"""Numbers of a descriptor: (row * 4 + column) * 8 + direction, in the point's own frame, as in OpenCV."""

SIDE = 640
"""Longer side, in pixels, to which a picture is reduced before it is searched."""

MOST = 500
"""Features of a picture that asks; with 300 the strongest may all lie in a banner (shared design, scenes)."""

CONTRAST = 0.01
"""Least contrast of a feature times 3, where 1 is white; OpenCV's contrastThreshold, whose own default is 0.04."""

X, Y, SIZE, ANGLE, RESPONSE = range(5)
"""The columns of `Features.points`."""

_RECORD = np.dtype([("point", "<f4", 5), ("descriptor", "u1", NUMBERS)])

_CELLS = np.arange(NUMBERS).reshape(4, 4, 8)
_MIRRORED = _CELLS[::-1][:, :, -np.arange(8) % 8].ravel()
_NEGATIVE = _CELLS[::-1, ::-1].ravel()


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is found in a picture of width × height pixels, what counts most first.

    points: float32, shape (n, 5): x and y in pixels, centres at whole numbers; size, the diameter in pixels; angle in
    degrees from the x axis towards the y axis, which points down; response, the contrast where 1 is white.
    descriptors: uint8, shape (n, 128). scale: what the picture's sides were multiplied with before it was searched.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    width: int
    height: int
    scale: float

    def __len__(self) -> int:
        return len(self.points)


def features(
    pixels: NDArray[np.uint8],
    most: int = MOST,
    *,
    side: int = SIDE,
    spread: int = 0,
    doubled: bool = True,
    upright: bool = False,
    turns: int = 4,
    pooled: int = 1,
    contrast: float = CONTRAST,
) -> Features:
    """At most `most` features of H×W grey, H×W×3 RGB or H×W×4 RGBX (X is ignored), reduced to `side` first.

    The first n of them are those that most=n gives. Of a hundred, `spread` are chosen by part of the picture (8 × 8),
    the others by strength alone. `doubled` starts from twice the reduced size: more and finer features. `upright` gives
    each point one feature of angle 0; else it has one for each of its directions, at most `turns`. `pooled` sums a
    descriptor up over as many sizes: better for other views of a place, not for crops. Raises Invalid for what is no
    picture or too large a one, and for numbers out of range.
    """
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and channels not in (3, 4)):
        raise Invalid(f"a picture is H×W, H×W×3 or H×W×4 bytes, not {pixels.dtype} {pixels.shape}")
    height, width = pixels.shape[:2]
    whole = np.ascontiguousarray(pixels)
    try:
        found, *reduced = _sift.extract(
            whole,
            height,
            width,
            channels,
            width * channels,
            most=most,
            side=side,
            spread=spread,
            doubled=doubled,
            upright=upright,
            turns=turns,
            pooled=pooled,
            contrast=contrast,
        )
    except (ValueError, OverflowError) as refused:
        raise Invalid(str(refused)) from refused
    records = np.frombuffer(found, _RECORD)
    points, descriptors = np.ascontiguousarray(records["point"]), np.ascontiguousarray(records["descriptor"])
    return Features(points, descriptors, width, height, max(reduced) / max(width, height))


def mirrored(features: Features) -> Features:
    """The features of the picture mirrored left to right."""
    points = features.points.copy()
    points[:, X] = features.width - 1 - points[:, X]
    points[:, ANGLE] = (180 - points[:, ANGLE]) % 360
    return replace(features, points=points, descriptors=features.descriptors[:, _MIRRORED])


def negative(features: Features) -> Features:
    """The features of the picture's negative."""
    points = features.points.copy()
    points[:, ANGLE] = (points[:, ANGLE] + 180) % 360
    return replace(features, points=points, descriptors=features.descriptors[:, _NEGATIVE])


def turned(features: Features, quarters: int = 1) -> Features:
    """The features of the picture turned counter-clockwise by so many quarters, as np.rot90 does."""
    for _ in range(quarters % 4):
        points = features.points.copy()
        points[:, X] = features.points[:, Y]
        points[:, Y] = features.width - 1 - features.points[:, X]
        points[:, ANGLE] = (points[:, ANGLE] + 270) % 360
        features = replace(features, points=points, width=features.height, height=features.width)
    return features
