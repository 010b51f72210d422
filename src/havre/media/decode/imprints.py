"""What is made of a film's views and soundtracks beyond PDQ: one table each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints import audio, scene
from havre.fingerprints.audio import Chroma, Soundprint
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


def _told(sound: Soundprint) -> bytes:
    """Packed, if any of it tells more than silence or a constant tone does."""
    return audio.pack(sound) if sound.informative.any() else b""


HEARINGS: tuple[Hearing, ...] = (Hearing(audio.METHOD, audio.VERSION, Chroma, _told),)
"""What is made of every soundtrack and every audio file."""

Viewing = Callable[[Pixels], Imprint | None]
"""Pixels of one view (rows × columns × RGB, upright, the longest side at most storyboard.SIDE) → its imprint; `at` is
filled in by the caller."""


def scenery(pixels: Pixels) -> Imprint | None:
    """The local features of a view or picture; None where there are too few to be told from chance."""
    made = scene.scene(pixels)
    if len(made) < scene.FEWEST:
        return None
    return Imprint(scene.METHOD, scene.VERSION, None, scene.pack(made), made.look.tobytes())


VIEWINGS: tuple[Viewing, ...] = (scenery,)
"""What is made of every view of a film's storyboard."""
