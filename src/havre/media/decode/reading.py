"""What a film or archive is read from in the sandbox: memory the parent filled, or the parent, asked piece by piece.

FFmpeg gets an object with read and seek, never a path and never a file number of somebody else's.
"""

import io
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from havre.media.decode.outcomes import Exceeded

if TYPE_CHECKING:
    from typing_extensions import Buffer

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


class Lent(io.RawIOBase):
    """An archive that stays with the parent: each read asks for the bytes there."""

    def __init__(self, size: int, ask: Ask) -> None:
        self._size, self._ask, self._at = size, ask, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move. Raises OSError before the beginning, as a file does."""
        at = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence] + offset
        if at < 0:
            raise OSError("a place before the beginning")
        self._at = at
        return at

    def readinto(self, room: "Buffer") -> int:
        """Fill the room, or what there is."""
        view = memoryview(room).cast("B")
        wanted = min(len(view), self._size - self._at)
        data = self._ask(self._at, wanted) if wanted > 0 else b""
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


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
