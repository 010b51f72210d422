"""What people do to films: copies that must be found again, and what of them is where in the original."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from PIL import Image

from bench.clips import ENCODINGS, Clip, Encoding, Pixels

H264 = ENCODINGS["h264"]


def _each(clip: Clip, change: Callable[[Pixels], Pixels], size: tuple[int, int] | None = None) -> Clip:
    return replace(clip, frames=lambda: map(change, clip.frames()), size=size or clip.size)


def _even(number: float) -> int:
    return int(number) // 2 * 2


def resized(clip: Clip, width: int, height: int) -> Clip:
    """Another size."""
    return _each(
        clip,
        lambda pixels: np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)),
        (width, height),
    )


def boxed(clip: Clip, wide: float, high: float, colour: tuple[int, int, int] = (0, 0, 0)) -> Clip:
    """Bars around it: so many times as wide and as high."""
    width, height = _even(clip.size[0] * wide), _even(clip.size[1] * high)
    left, top = _even((width - clip.size[0]) / 2), _even((height - clip.size[1]) / 2)

    def box(pixels: Pixels) -> Pixels:
        whole = np.empty((height, width, 3), np.uint8)
        whole[:] = colour
        whole[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
        return whole

    return _each(clip, box, (width, height))


def cropped(clip: Clip, share: float) -> Clip:
    """Only the middle of it, so much of each side."""
    width, height = _even(clip.size[0] * share), _even(clip.size[1] * share)
    left, top = (clip.size[0] - width) // 2, (clip.size[1] - height) // 2
    return _each(clip, lambda pixels: pixels[top : top + height, left : left + width], (width, height))


def mirrored(clip: Clip) -> Clip:
    """Left is right."""
    return _each(clip, lambda pixels: pixels[:, ::-1])


def turned(clip: Clip, quarters: int) -> Clip:
    """Quarter turns, counter-clockwise."""
    size = clip.size[::-1] if quarters % 2 else clip.size
    return _each(clip, lambda pixels: np.rot90(pixels, quarters), size)


def marked(clip: Clip) -> Clip:
    """A red emblem in the upper right corner (as make_variants.py has it)."""
    width, height = clip.size

    def mark(pixels: Pixels) -> Pixels:
        changed = pixels.copy()
        left, top = int(width * 0.78), int(height * 0.05)
        changed[top : top + int(height * 0.14), left : left + int(width * 0.16)] = (255, 0, 0)
        return changed

    return _each(clip, mark)


def trimmed(clip: Clip, start: float, end: float) -> Clip:
    """The part between two times."""
    first, last = round(start * clip.rate), min(round(end * clip.rate), clip.count)

    def frames() -> Iterator[Pixels]:
        for number, pixels in enumerate(clip.frames()):
            if number >= last:
                return
            if number >= first:
                yield pixels

    return replace(clip, frames=frames, count=last - first)


def at_rate(clip: Clip, rate: Fraction) -> Clip:
    """Frames left out or shown twice, as players do."""
    count = round(clip.seconds * rate)

    def frames() -> Iterator[Pixels]:
        shown = iter(clip.frames())
        at, pixels = 0, next(shown)
        for number in range(count):
            wanted = min(int(number * clip.rate / rate), clip.count - 1)
            while at < wanted:
                at, pixels = at + 1, next(shown)
            yield pixels

    return replace(clip, frames=frames, count=count, rate=rate)


def faster(clip: Clip, times: Fraction) -> Clip:
    """Every frame, so many times as fast."""
    return replace(clip, rate=clip.rate * times)


def joined(*clips: Clip) -> Clip:
    """One after the other, in the size and at the rate of the first."""
    first = clips[0]
    fitting = [
        clip if clip.size == first.size and clip.rate == first.rate else at_rate(resized(clip, *first.size), first.rate)
        for clip in clips
    ]

    def frames() -> Iterator[Pixels]:
        for clip in fitting:
            yield from clip.frames()

    return replace(first, frames=frames, count=sum(clip.count for clip in fitting))


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part of the changed film lies in the original, in seconds."""

    begin: float
    end: float
    known_begin: float
    known_end: float


@dataclass(frozen=True, slots=True)
class Made:
    """A film that somebody changed, how it is written, and what of it is where."""

    clip: Clip
    spans: tuple[Span, ...]
    encoding: Encoding = H264


def _whole(clip: Clip, changed: Clip, encoding: str = "h264") -> Made:
    return Made(changed, (Span(0, changed.seconds, 0, clip.seconds),), ENCODINGS[encoding])


def _part(clip: Clip, begin: float, end: float) -> Made:
    part = trimmed(clip, clip.seconds * begin, clip.seconds * end)
    return Made(part, (Span(0, part.seconds, clip.seconds * begin, clip.seconds * end),))


VARIANTS: dict[str, Callable[[Clip], Made]] = {
    "re-encoded": lambda clip: _whole(clip, clip),
    "re-encoded poorly": lambda clip: _whole(clip, clip, "h264 poor"),
    "webm": lambda clip: _whole(clip, clip, "vp8"),
    "avi": lambda clip: _whole(clip, clip, "mpeg4"),
    "half the size": lambda clip: _whole(clip, resized(clip, _even(clip.size[0] / 2), _even(clip.size[1] / 2))),
    "160 wide": lambda clip: _whole(clip, resized(clip, 160, _even(160 * clip.size[1] / clip.size[0]))),
    "letterboxed": lambda clip: _whole(clip, boxed(clip, 1, 1.3)),
    "pillarboxed": lambda clip: _whole(clip, boxed(clip, 1.5, 1)),
    "mirrored": lambda clip: _whole(clip, mirrored(clip)),
    "turned 90": lambda clip: _whole(clip, turned(clip, 1)),
    "turned 180": lambda clip: _whole(clip, turned(clip, 2)),
    "turned 270": lambda clip: _whole(clip, turned(clip, 3)),
    "logo": lambda clip: _whole(clip, marked(clip)),
    "10 frames a second": lambda clip: _whole(clip, at_rate(clip, Fraction(10))),
    "30 frames a second": lambda clip: _whole(clip, at_rate(clip, Fraction(30))),
    "first half": lambda clip: _part(clip, 0, 0.5),
    "last half": lambda clip: _part(clip, 0.5, 1),
    "10 % faster": lambda clip: _whole(clip, faster(clip, Fraction(11, 10))),
    "10 % slower": lambda clip: _whole(clip, faster(clip, Fraction(10, 11))),
    "25 % faster": lambda clip: _whole(clip, faster(clip, Fraction(5, 4))),
    "25 % slower": lambda clip: _whole(clip, faster(clip, Fraction(4, 5))),
    "letterboxed and mirrored": lambda clip: _whole(clip, mirrored(boxed(clip, 1, 1.3))),
    "cropped by 10 %": lambda clip: _whole(clip, cropped(clip, 0.9)),
}
"""What one film can become."""

OUT_OF_REACH = frozenset({"cropped by 10 %"})
"""What PDQ cannot find; the scene features of a storyboard do."""
