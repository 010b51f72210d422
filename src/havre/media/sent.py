"""A file that was sent in pieces, each sealed by itself, as a file to read from anywhere; no plain byte on a disk."""

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import cast

from havre.media.store import Kept, Store
from havre.media.unsealed import Unsealed


class Sent(io.RawIOBase):
    """The plain bytes of the pieces, one after the other, opened as they are read. To be closed."""

    def __init__(self, store: Store, pieces: Sequence[tuple[int, Kept]], unit_key: bytes) -> None:
        """`pieces`: how many bytes each has and where it lies, in order."""
        self._store, self._key = store, unit_key
        self._kept = [kept for _, kept in pieces]
        self._begins = [0, *accumulate(count for count, _ in pieces)]
        self._at, self._number = 0, -1
        self._open: Unsealed | None = None

    @property
    def length(self) -> int:
        """Bytes of the whole."""
        return self._begins[-1]

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place in the plain bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Broken, naming the piece, where it is missing or was altered; Unavailable."""
        left = max(self.length - self._at, 0)
        left = left if size is None or size < 0 else min(size, left)
        parts = []
        while left:
            part = self._next(left)
            parts.append(part)
            self._at += len(part)
            left -= len(part)
        return b"".join(parts)

    def _next(self, wanted: int) -> bytes:
        number = bisect_right(self._begins, self._at) - 1
        opened = self._piece(number)
        opened.seek(self._at - self._begins[number])
        return opened.read(min(wanted, self._begins[number + 1] - self._at))

    def _piece(self, number: int) -> Unsealed:
        if number != self._number:
            self._shut()
            self._open, self._number = Unsealed(self._store, self._kept[number], self._key), number
        return cast(Unsealed, self._open)

    def _shut(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._number = None, -1

    def close(self) -> None:
        """Let go of the piece that is open."""
        self._shut()
        super().close()
