"""A file as UTF-8 in pieces, and as lines: byte-order marks, UTF-16, all line ends, endless lines."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from havre.matches.formats.tally import Tally

CHUNK = 1 << 18
MAX_LINE = 1 << 20
"""A line longer than this many bytes is not a row of anything."""

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Source:
    """A file's text as UTF-8 bytes, without the byte-order mark; UTF-16 with a mark is turned into UTF-8."""

    __slots__ = ("_decoder", "_file", "_waiting", "offset", "taken")

    def __init__(self, file: BinaryIO, tally: Tally) -> None:
        self._file = file
        self._decoder: codecs.IncrementalDecoder | None = None
        self.offset = 0
        self.taken = 0
        self._waiting = self._start(tally)

    def _start(self, tally: Tally) -> bytes:
        head = b""
        while len(head) < 3 and (more := self._file.read(CHUNK)):
            head += more
        self.taken = len(head)
        if head.startswith(codecs.BOM_UTF8):
            tally.survived("bom")
            self.offset = 3
            return head[3:]
        encoding = _UTF16.get(head[:2])
        if encoding is None:
            return head
        tally.survived("UTF-16")
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        return self._utf8(head[2:])

    def read(self) -> bytes:
        """The next bytes, at most some 256 KiB; empty at the end."""
        if self._waiting:
            waiting, self._waiting = self._waiting, b""
            return waiting
        while more := self._file.read(CHUNK):
            self.taken += len(more)
            if text := self._utf8(more):
                return text
        return b""

    def _utf8(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        # A lone half of a surrogate pair decodes to nothing that UTF-8 can hold.
        return self._decoder.decode(data).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; `text` None if it was too long to be kept."""

    number: int
    text: str | None


def lines(file: BinaryIO, tally: Tally) -> Iterator[Line]:
    """Every line with its number from 1; line ends are LF, CRLF or CR; none is kept beyond MAX_LINE bytes."""
    for number, raw in enumerate(_raw_lines(Source(file, tally)), start=1):
        yield Line(number, None if raw is None else _decode(raw, tally))


def _raw_lines(source: Source) -> Iterator[bytes | None]:
    rest, lost = b"", False
    while chunk := source.read():
        data = rest + chunk
        # CRLF cut in two by the chunk would look like two line ends.
        held = data.endswith(b"\r")
        body = data[:-1] if held else data
        *whole, rest = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in whole:
            yield None if lost or len(line) > MAX_LINE else line
            lost = False
        if len(rest) > MAX_LINE:
            rest, lost = b"", True
        if held:
            rest += b"\r"
    if rest or lost:
        yield None if lost else rest.removesuffix(b"\r")


def _decode(raw: bytes, tally: Tally) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        tally.survived("not UTF-8, read as Windows-1252")
        text = raw.decode("cp1252", "replace")
    if "\0" in text:
        tally.survived("null byte")
        text = text.replace("\0", "")
    return text
