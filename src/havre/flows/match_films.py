"""Films that are uploaded or asked for: their runs, made in the sandbox, or of frames that somebody hashed themselves.

Films have decoders of their own: however long one takes, no picture waits for it. What a limit cut short is compared
as far as it was read.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from havre.errors import Unavailable
from havre.fingerprints import video
from havre.fingerprints.looks import unpack
from havre.fingerprints.pdq_turned import turned
from havre.fingerprints.video import Condenser, Film
from havre.fingerprints.vpdq import frames_told
from havre.hashlists.entry import FILM, Signal
from havre.media.decode.outcomes import Decoded, Limits
from havre.media.decode.pool import Pool

DECODERS = 2
MOST_WAITING = 4
"""Films that are decoded or wait for it; whoever comes with one more is told to come again."""
MOST_OF_ONE = 2
"""Of those, films of one client: the others find room beside it."""
LIMITS = Limits(film_seconds=45.0, film_frames=200_000, film_pixels=10_000_000)
"""What one upload may cost: half a minute or so of one core, an hour and more of film."""
MOST_FRAMES = 10_000
"""Frames that somebody may ask for at once: a frame a second of nearly three hours."""


Spent = Callable[[float], None]
"""Who hears of the seconds that a decoder was at work, also for what can't be opened."""


def unheard(_seconds: float) -> None:
    """Nobody counts them."""


class Filming:
    """Decoders of films, and whose turn it is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool, self._clock = Pool(DECODERS, LIMITS), clock
        self.executor = ThreadPoolExecutor(DECODERS)
        self._turns, self._taking = Counter[str](), threading.Lock()

    @contextmanager
    def turn(self, who: str = "") -> Iterator[None]:
        """Wait for no more than a few others, and those of one client for fewer; who names none has all the turns.

        Raises Unavailable where there are more.
        """
        with self._taking:
            if self._turns.total() >= MOST_WAITING or (who and self._turns[who] >= MOST_OF_ONE):
                raise Unavailable("too many films at once: send this one again in a moment")
            self._turns[who] += 1
        try:
            yield
        finally:
            with self._taking:
                self._turns[who] -= 1

    def films(self, content: bytes, kind: str, spent: Spent = unheard) -> tuple[tuple[Film, ...], Decoded]:
        """The picture tracks of a film; `spent` hears how long a decoder took. Raises NotMedia, Exceeded, Broke."""
        with self._pool.worker() as worker:
            began = self._clock()
            try:
                decoded = worker.decode(content, kind, slow=False)
            finally:
                spent(self._clock() - began)
        made = [video.unpack(each.data) for each in decoded.imprints if each.method == video.METHOD]
        return tuple(film for film in made if len(film.searched())), decoded

    def close(self) -> None:
        """End the decoders."""
        self.executor.shutdown()
        self._pool.close()


def film_of_looks(signal: Signal) -> Film:
    """What asks for looks of a film, as a list carries them. Raises Invalid where they are none."""
    assert signal.method == FILM
    return unpack(bytes.fromhex(signal.value)).asking()


def film_of_frames(text: str) -> Film:
    """What asks for frames as vPDQ's tools tell them. Raises Invalid where they are none."""
    condensed = Condenser()
    frames = frames_told(text, MOST_FRAMES)
    for frame in frames:
        if condensed.take(frame):
            condensed.key(turned(frame.pdq), None, None)
    return condensed.finish(frames[-1].seconds)
