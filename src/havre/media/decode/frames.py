"""The frames of one picture: which of them differ, and how many are looked at. Runs inside the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from havre.fingerprints.pdq import fingerprint_each_way
from havre.media.decode.outcomes import Fact, Frame, Limits
from havre.media.decode.plain import plain

if TYPE_CHECKING:
    from havre.media.decode.strip import Strip

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""Rows × columns × 3 or 4 (red, green, blue, unused)."""

DISTINCT = 10
"""A frame within so many bits of one already kept is left out: what is near it is, but for the far edge of the
radius, near that one too (docs/decisions/0034-distinct-frames.md)."""


@dataclass(slots=True)
class Still:
    """A picture while it is being decoded."""

    width: int = 0
    height: int = 0
    frame_count: int = 0
    damage: str | None = None
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    first: Pixels | None = None
    kept: int = Limits().kept_frames
    strip: "Strip | None" = None
    """Is given every frame too, where the picture is wanted as a film."""

    def take(self, number: int, pixels: Pixels, seen: Pixels | None = None) -> None:
        """Fingerprint a frame; keep the fingerprint if no earlier one is nearly the same.

        `seen` is how the frame looks to a person, where its pixels are not that.
        """
        if self.first is None:
            self.first = pixels if seen is None else seen
        made = fingerprint_each_way(pixels)
        if self.strip is not None:
            self.strip.take(number, pixels, made)
        if len(self.frames) < self.kept and self._is_new(made.pdq.value):
            self.frames.append(Frame(number, made.orientations, made.quality))

    def _is_new(self, pdq: bytes) -> bool:
        asked = int.from_bytes(pdq)
        return all((asked ^ int.from_bytes(frame.pdq)).bit_count() > DISTINCT for frame in self.frames)


def numbers(picture: Image.Image, limits: Limits, still: Still) -> Iterator[int]:
    """Go through the frames, the one that the file opens with first; `picture` stands on the frame given.

    A frame that cannot be reached is damage, not the end of what was already seen.
    """
    still.kept = limits.kept_frames
    still.frame_count = 1
    first = picture.tell()
    yield first
    count = getattr(picture, "n_frames", 1)
    still.frame_count = max(count, 1)
    for number in range(min(count, limits.frames)):
        if number == first:
            continue
        picture.seek(number)
        yield number
    if count > limits.frames:
        still.notes.append(f"only the first {limits.frames:,} of {count:,} frames were looked at")
    if len(still.frames) >= limits.kept_frames:
        still.notes.append(f"only the first {limits.kept_frames:,} distinct frames were fingerprinted")


def phrase(problem: Exception) -> str:
    """What a decoder complains of, on one line and of bounded length."""
    if isinstance(problem, UnidentifiedImageError):
        return "its header cannot be read"
    return plain(" ".join(str(problem).split()) or type(problem).__name__, 200)
