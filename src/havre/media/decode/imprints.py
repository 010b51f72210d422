"""What is made of a film's views and soundtracks beyond PDQ: one table each, empty where nothing is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from havre.media.decode.frames import Pixels
from havre.media.decode.outcomes import Imprint

SOUND_RATE = 11_025
"""Samples a second, one channel of 16 bits, that a listener is given (Chromaprint's own rate)."""


class Listener(Protocol):
    """Takes a soundtrack piece by piece and makes a fingerprint of it."""

    def take(self, samples: NDArray[np.int16], /) -> object:
        """The next samples."""
        ...

    def finish(self, start: float, /) -> Any:
        """The fingerprint; `start` is how many seconds after the first frame of the picture the sound begins."""
        ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """One way to make an imprint of a soundtrack."""

    method: str
    version: str
    begin: Callable[[], Listener]
    pack: Callable[[Any], bytes]
    """The fingerprint → bytes; no bytes where there is nothing to compare."""


HEARINGS: tuple[Hearing, ...] = ()
"""What is made of every soundtrack and every audio file."""

Viewing = Callable[[Pixels], Imprint | None]
"""Pixels of one view (rows × columns × RGB, upright, the longest side at most storyboard.SIDE) → its imprint; `at` is
filled in by the caller."""

VIEWINGS: tuple[Viewing, ...] = ()
"""What is made of every view of a film's storyboard."""
