"""Bars around a film's picture: letterbox, pillarbox, a phone's film in a wide frame. Found in single frames, held over
time: a dark scene has wide borders too, but what was once seen there is picture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.vpdq import Inner

NEAR = 4
"""Levels by which a pixel of a bar may differ from the bar. Coders leave a bar alone; a wall is less even than that."""
ODD = 0.12
"""Share of a line's pixels that may differ more: subtitles and emblems lie in bars."""
LEAST = 0.02
"""Share of a side that a bar takes at least: thinner ones hardly change a fingerprint."""
LEFT_OVER = 0.3
"""Share of each side that must be left between bars."""
STEP = 4
"""Of each line every fourth pixel is looked at."""
SETTLED = 8
"""Key frames of which all must show wider bars before these are believed: it may only be dark there."""


@dataclass(frozen=True, slots=True, order=True)
class Bars:
    """Pixels at each side of a frame that are not picture."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def narrowest(self, other: "Bars") -> "Bars":
        """What both call bars."""
        return Bars(*(min(pair) for pair in zip(self._sides(), other._sides(), strict=True)))

    def covers(self, other: "Bars") -> bool:
        """Whether nothing of these bars is picture by the other's account."""
        return all(mine <= its for mine, its in zip(self._sides(), other._sides(), strict=True))

    def _sides(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.right, self.bottom

    def inner(self, width: int, height: int) -> Inner | None:
        """The picture between them; None where there are none to speak of, or they leave too little."""
        left, top = (self.left + 1) // 2 * 2, (self.top + 1) // 2 * 2
        inside = Inner(left, top, width - left - self.right, height - top - self.bottom)
        if inside.width < width * LEFT_OVER or inside.height < height * LEFT_OVER:
            return None
        thin = self.left + self.right < LEAST * width and self.top + self.bottom < LEAST * height
        return None if thin else inside


def bars_of(luma: NDArray[np.uint8]) -> Bars:
    """The lines at each side of one frame that are of one colour, the same at opposite sides or not."""
    columns = luma[::STEP].T
    top, bottom = _plain(luma[:, ::STEP]), _plain(luma[::-1, ::STEP])
    left, right = _plain(columns), _plain(columns[::-1])
    return Bars(left, top, right, bottom)


def _plain(lines: NDArray[np.uint8]) -> int:
    """How many of these lines, from the first one on, are of the first one's colour."""
    first = int(np.median(lines[0]))
    odd = ODD * lines.shape[1]
    for number in range(len(lines)):
        different = np.abs(lines[number].astype(np.int16) - first) > NEAR
        if np.count_nonzero(different) > odd:
            return number
    return len(lines)


class Framing:
    """The bars of a film as far as it has run."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._wider: Bars | None = None
        self._seen = 0
        self._shape: tuple[int, ...] = ()

    def of(self, luma: NDArray[np.uint8]) -> Inner | None:
        """The picture within the bars of the next key frame, None where it has none."""
        found = bars_of(luma)
        if self._bars is None or luma.shape != self._shape:
            self._bars, self._shape = found, luma.shape
            self._wider, self._seen = None, 0
        self._bars = self._settled(self._bars, found)
        return self._bars.inner(luma.shape[1], luma.shape[0])

    def _settled(self, bars: Bars, found: Bars) -> Bars:
        """Narrower at once, for something was seen there; wider only after a while."""
        if not bars.covers(found):
            self._wider, self._seen = None, 0
            return bars.narrowest(found)
        self._wider = found if self._wider is None else self._wider.narrowest(found)
        self._seen += 1
        if self._seen < SETTLED:
            return bars
        wider, self._wider, self._seen = self._wider, None, 0
        return wider
