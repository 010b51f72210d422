"""How a body was packed on its way (Content-Encoding), unpacked in pieces: nothing is held but what is being made.

Decision 0237. What swells beyond reason, counted over the whole body, ends there and is named.
"""

import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

import brotli

from havre.media.decode.members import BOMB_RATIO, PIECE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FLOOR = 1 << 16
"""A body that is shorter counts as this many bytes."""
MOST_MEMBERS = 10_000
"""Members of gzip, or frames of zstd, in one body: each costs time, though it may hold nothing."""
WINDOW = 23
"""Log of the longest window of zstd in HTTP: 8 MiB (RFC 9659, 3)."""
MOST_LAYERS = 2
"""A body that was packed more often is not unpacked."""

MAGIC = b"\x1f\x8b"
"""How a member of gzip begins."""

BROKEN = (zlib.error, brotli.error, zstd.ZstdError, EOFError)


class SpoiltError(Exception):
    """What was packed can't be unpacked, or swells beyond reason."""


class Unpacking(Protocol):
    """One body on its way."""

    whole: bool
    """Whether it ended where it says that it does."""

    def some(self, data: bytes) -> bytes:
        """The next bytes, about PIECE at most, where so much came anew; none where more has to come first."""


class Deflated:
    """gzip, member after member, and zlib: told by their first bytes (RFC 1950, RFC 1952)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._left = b""
        self._members = 1
        self.whole = False

    def some(self, data: bytes) -> bytes:
        """The next bytes. What follows the end and is no other member is passed over, as browsers do."""
        given = self._left + data
        while True:
            if self.whole and given[:2] != MAGIC:
                self._left = given if given == MAGIC[:1] else b""
                return b""
            if self.whole:
                self._members = _one_more(self._members)
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 32)
            out = self._member.decompress(given, PIECE)
            self.whole = self._member.eof
            given = self._left = self._member.unused_data if self.whole else self._member.unconsumed_tail
            if out or not self.whole:
                return out


class Brotli:
    """Brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._made = brotli.Decompressor()
        self.whole = False

    def some(self, data: bytes) -> bytes:
        """The next bytes."""
        if self.whole:
            return b""
        out: bytes = self._made.process(data, output_buffer_limit=PIECE)
        self.whole = self._made.is_finished()
        return out


class Zstandard:
    """zstd, frame after frame (RFC 8878)."""

    def __init__(self) -> None:
        self._frame = _frame()
        self._left = b""
        self._frames = 1
        self.whole = False

    def some(self, data: bytes) -> bytes:
        """The next bytes."""
        given = self._left + data
        while given or not self.whole:
            if self.whole:
                self._frames = _one_more(self._frames)
                self._frame = _frame()
            out = self._frame.decompress(given, PIECE)
            self.whole = self._frame.eof
            given = self._left = self._frame.unused_data if self.whole else b""
            if out or not self.whole:
                return out
        return b""


def _one_more(members: int) -> int:
    if members >= MOST_MEMBERS:
        raise SpoiltError(f"more than {MOST_MEMBERS:,} packed parts in one body")
    return members + 1


def _frame() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={int(zstd.DecompressionParameter.window_log_max): WINDOW})


PACKINGS: Mapping[str, Callable[[], Unpacking]] = MappingProxyType(
    {"gzip": Deflated, "x-gzip": Deflated, "deflate": Deflated, "br": Brotli, "zstd": Zstandard}
)
"""By the names of HTTP (RFC 9110, 8.4.1; RFC 7932, 13; RFC 8878, 7.2)."""


def unpacked(pieces: Iterator[bytes], said: str) -> Iterator[bytes]:
    """A body as it was before it was packed as these fields say; as it is where nobody here knows how.

    Raises SpoiltError on the way for what is broken, not whole, or swells beyond reason.
    """
    names = [name for each in said.lower().split(",") if (name := each.strip()) not in ("", "identity")]
    if len(names) > MOST_LAYERS or any(name not in PACKINGS for name in names):
        return pieces
    for name in reversed(names):
        pieces = _unpacked(pieces, PACKINGS[name]())
    return pieces


def _unpacked(pieces: Iterator[bytes], unpacking: Unpacking) -> Iterator[bytes]:
    packed = made = 0
    for piece in pieces:
        packed, data = packed + len(piece), piece
        try:
            while out := unpacking.some(data):
                made, data = made + len(out), b""
                if made > BOMB_RATIO * max(packed, FLOOR):
                    raise SpoiltError(f"expansion: {made:,} bytes or more out of {packed:,}")
                yield out
        except BROKEN as problem:
            raise SpoiltError("what was packed can't be unpacked") from problem
    if not unpacking.whole:
        raise SpoiltError("what was packed is not whole")
