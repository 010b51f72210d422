"""What is found again of a picture after crops, overlays and turns, from elsewhere: pixels → features.

SIFT descriptors are projected to 48 numbers of 16 levels, 24 bytes; a model says how. All of it is arithmetic on whole
numbers, so that every machine makes the same bytes. Mirroring a picture, or turning it negative, only changes signs of
these numbers: what is stored can ask as its own mirror image. `python -m bench.scene_model` makes the model.
"""

import struct
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints.local import ANGLE, SIZE, X, Y
from havre.fingerprints.local import features as local_features

METHOD = "scene"
VERSION = "1"
"""Changes whenever any picture would get other features, or the model changes; stored beside every one."""

SIDE = 1024
"""Longer side, in pixels, to which a picture is reduced before it is searched."""
MOST = 1600
"""Features kept of a picture: of more, few are found again (docs/decisions/0140)."""
FEWEST = 8
"""A picture with fewer features has nothing that could be told from chance."""
POOLED = 3
"""Sizes over which a descriptor is pooled: right matches from other points of view rise, for 3 ms."""

DIMENSIONS, LEVELS = 48, 16
HALF = DIMENSIONS // 2
SHIFT = 16
"""Bits that the projection is more exact than a level."""
CELLS = 1024
"""Each half of the numbers is sorted into so many cells (matching/cells.py)."""

LONG = 32_768
"""Places are written in units of which the longer side has so many."""
OCTAVE = 16
"""Steps of size in an octave."""
NARROWEST = 0.25
"""The shorter side in the same units, below which nothing can be compared (native/scene/module.c)."""
SMALLEST = LONG / 2**14
"""The size, in the same units, that is written as 0."""
TURN = 256
"""Steps of a whole turn."""

LOOK = 64
"""Rows and columns of a picture's look: small, grey, only to compare what surrounds an agreement."""
SAMPLES = 8
"""Rows and columns of pixels that are averaged for each part of a look."""
LUMA = (299, 587, 114)
"""Weights of red, green and blue (ITU-R BT.601), as PDQ has them."""

