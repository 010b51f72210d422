"""PDQ, the perceptual fingerprint of pictures that the field's lists hold: pixels → 256 bits and a quality.

Bit for bit what pdqhash 0.2.8 (ThreatExchange's own code) gives on the same pixels, so that what a list made
elsewhere holds is found here. The kernel is native/pdq/.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints import _pdq

METHOD = "pdq"
VERSION = "1"
"""Changes whenever any picture would get another fingerprint or quality; stored beside every one."""

BYTES = 32
HEX_DIGITS = 2 * BYTES

MATCH_DISTANCE = 31
"""Largest distance in bits that counts as the same picture (ThreatExchange PDQ_CONFIDENT_MATCH_THRESHOLD)."""

MIN_QUALITY = 50
"""Below this a picture is too flat (sky, wall) for its bits to mean much (ThreatExchange QUALITY_THRESHOLD)."""

MAX_SIDE = 65_535
"""Longest side, in pixels, that can be fingerprinted (JPEG's own limit)."""

ORIENTATIONS = (
    "upright",
    "turned 90",
    "turned 180",
    "turned 270",
    "mirrored and turned 180",
    "mirrored",
    "mirrored and turned 90",
    "mirrored and turned 270",
)
"""What was done to the picture before each of its 8 fingerprints: mirrored left to right, then turned
counter-clockwise. The order is that of pdqhash.compute_dihedral."""


@dataclass(frozen=True, slots=True)
class Pdq:
    """256 bits that hardly change when a picture is re-encoded or resized, and how far to trust them."""

    value: bytes
    quality: int

    def __post_init__(self) -> None:
        if len(self.value) != BYTES:
            raise Invalid(f"a PDQ fingerprint has {BYTES} bytes, not {len(self.value)}")
        if not 0 <= self.quality <= 100:
            raise Invalid(f"a PDQ quality lies between 0 and 100, not at {self.quality}")

    @property
    def may_match(self) -> bool:
        """Whether there is enough in the picture for its fingerprint to be compared at all."""
        return self.quality >= MIN_QUALITY


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A picture's PDQ, and that of the picture turned and mirrored in the 7 other ways: 8 × 32 bytes."""

    pdq: Pdq
    orientations: bytes

    @property
    def quality(self) -> int:
        """How much there is to see, 0-100; the same for all orientations."""
        return self.pdq.quality


def fingerprint(pixels: NDArray[np.uint8]) -> Fingerprint:
    """The PDQ of a picture: H×W grey, H×W×3 RGB or H×W×4 RGBX (X is ignored), sides 1 to 65,535.

    A side under 5 pixels gives quality 0, as in the reference. Raises Invalid for any other shape or type.
    """
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and channels not in (3, 4)):
        raise Invalid(f"a picture is H×W, H×W×3 or H×W×4 bytes, not {pixels.dtype} {pixels.shape}")
    height, width = pixels.shape[:2]
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise Invalid(f"a side is 1 to {MAX_SIDE} pixels; this picture is {width}×{height}")
    whole = np.ascontiguousarray(pixels)
    orientations, quality = _pdq.fingerprint(whole, height, width, channels, width * channels)
    return Fingerprint(Pdq(orientations[:BYTES], quality), orientations)


def from_hex(text: str, quality: int = 100) -> Pdq:
    """The fingerprint written as 64 hex digits, the way lists exchange it; Invalid if it is not one."""
    if len(text) != HEX_DIGITS:
        raise Invalid(f"a PDQ fingerprint has {HEX_DIGITS} hex digits, not {len(text)}")
    if not set(text) <= set("0123456789abcdefABCDEF"):
        raise Invalid("a PDQ fingerprint has only the hex digits 0-9 and a-f")
    return Pdq(bytes.fromhex(text), quality)


def to_hex(pdq: Pdq) -> str:
    """64 lower-case hex digits, the way lists exchange it."""
    return pdq.value.hex()


SMALL_SIDE = 1024
"""Longest side, in pixels, up to which `fingerprint_each_way` turns the pixels themselves.

The reference blurs over windows of side/128 pixels that are not symmetric: in a small picture the turned DCT is then
up to 56 bits from the fingerprint of the turned picture (95 % within 20 at 1024 pixels, within 10 at 1155).
"""

FLIPS = ((0, 6), (5, 1), (4, 3), (2, 7))
"""For the picture as it is, mirrored left to right, top to bottom, both: its own orientation, and its transpose's."""

TRANSPOSED = 6
"""The orientation that swaps rows and columns: exact in the DCT, whatever the size."""


def fingerprint_each_way(pixels: NDArray[np.uint8]) -> Fingerprint:
    """As `fingerprint`, but a small picture's orientations are those of its pixels actually turned and mirrored.

    What was turned or mirrored is then found as surely as what was not, for three more passes over a small picture.
    """
    upright = fingerprint(pixels)
    if max(pixels.shape[:2]) > SMALL_SIDE:
        return upright
    ways = [b""] * len(ORIENTATIONS)
    for flipped, (own, transposed) in zip(_flipped(pixels), FLIPS, strict=True):
        made = upright if flipped is pixels else fingerprint(flipped)
        ways[own] = made.pdq.value
        ways[transposed] = made.orientations[TRANSPOSED * BYTES : (TRANSPOSED + 1) * BYTES]
    return Fingerprint(upright.pdq, b"".join(ways))


def _flipped(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    return pixels, pixels[:, ::-1], pixels[::-1], pixels[::-1, ::-1]
