"""What a server gave, out of a record of a WARC: without the server's fields, its chunks and its packing."""

import re
from base64 import b32decode
from binascii import Error as Base32Error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import new
from typing import IO, Protocol

from havre.media.decode.gunzip import gunzipped
from havre.media.decode.members import PIECE
from havre.media.decode.packings import SpoiltError, unpacked
from havre.media.decode.warc import Bad, Block, Reading, Record, fields_of
from havre.media.kinds import HEAD_BYTES, Kind, kind_of

FAMILIES = ("picture", "video", "audio")
LONGEST_CHUNK_LINE = 20


class Hashing(Protocol):
    """A digest on its way."""

    def update(self, data: bytes, /) -> None:
        """More of it."""

    def hexdigest(self) -> str:
        """Of what came so far."""


@dataclass
class Payload:
    """A picture, film or sound of a record; its bytes are read once, before the next is asked for."""

    position: int
    address: str
    kind: Kind
    pieces: Iterator[bytes]
    block: Block
    claimed: "Claim | None" = None
    """The digest by which other records may call it, as the crawler has it."""
    sent: "Hashing | None" = None
    """The digest of what the server sent, of the same kind; known once it was read."""

    @property
    def trouble(self) -> str:
        """Why its bytes were not whole, once they were read; empty where they were."""
        return self.block.bomb or ("it is shorter than it says" if self.block.short else "")


@dataclass
class Again:
    """A record that says that what stands at this address is what another record holds: by its digest alone."""

    position: int
    address: str
    claimed: "Claim | None"
    type: str
    """What the server said that it is."""


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

    def __iter__(self) -> Iterator[Payload | Again | Passed | Bad]:
        for record in self.reading.records():
            if isinstance(record, Bad):
                yield record
            elif record.type == "revisit":
                yield Again(record.position, record.target, claim_of(record), _type_of(record))
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
        claimed = claim_of(record)
        http = _is_http(record)
        sent = new(claimed[0], usedforsecurity=False) if http and claimed is not None else None
        pieces = _answered(record.block, sent) if http else _pieces(record.block.read)
        if pieces is None:
            return Passed(record.position, record.target)
        head = b""
        while len(head) < HEAD_BYTES and (more := next(pieces, b"")):
            head += more
        kind = kind_of(head)
        if kind is None or kind.family not in FAMILIES:
            return Passed(record.position, record.target)
        return Payload(record.position, record.target, kind, _rejoined(head, pieces), record.block, claimed, sent)


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


def _answered(block: Block, sent: "Hashing | None") -> Iterator[bytes] | None:
    """The body of a server's answer; None where it is no answer that holds one.

    Raises SpoiltError for a part of a file: its digests would be those of no file.
    """
    status = block.line().split()
    if len(status) < 2 or not status[0].startswith(b"HTTP/") or status[1][:1] != b"2":
        return None
    fields = fields_of(block.line, lenient=True) or {}
    if status[1] == b"206":
        _must_be_all(fields.get("content-range", ""))
    pieces = _chunks(block) if "chunked" in fields.get("transfer-encoding", "").lower() else _pieces(block.read)
    return unpacked(_hashed(pieces, sent) if sent is not None else pieces, fields.get("content-encoding", ""))


def _must_be_all(said: str) -> None:
    """Raises SpoiltError unless the range is that of the whole file, as players ask for films (RFC 9110, 14.4)."""
    found = _RANGE.fullmatch(said.strip().lower())
    if found is None or int(found[1]) != 0 or int(found[2]) + 1 != int(found[3]):
        raise SpoiltError("only a part of a file was captured")


_RANGE = re.compile(r"bytes[ \t]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")


def _hashed(pieces: Iterator[bytes], sent: "Hashing") -> Iterator[bytes]:
    for piece in pieces:
        sent.update(piece)
        yield piece


# ---- the same again ----

Claim = tuple[str, str]
"""The kind of a digest, and the digest in hexadecimal."""

DIGITS = {"sha1": 40, "sha256": 64, "md5": 32}


def claim_of(record: Record) -> Claim | None:
    """By which digest the crawler calls what a record holds: in hexadecimal or in base 32; None where it is none."""
    kind, _sign, value = record.fields.get("warc-payload-digest", "").partition(":")
    kind, value = kind.strip().lower().replace("-", ""), value.strip()
    if kind not in DIGITS:
        return None
    try:
        raw = bytes.fromhex(value) if len(value) == DIGITS[kind] else b32decode(value + "=" * (-len(value) % 8))
    except (ValueError, Base32Error):
        return None
    return (kind, raw.hex()) if len(raw) * 2 == DIGITS[kind] else None


def _type_of(record: Record) -> str:
    if not _is_http(record):
        return ""
    record.block.line()
    return (fields_of(record.block.line, lenient=True) or {}).get("content-type", "").partition(";")[0].strip().lower()


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


def _came_from(record: Record) -> str:
    """The page that a request names, or of which a crawler says that it led there; empty otherwise."""
    if record.type == "request" and _is_http(record):
        record.block.line()
        return (fields_of(record.block.line, lenient=True) or {}).get("referer", "")
    if record.type == "metadata" and "warc-fields" in record.fields.get("content-type", ""):
        return (fields_of(record.block.line, lenient=True) or {}).get("via", "")
    return ""