FEATURE = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("numbers", "u1", DIMENSIONS // 2)])
"""30 bytes: where, how large, which way up, and the 48 numbers, two to a byte, the even one in the low half."""

Features = NDArray[np.void]
"""Of dtype FEATURE, what counts most first."""

_HEADER = struct.Struct("<HHII")


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One view of width × height pixels: its features, and its look (64 × 64, grey)."""

    width: int
    height: int
    features: Features
    look: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.features)

    @property
    def long(self) -> int:
        """The longer side in pixels."""
        return max(self.width, self.height)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The numbers that make descriptors short."""

    weights: NDArray[np.float64]
    offset: NDArray[np.float64]
    mirror: NDArray[np.bool_]
    """Which of the 48 change their sign in a mirror."""
    negative: NDArray[np.bool_]
    cells: NDArray[np.int8]
    """Centroids: 2 × CELLS × 24, in eighths of a level."""


@cache
def model() -> Model:
    """The model that comes with Havre."""
    with files("havre.fingerprints").joinpath(f"scene-{VERSION}.npz").open("rb") as file, np.load(file) as made:
        return Model(
            made["weights"].astype(np.float64),
            made["offset"].astype(np.float64),
            made["mirror"],
            made["negative"],
            made["cells"],
        )


def scene(pixels: NDArray[np.uint8]) -> Scene:
    """The features of a picture: H×W grey, H×W×3 RGB or H×W×4 RGBX. Raises Invalid for what is none."""
    found = local_features(pixels, MOST, side=SIDE, pooled=POOLED)
    unit = LONG / max(found.width, found.height)
    features = np.zeros(len(found), FEATURE)
    features["x"] = (found.points[:, X] * unit + 0.5).clip(0, LONG)
    features["y"] = (found.points[:, Y] * unit + 0.5).clip(0, LONG)
    features["size"] = _logarithm(found.points[:, SIZE] * unit)
    features["angle"] = np.floor(found.points[:, ANGLE] * (TURN / 360) + 0.5).astype(np.int64) % TURN
    features["numbers"] = _packed(_shortened(found.descriptors))
    return Scene(found.width, found.height, features, look(pixels))


def _logarithm(sizes: NDArray[np.float32]) -> NDArray[np.float64]:
    # The logarithms of two machines may differ in the last bit; sizes are quantised so that nobody sees it.
    octaves: NDArray[np.float64] = np.log2(np.maximum(sizes / SMALLEST, 1), dtype=np.float64)
    return np.floor(octaves * OCTAVE + 0.5 + 2**-20).clip(0, 255)


def _shortened(descriptors: NDArray[np.uint8]) -> NDArray[np.int8]:
    """n × 128 → n × 48 levels from -8 to 7. Sums of whole numbers below 2^53: exact in any order."""
    made = model()
    sums = descriptors.astype(np.float64) @ made.weights.T - made.offset
    levels: NDArray[np.int8] = np.floor(sums * 2.0**-SHIFT).clip(-LEVELS // 2, LEVELS // 2 - 1).astype(np.int8)
    return levels


def _packed(levels: NDArray[np.int8]) -> NDArray[np.uint8]:
    halves = (levels + LEVELS // 2).astype(np.uint8)
    packed: NDArray[np.uint8] = np.bitwise_or(halves[..., 0::2], halves[..., 1::2] << 4, dtype=np.uint8)
    return packed


def look(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture in 64 × 64 parts, grey: each the mean of 8 × 8 pixels spread over it."""
    height, width = pixels.shape[:2]
    step = 2 * LOOK * SAMPLES
    rows = (np.arange(1, step, 2) * height) // step
    columns = (np.arange(1, step, 2) * width) // step
    taken = pixels[rows[:, None], columns[None, :]].astype(np.uint32)
    if taken.ndim == 3:
        taken = (taken[:, :, :3] * np.array(LUMA, np.uint32)).sum(2, dtype=np.uint32) // sum(LUMA)
    parts: NDArray[np.uint32] = taken.reshape(LOOK, SAMPLES, LOOK, SAMPLES).sum((1, 3), dtype=np.uint32)
    return (parts // SAMPLES**2).astype(np.uint8)


def levels(features: Features) -> NDArray[np.float32]:
    """n × 48 odd numbers from -15 to 15: twice the middle of each level."""
    packed = features["numbers"]
    both = np.stack([packed & 15, packed >> 4], axis=2).reshape(len(features), DIMENSIONS)
    return 2 * both.astype(np.float32) - (LEVELS - 1)


# ---- another way round, without another look ----


def mirrored(one: Scene) -> Scene:
    """The scene of the picture mirrored left to right."""
    turned = one.features.copy()
    turned["x"] = (_width(one) - turned["x"].astype(np.int64)).clip(0)
    turned["angle"] = TURN // 2 - turned["angle"].astype(np.int64) & TURN - 1
    turned["numbers"] ^= _flips(model().mirror)
    return replace(one, features=turned, look=np.ascontiguousarray(one.look[:, ::-1]))


def negative(one: Scene) -> Scene:
    """The scene of the picture's negative."""
    turned = one.features.copy()
    turned["angle"] += TURN // 2
    turned["numbers"] ^= _flips(model().negative)
    return replace(one, features=turned, look=255 - one.look)


def _width(one: Scene) -> int:
    """Where the last column lies, in units of place."""
    return min(round((one.width - 1) * LONG / one.long + 0.5), LONG)


def _flips(which: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """What turns the sign of these numbers: level l is -l - 1 with the bits reversed."""
    return _packed(np.where(which, LEVELS // 2 - 1, -LEVELS // 2).astype(np.int8))


# ---- as bytes ----


def pack(one: Scene) -> bytes:
    """The features as bytes; the look is kept apart, for it shows the picture."""
    return _HEADER.pack(int(VERSION), len(one), one.width, one.height) + one.features.tobytes()


def unpack(data: bytes | memoryview, look: bytes | memoryview) -> Scene:
    """The scene that was packed, with its look; Invalid where the bytes are no scene."""
    if len(data) < _HEADER.size:
        raise Invalid(f"a packed scene has at least {_HEADER.size} bytes, not {len(data)}")
    version, count, width, height = _HEADER.unpack_from(data)
    if version != int(VERSION) or count > MOST or not width or not height:
        raise Invalid("these bytes are no scene that this version of Havre packed")
    size = _HEADER.size + count * FEATURE.itemsize
    if len(data) != size or len(look) != LOOK * LOOK:
        raise Invalid(f"a scene of {count} features has {size} bytes, not {len(data)}")
    one = Scene(width, height, np.frombuffer(data, FEATURE, count, _HEADER.size), _as_look(look))
    _check(one)
    return one


def _as_look(look: bytes | memoryview) -> NDArray[np.uint8]:
    return np.frombuffer(look, np.uint8).reshape(LOOK, LOOK)


def _check(one: Scene) -> None:
    """What cannot be compared is no scene."""
    unit = LONG / one.long
    if min(one.width, one.height) * unit < NARROWEST:
        raise Invalid(f"no scene is made of a picture of {one.width} × {one.height} pixels")
    for axis, side in (("x", one.width), ("y", one.height)):
        # Places are rounded: a feature of the last column may lie a step beyond it.
        if int(one.features[axis].max(initial=0)) > min(side * unit + 1, LONG):
            raise Invalid("a feature of this scene lies outside its picture")
