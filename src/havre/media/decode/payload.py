"""What a server gave, out of a record of a WARC: without the server's fields, its chunks and its packing."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from havre.media.decode.gunzip import gunzipped
from havre.media.decode.members import BOMB_RATIO, PIECE
from havre.media.decode.warc import Bad, Block, Reading, Record, fields_of
from havre.media.kinds import HEAD_BYTES, Kind, kind_of

FAMILIES = ("picture", "video", "audio")
LONGEST_CHUNK_LINE = 20


@dataclass
class Payload:
    """A picture, film or sound of a record; its bytes are read once, before the next is asked for."""

    position: int
    address: str
    kind: Kind
    pieces: Iterator[bytes]
    block: Block

    @property
    def trouble(self) -> str:
        """Why its bytes were not whole, once they were read; empty where they were."""
        return self.block.bomb or ("it is shorter than it says" if self.block.short else "")


class SpoiltError(Exception):
    """What was packed can't be unpacked, or swells beyond reason."""


@dataclass
class Passed:
    """A record that is no picture, film or sound; `page` is where a browser came from, where it says that."""

    position: int
    address: str
    page: str = ""


@dataclass
class Payloads:
    """The payloads of a WARC, in its order."""

    reading: Reading

    def __iter__(self) -> Iterator[Payload | Passed | Bad]:
        for record in self.reading.records():
            if isinstance(record, Bad):
                yield record
            elif record.holds_content:
                yield self._content(record)
            else:
                yield Passed(record.position, record.target, _came_from(record))

    def _content(self, record: Record) -> Payload | Passed | Bad:
        try:
            return self._found(record)
        except SpoiltError as problem:
            return Bad(record.position, str(problem))

    @staticmethod
    def _found(record: Record) -> Payload | Passed:
        pieces = _answered(record.block) if _is_http(record) else _pieces(record.block.read)
        if pieces is None:
            return Passed(record.position, record.target)
        head = b""
        while len(head) < HEAD_BYTES and (more := next(pieces, b"")):
            head += more
        kind = kind_of(head)
        if kind is None or kind.family not in FAMILIES:
            return Passed(record.position, record.target)
        return Payload(record.position, record.target, kind, _rejoined(head, pieces), record.block)


def payloads_of(file: IO[bytes], packed: Callable[[], int]) -> Payloads:
    """The payloads of an open WARC that is not packed."""
    return Payloads(Reading(file, packed))


def payloads_packed(file: IO[bytes]) -> Payloads:
    """The payloads of an open WARC that is gzipped, as a whole or each record for itself."""
    unpacked, raw = gunzipped(file)
    return Payloads(Reading(unpacked, file.tell, lambda: raw.trouble))


def _is_http(record: Record) -> bool:
    return record.fields.get("content-type", "").replace(" ", "").lower().startswith("application/http")


def _rejoined(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while data := read(PIECE):
        yield data


def _answered(block: Block) -> Iterator[bytes] | None:
    """The body of a server's answer; None where it is no answer that holds one."""
    status = block.line().split()
    if len(status) < 2 or not status[0].startswith(b"HTTP/") or status[1][:1] != b"2":
        return None
    fields = fields_of(block.line, lenient=True) or {}
    pieces = _chunks(block) if "chunked" in fields.get("transfer-encoding", "").lower() else _pieces(block.read)
    packing = fields.get("content-encoding", "").strip().lower()
    return _unpacked(pieces) if packing in ("gzip", "x-gzip", "deflate") else pieces


def _chunks(block: Block) -> Iterator[bytes]:
    """A body sent in chunks (RFC 9112, 7.1). Many crawlers store it without them and keep the field: then as it is."""
    first = block.line()
    size = _size(first)
    if size is None:
        yield first
        yield from _pieces(block.read)
        return
    while size:
        left = size
        while left and (data := block.read(min(PIECE, left))):
            left -= len(data)
            yield data
        block.line()
        size = _size(block.line()) or 0


def _size(line: bytes) -> int | None:
    digits = line.split(b";")[0].strip()
    if not digits or len(digits) > LONGEST_CHUNK_LINE or not line.endswith(b"\n"):
        return None
    try:
        size = int(digits, 16)
    except ValueError:
        return None
    return size if size >= 0 else None


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """gzip and zlib, told by their first bytes; what swells beyond reason ends there."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        came, waiting = 0, piece
        while waiting:
            try:
                data = unpack.decompress(waiting, PIECE)
            except zlib.error as problem:
                raise SpoiltError("what was packed can't be unpacked") from problem
            came += len(data)
            if came > BOMB_RATIO * max(len(piece), 1 << 16):
                raise SpoiltError(f"expansion: {came:,} bytes or more out of {len(piece):,}")
            if not data and not unpack.unconsumed_tail:
                break
            yield data
            waiting = unpack.unconsumed_tail
    if not unpack.eof:
        raise SpoiltError("what was packed is not whole")


def _came_from(record: Record) -> str:
    """The page that a request names, or of which a crawler says that it led there; empty otherwise."""
    if record.type == "request" and _is_http(record):
        record.block.line()
        return (fields_of(record.block.line, lenient=True) or {}).get("referer", "")
    if record.type == "metadata" and "warc-fields" in record.fields.get("content-type", ""):
        return (fields_of(record.block.line, lenient=True) or {}).get("via", "")
    return ""
