"""One decoded frame of a film: its pixels as vPDQ takes them, as a person sees them, and its time."""

from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from havre.fingerprints.vpdq import Packed, Planes, Shown
from havre.media.decode.frames import Pixels

Bytes = NDArray[np.uint8]

PLANAR = {"yuv420p": False, "yuvj420p": True}
"""Pixel formats that are fingerprinted without making RGB, and whether their levels go from 0 to 255."""

FULL_RANGE = ("yuvj", "gray", "ya")
"""How pixel formats begin that libswscale takes to have levels from 0 to 255, whatever the film says."""

LONGEST_GAP = 600.0
"""Seconds from one frame to the next; a longer leap is a fault of the clock (a recording joined to another)."""
SLOWEST, FASTEST = 0.1, 1000.0
"""Frames a second that are believed where a film gives no times."""

ROTATIONS = {90: 1, -270: 1, 180: 2, -180: 2, -90: 3, 270: 3}
"""Degrees counter-clockwise by which a film asks to be turned: quarter turns for numpy."""


def shown(frame: VideoFrame, reformatter: VideoReformatter) -> Shown:
    """The pixels that vPDQ fingerprints: as they were coded, not turned, taken for ITU-R BT.601."""
    full = PLANAR.get(frame.format.name)
    if full is not None and frame.height % 2 == 0 and frame.planes[0].line_size > 0 and frame.planes[1].line_size > 0:
        half = (frame.height // 2, (frame.width + 1) // 2)
        light, blue, red = frame.planes
        return Planes(_rows(light, frame.height, frame.width), _rows(blue, *half), _rows(red, *half), full)
    return Packed(_rgb(reformatter.reformat(frame, format="rgb24", **_as_vpdq(frame))))


def _as_vpdq(frame: VideoFrame) -> dict[str, Any]:
    """What libswscale assumes of a frame when nobody tells it more than its pixel format; and one thread."""
    options: dict[str, Any] = {"interpolation": Interpolation.AREA, "threads": 1}
    if frame.format.is_rgb or frame.format.has_palette:
        return options
    full = frame.format.name.startswith(FULL_RANGE)
    levels = ColorRange.JPEG if full else ColorRange.MPEG
    bt601 = {"src_colorspace": Colorspace.ITU601, "dst_colorspace": Colorspace.ITU601}
    return {**options, **bt601, "src_color_range": levels}


def looks(frame: VideoFrame, longest: int, reformatter: VideoReformatter) -> Pixels:
    """The frame as a person sees it: right colours, turned upright, no side longer than `longest` pixels."""
    factor = max(frame.width, frame.height) / longest
    width, height = (max(round(side / max(factor, 1.0)), 1) for side in (frame.width, frame.height))
    small = reformatter.reformat(frame, width, height, "rgb24", interpolation=Interpolation.AREA, threads=1)
    return np.ascontiguousarray(np.rot90(_rgb(small), ROTATIONS.get(frame.rotation, 0)))


def _rgb(frame: VideoFrame) -> Bytes:
    plane = frame.planes[0]
    rows = _rows(plane, frame.height, frame.width * 3)
    return np.ascontiguousarray(rows[:: 1 if plane.line_size > 0 else -1]).reshape(frame.height, frame.width, 3)


def _rows(plane: Any, height: int, width: int) -> Bytes:
    step = abs(plane.line_size)
    return np.lib.stride_tricks.as_strided(np.frombuffer(plane, np.uint8), (height, width), (step, 1))


class Times:
    """Seconds since the first frame, never going back, whatever the film claims."""

    def __init__(self, rate: float) -> None:
        """`rate`: frames a second, as far as the film says."""
        self._step = 1 / min(max(rate, SLOWEST), FASTEST) if rate else 1 / 25
        self._zero: float | None = None
        self._last = -self._step
        self.first: float | None = None
        """What the film's own clock said at the first frame that had a time."""

    @property
    def end(self) -> float:
        """When the last frame is over."""
        return max(self._last + self._step, 0.0)

    def of(self, frame: VideoFrame) -> float:
        """The time of the next frame."""
        expected = max(self._last + self._step, 0.0)
        stated = float(frame.pts * frame.time_base) if frame.pts is not None and frame.time_base else None
        if self._zero is None and stated is not None:
            self._zero = self.first = stated - expected
        now = expected if stated is None or self._zero is None else stated - self._zero
        if not self._last <= now <= self._last + LONGEST_GAP:
            if stated is not None:
                self._zero = stated - expected
            now = expected
        self._last = now
        return now
