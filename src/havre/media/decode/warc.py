"""WARC 1.0 and 1.1, as crawlers write them: what each record holds, read in pieces, every length and size bounded.

ISO 28500:2017. A record that lies about its length, or is none, is named and passed over up to the next that begins
where a line does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from havre.media.decode.members import PIECE, is_bomb, swollen
from havre.media.decode.plain import plain

LONGEST_LINE = 16 << 10
LONGEST_HEAD = 64 << 10
"""Bytes of the fields of a record, and of those of what a server answered."""
LONGEST_VALUE = 2_000
SLACK = 256 << 10
"""Bytes that a decompressor may have read ahead."""
BEGINS = b"WARC/1."
MOST_LENGTH = 1 << 50

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)")
_CONTENT = frozenset({"response", "resource", "conversion"})


@dataclass
class Bad:
    """A record that can't be used, and why."""

    position: int
    reason: str


@dataclass
class Record:
    """One record: its fields, and its block, of which whoever asks next gets nothing more."""

    position: int
    fields: dict[str, str]
    block: "Block"

    @property
    def type(self) -> str:
        """response, request, …; empty where it is not said."""
        return self.fields.get("warc-type", "").lower()

    @property
    def target(self) -> str:
        """The address it is of."""
        return self.fields.get("warc-target-uri", "").strip("<>")

    @property
    def holds_content(self) -> bool:
        """Whether it is what a server gave, rather than what is said about that."""
        return self.type in _CONTENT


@dataclass
class Block:
    """The bytes of a record, no further than its length says."""

    file: IO[bytes]
    left: int
    packed: Callable[[], int]
    begun: int = 0
    sent: int = 0
    bomb: str = ""
    """Why it was given up, where it swells beyond reason."""
    short: bool = False
    """Whether the file ended before it did."""

    def __post_init__(self) -> None:
        self.begun = self.packed()

    def read(self, size: int) -> bytes:
        """Some bytes, at most so many; empty at the end, or where too much came out of too little."""
        if not self.left or self.bomb:
            return b""
        data = self.file.read(min(size, self.left))
        self.short = not data
        self._count(len(data))
        self.left -= len(data)
        return b"" if self.bomb else data

    def line(self) -> bytes:
        """The next line with its end, at most LONGEST_LINE bytes of it."""
        data = b"" if self.bomb else self.file.readline(min(LONGEST_LINE, self.left))
        self._count(len(data))
        self.left -= len(data)
        return data

    def drain(self) -> bool:
        """Pass over the rest; whether all of it was there."""
        while self.left and (data := self.file.read(min(PIECE, self.left))):
            self.left -= len(data)
        return not self.left

    def _count(self, came: int) -> None:
        self.sent += came
        packed = self.packed() - self.begun + SLACK
        if is_bomb(packed, self.sent):
            self.bomb = swollen(packed, self.sent)


@dataclass
class Reading:
    """One WARC on its way; `ended_early` says where it broke off, and why."""

    file: IO[bytes]
    packed: Callable[[], int]
    """How many bytes of the file itself were read."""
    broken: Callable[[], str] = str
    """Why what unpacks the file gave up; empty where it did not."""
    ended_early: str = ""
    position: int = 0
    unpacked: int = 0
    _lost: bytes = b""

    def records(self) -> Iterator[Record | Bad]:
        """Every record, or why it is none. What is not read of a block is passed over."""
        try:
            yield from self._records()
        except OSError as problem:
            self.ended_early = plain(str(problem) or type(problem).__name__, 200)
            yield Bad(self.position + 1, self.ended_early)
        if self.broken() and not self.ended_early:
            self.ended_early = self.broken()
            yield Bad(self.position + 1, self.ended_early)

    def _records(self) -> Iterator[Record | Bad]:
        while first := self._first():
            self.position += 1
            made = self._record(first)
            yield made
            if isinstance(made, Bad):
                continue
            self.unpacked += made.block.sent + made.block.left
            bomb, whole = made.block.bomb, made.block.drain()
            if bomb or not whole:
                self.ended_early = "" if whole else "the last record is shorter than it says"
                yield Bad(self.position, bomb or self.ended_early)
            if is_bomb(self.packed() + SLACK, self.unpacked):
                self.ended_early = swollen(self.packed(), self.unpacked)
                yield Bad(self.position, self.ended_early)
                return

    def _first(self) -> bytes:
        """The line with which the next record begins, or one that should; empty at the end."""
        if self._lost:
            line, self._lost = self._lost, b""
            return line
        while (line := self.file.readline(LONGEST_LINE)) and not line.strip():
            pass
        return line

    def _record(self, first: bytes) -> Record | Bad:
        if not first.startswith(BEGINS):
            return self._resynced("no record begins here")
        fields = fields_of(lambda: self.file.readline(LONGEST_LINE))
        if fields is None:
            return self._resynced("its fields are no fields, or longer than any are")
        length = fields.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16 and int(length) < MOST_LENGTH):
            return self._resynced("it does not say how long it is")
        return Record(self.position, fields, Block(self.file, int(length), self.packed))

    def _resynced(self, reason: str) -> Bad:
        """Go on where the next line begins a record."""
        begins = True
        while line := self.file.readline(LONGEST_LINE):
            self.unpacked += len(line)
            if begins and line.startswith(BEGINS):
                self._lost = line
                break
            begins = line.endswith(b"\n")
            if is_bomb(self.packed() + SLACK, self.unpacked):
                raise OSError(swollen(self.packed(), self.unpacked))
        return Bad(self.position, reason)


def fields_of(line: Callable[[], bytes], *, lenient: bool = False) -> dict[str, str] | None:
    """Fields up to the empty line, by name in lower case; None where they are none. Folded lines are joined.

    `lenient`, as browsers are with servers: lines that are no fields are passed, and the end may be missing.
    """
    found: dict[str, str] = {}
    size, last = 0, ""
    while (raw := line()).strip(b"\r\n"):
        size += len(raw)
        if size > LONGEST_HEAD or not raw.endswith(b"\n"):
            return None
        text = raw.rstrip(b"\r\n")
        if text[:1] in b" \t" and last:
            found[last] = (found[last] + " " + _text(text.strip()))[:LONGEST_VALUE]
            continue
        pair = _FIELD.fullmatch(text)
        if pair is None and lenient:
            continue
        if pair is None:
            return None
        last = _text(pair[1]).lower()
        found.setdefault(last, _text(pair[2].strip()))
    return found if raw or lenient else None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
