"""vPDQ: the PDQ of each frame of a film, from the pixels as a decoder gives them."""

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints import _pdq, pdq

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """The vPDQ fingerprint of one frame: its number, quality, 32 bytes of PDQ, and its time."""

    number: int
    quality: int
    pdq: bytes
    seconds: float

    def line(self) -> str:
        """As vPDQ's own tools write it: number, quality, 64 hex digits, seconds."""
        return f"{self.number},{self.quality},{self.pdq.hex()},{self.seconds:.3f}"

    def pack(self) -> bytes:
        """The frame in FRAME.size bytes."""
        return FRAME.pack(self.number, self.quality, self.seconds, self.pdq)


FRAME = struct.Struct("<IBd32s")
"""A packed frame: number, quality, seconds, PDQ."""


def frames_from(data: bytes) -> Iterator[Frame]:
    """The frames that were packed one after the other. Raises Invalid where these bytes are none."""
    if len(data) % FRAME.size:
        raise Invalid(f"packed frames have {FRAME.size} bytes each, not {len(data)} together")
    for number, quality, seconds, value in FRAME.iter_unpack(data):
        if quality > 100 or not 0 <= seconds < math.inf:
            raise Invalid("a packed frame with a quality or a time that cannot be")
        yield Frame(number, quality, value, seconds)


def frames_told(text: str, most: int) -> list[Frame]:
    """The frames of a film as the package threatexchange tells them: JSON, "PDQ,quality,seconds" for each.

    Raises Invalid where these are none, too many, or not in the order of time.
    """
    try:
        told = [str(each).split(",") for each in json.loads(text)]
        frames = [
            Frame(number, int(quality), bytes.fromhex(value), float(seconds))
            for number, (value, quality, seconds) in enumerate(told)
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid("vpdq is a list of texts, each a PDQ, its quality and its second, with commas between") from error
    times = [frame.seconds for frame in frames]
    good = all(len(each.pdq) == pdq.BYTES and 0 <= each.quality <= 100 for each in frames)
    if not good or times != sorted(times) or not all(0 <= each < math.inf for each in times):
        raise Invalid("the frames of vpdq follow each other, each with a PDQ and a quality from 0 to 100")
    if not 0 < len(frames) <= most:
        raise Invalid("vpdq has between 1 and %(most)s frames", most=most)
    return frames


class Shown(Protocol):
    """The pixels of one frame, in whatever form a decoder gave them."""

    @property
    def height(self) -> int:
        """Rows."""
        ...

    @property
    def width(self) -> int:
        """Columns."""
        ...

    def fingerprint(self) -> tuple[bytes, int]:
        """PDQ and quality."""
        ...

    def each_way(self) -> tuple[bytes, int]:
        """The fingerprints of the 8 orientations, as if the pixels had been turned (256 bytes), and the quality."""
        ...

    def luma(self) -> Bytes:
        """How light each pixel is, rows × columns."""
        ...

    def within(self, inner: "Inner") -> "Shown":
        """A part of it."""
        ...


@dataclass(frozen=True, slots=True)
class Inner:
    """A part of a frame, in pixels; `left` and `top` are even."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Planes:
    """A frame as most decoders give it: light, and two planes of colour half as wide and high (4:2:0), 8 bits each.

    Its fingerprint is that of the RGB which libswscale makes of it in even heights, as vPDQ has it; but no RGB is made.
    """

    y: Bytes
    u: Bytes
    v: Bytes
    full: bool
    """Levels from 0 to 255, not from 16 to 235."""

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.y.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.y.shape[1])

    def fingerprint(self) -> tuple[bytes, int]:
        """PDQ and quality."""
        return _pdq.film(*self._memory(), False)

    def each_way(self) -> tuple[bytes, int]:
        """The fingerprints of the 8 orientations, as if the pixels had been turned (256 bytes), and the quality."""
        return _pdq.film(*self._memory(), True)

    def luma(self) -> Bytes:
        """How light each pixel is, rows × columns."""
        return self.y

    def within(self, inner: Inner) -> "Planes":
        """A part of it."""
        half = Inner(inner.left // 2, inner.top // 2, (inner.width + 1) // 2, (inner.height + 1) // 2)
        return Planes(_part(self.y, inner), _part(self.u, half), _part(self.v, half), self.full)

    def _memory(self) -> tuple[Bytes, Bytes, Bytes, int, int, int, int, bool]:
        strides = self.y.strides[0], self.u.strides[0]
        return _flat(self.y), _flat(self.u), _flat(self.v), self.height, self.width, *strides, self.full


@dataclass(frozen=True, slots=True)
class Packed:
    """A frame as RGB: rows × columns × 3."""

    rgb: Bytes

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.rgb.shape[1])

    def fingerprint(self) -> tuple[bytes, int]:
        """PDQ and quality."""
        made = pdq.fingerprint(self.rgb)
        return made.pdq.value, made.quality

    def each_way(self) -> tuple[bytes, int]:
        """The fingerprints of the 8 orientations (256 bytes), and the quality."""
        made = pdq.fingerprint_each_way(self.rgb)
        return made.orientations, made.quality

    def luma(self) -> Bytes:
        """How light each pixel is, rows × columns: its green, which is most of it."""
        return self.rgb[:, :, 1]

    def within(self, inner: Inner) -> "Packed":
        """A part of it."""
        return Packed(_part(self.rgb, inner))


def _part(plane: Bytes, inner: Inner) -> Bytes:
    return plane[inner.top : inner.top + inner.height, inner.left : inner.left + inner.width]


def _flat(plane: Bytes) -> Bytes:
    """The memory of a plane from its first pixel to its last, whatever lies between its rows."""
    rows, columns = plane.shape
    return np.lib.stride_tricks.as_strided(plane, ((rows - 1) * plane.strides[0] + columns,), (1,))
