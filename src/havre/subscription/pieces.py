"""Files of entries, unpacked no further than what was signed can have been packed from."""

import sys
from collections.abc import Iterator
from pathlib import Path

from havre.errors import Invalid
from havre.hashlists.lines import LONGEST_LINE
from havre.hashlists.outline import Outline, outline_of
from havre.subscription.head import Piece

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SWELLS = 100
"""Times that entries are larger than packed, at most: a third of a line of one digest is chance, and packs to half."""
FLOOR = 1 << 20
"""Bytes that anything may unpack to."""
WINDOW = 27
"""Log of the longest window: 128 MiB, what zstd uses at its highest level."""
READ = 1 << 18


def entries_of(path: Path, piece: Piece) -> Iterator[tuple[Outline, bytes]]:
    """The entries of a piece with their lines, in their order. Raises Invalid where they are not what its list said."""
    count, position, seen = 0, (piece.after, sys.maxsize), set[int]()
    for line in lines_of(path, piece.path):
        count += 1
        if count > piece.entries:
            raise _refused(piece, "it has more entries than its list said")
        entry = outline_of(line)
        here = (entry.version, entry.number)
        if here <= position or entry.version > piece.upto or entry.number in seen:
            raise _refused(piece, "its entries are not in their order, or of another version")
        position = here
        seen.add(entry.number)
        yield entry, line
    if count != piece.entries:
        raise _refused(piece, "it has fewer entries than its list said")


def lines_of(path: Path, name: str) -> Iterator[bytes]:
    """The lines of a packed file, without their ends; one at a time, whatever the file unpacks to."""
    rest, left = b"", path.stat().st_size * SWELLS + FLOOR
    for some in _unpacked(path, name):
        left -= len(some)
        if left < 0:
            raise Invalid("the feed is refused: %(name)s unpacks to more than it can hold", name=name)
        lines = (rest + some).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise Invalid("the feed is refused: a line of %(name)s is too long", name=name)
        yield from lines
    if rest:
        raise Invalid("the feed is refused: the last line of %(name)s is cut off", name=name)


def _unpacked(path: Path, name: str) -> Iterator[bytes]:
    frame = zstd.ZstdDecompressor(options={int(zstd.DecompressionParameter.window_log_max): WINDOW})
    with path.open("rb") as file:
        while not frame.eof:
            given = file.read(READ) if frame.needs_input else b""
            if frame.needs_input and not given:
                raise Invalid("the feed is refused: %(name)s is cut off", name=name)
            try:
                yield frame.decompress(given, READ)
            except zstd.ZstdError as error:
                raise Invalid("the feed is refused: %(name)s can't be unpacked", name=name) from error
        if frame.unused_data or file.read(1):
            raise Invalid("the feed is refused: something stands behind the end of %(name)s", name=name)


def _refused(piece: Piece, why: str) -> Invalid:
    return Invalid("the feed is refused: %(path)s is not what its list said, %(why)s", path=piece.path, why=why)
