"""The frames of a picture as a film: one frame that lasts no time, or as many as an animation has. In the sandbox.

So pictures and films are found by one another, and both by what lies within borders or in the middle.
"""

from dataclasses import dataclass, field
from typing import Any

from havre.fingerprints import video
from havre.fingerprints.pdq import Fingerprint
from havre.fingerprints.video import Condenser
from havre.fingerprints.vpdq import Frame, Packed
from havre.media.decode.borders import Framing
from havre.media.decode.forms import forms
from havre.media.decode.frames import Pixels
from havre.media.decode.outcomes import Imprint

LONGEST = 600_000
"""Milliseconds that one frame of an animation may last."""


@dataclass
class Strip:
    """A picture's frames while they are decoded."""

    _condenser: Condenser = field(default_factory=Condenser)
    _framing: Framing = field(default_factory=Framing)
    _last: int = -1
    _count: int = 0
    _at: float = 0.0
    _lasts: float = 0.0

    def take(self, number: int, pixels: Pixels, made: Fingerprint) -> None:
        """The next frame and its fingerprint; a second rendering of the same frame is passed over."""
        if number == self._last:
            return
        self._at += self._lasts
        self._last, self._lasts = number, 0.0
        self._count += 1
        if self._condenser.take(Frame(self._count - 1, made.quality, made.pdq.value, self._at)):
            shown = Packed(pixels)
            self._condenser.key(made.orientations, *forms(shown, self._framing.of(shown.luma())))

    def lasts(self, milliseconds: Any) -> None:
        """How long the frame just taken is shown, as far as the file says."""
        if isinstance(milliseconds, int | float) and 0 < milliseconds <= LONGEST:
            self._lasts = float(milliseconds) / video.MS

    def imprint(self) -> Imprint | None:
        """The film; None where there was no frame, or nothing in any that could be found."""
        if not self._count:
            return None
        film = self._condenser.finish(self._at + self._lasts)
        return Imprint(video.METHOD, video.VERSION, None, video.pack(film)) if len(film.searched()) else None
