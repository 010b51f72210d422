"""What a film is read from inside the sandbox: memory that the parent filled, or the parent, asked piece by piece.

FFmpeg gets an object with read and seek, never a path and never a file number of somebody else's.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable

from havre.media.decode.outcomes import Exceeded

BLOCK = 1 << 20
"""Bytes asked for at a time, on multiples of it: the store's files are sealed in pieces of this size."""
KEPT = 16
"""Blocks that are kept: films whose picture and sound lie far apart make readers jump between a few places."""

Ask = Callable[[int, int], bytes]
"""(offset, size) → the bytes there, fewer at the end."""


class Clock:
    """How long one film has been worked on, and may be."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Raise Exceeded where time is up."""
        if time.monotonic() > self._until:
            raise Exceeded("film_seconds", "the time for one film is over")


class Input:
    """A file as FFmpeg wants it. Every read looks at the clock: no demuxer runs on for ever."""

    def __init__(self, size: int, ask: Ask, clock: Clock) -> None:
        self.size = size
        self.clock = clock
        self._ask = ask
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """The next bytes, none at the end."""
        self.clock.check()
        wanted = self.size - self._at if count < 0 else min(count, self.size - self._at)
        data = self._ask(self._at, wanted) if wanted > 0 else b""
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; places before the beginning are the beginning."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at


def held(data: memoryview) -> Ask:
    """Reads from memory."""
    return lambda offset, size: bytes(data[offset : offset + size])


class Afar:
    """Reads from the parent, a block at a time, and remembers the last few."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def __call__(self, offset: int, size: int) -> bytes:
        """The bytes from `offset`, at most up to the end of its block."""
        number, skipped = divmod(offset, BLOCK)
        return self._block(number)[skipped : skipped + size]

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        self._blocks[number] = self._ask(number * BLOCK, BLOCK)
        if len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        return self._blocks[number]
