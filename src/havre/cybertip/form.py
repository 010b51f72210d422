"""A form with files as it comes in, piece by piece: nothing of a file is kept here, and one that ends early is none.

RFC 7578 as far as programs write it: parts with a name, some with a file's; no parts inside of parts.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from havre.errors import Invalid

PIECE = 1 << 16
LONGEST_HEAD = 8_192
"""Bytes before the content of one part."""
MOST_PARTS = 32
LONGEST_VALUE = 1_000
"""Bytes of a part that is no file."""
BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;",]{1,200}))(?=[\s;,]|$)', re.ASCII)
NAME = re.compile(rb'[; ]name="([^"\r\n]*)"')
FILENAME = re.compile(rb'[; ]filename="([^"\r\n]*)"')
WRITTEN = ((b"%0D", b"\r"), (b"%0A", b"\n"), (b"%22", b'"'))
"""How what would end a name is written (HTML, multipart/form-data encoding)."""

NOT_WHOLE = "this form ends early: what was sent is not kept, send it again"

Read = Callable[[int], bytes]
"""Up to so many bytes, none at the end."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part; its content is read before the next part is."""

    name: str
    filename: str | None
    """As it was sent; None where it is no file."""
    pieces: Iterator[bytes]

    def value(self) -> str:
        """A short text. Raises Invalid where it is long."""
        text = b""
        for piece in self.pieces:
            text += piece
            if len(text) > LONGEST_VALUE:
                raise Invalid("a field of a form has at most %(most)s bytes", most=LONGEST_VALUE)
        return text.decode("utf-8", "replace").strip()


def boundary_of(kind: str) -> bytes:
    """What parts the form whose type this is. Raises Invalid where it is none."""
    found = BOUNDARY.search(kind) if kind.lower().startswith("multipart/form-data") else None
    if found is None:
        raise Invalid("send a form: multipart/form-data with a boundary")
    return (found[1] or found[2]).encode("ascii", "replace")


def fields_of(read: Read, boundary: bytes) -> Iterator[Part]:
    """Each part in turn; what was not read of one is skipped. Raises Invalid where the form has faults, or ends early.

    Only whoever reads to the end knows that all of it came.
    """
    stream = _Stream(read, b"\r\n--" + boundary)
    for _ in stream.content():
        pass  # what stands before the first part is nobody's
    for _number in range(MOST_PARTS):
        if stream.ended():
            return
        head = stream.head()
        pieces = stream.content()
        yield Part(_named(NAME, head) or "", _named(FILENAME, head), pieces)
        for _ in pieces:
            pass
    if not stream.ended():
        raise Invalid("a form has at most %(most)s parts", most=MOST_PARTS)


def _named(pattern: re.Pattern[bytes], head: bytes) -> str | None:
    found = pattern.search(head)
    if found is None:
        return None
    name = found[1]
    for written, meant in WRITTEN:
        name = name.replace(written, meant)
    return name.decode("utf-8", "replace")


class _Stream:
    """What came and was not given out yet."""

    def __init__(self, read: Read, mark: bytes) -> None:
        self._read = read
        self._mark = mark
        self._held = b"\r\n"  # before the first part its line end may be missing

    def _more(self) -> None:
        piece = self._read(PIECE)
        if not piece:
            raise Invalid(NOT_WHOLE)
        self._held += piece

    def content(self) -> Iterator[bytes]:
        """All up to the next mark, which is taken away."""
        while (at := self._held.find(self._mark)) < 0:
            sure = len(self._held) - len(self._mark) + 1
            if sure > 0:
                yield self._held[:sure]
                self._held = self._held[sure:]
            self._more()
        piece, self._held = self._held[:at], self._held[at + len(self._mark) :]
        if piece:
            yield piece

    def ended(self) -> bool:
        """Whether the mark was the last."""
        while len(self._held) < 2:
            self._more()
        return self._held.startswith(b"--")

    def head(self) -> bytes:
        """The lines before a content, which they are taken from."""
        while (at := self._held.find(b"\r\n\r\n")) < 0:
            if len(self._held) > LONGEST_HEAD:
                break
            self._more()
        if not 0 <= at <= LONGEST_HEAD or not self._held.startswith(b"\r\n"):
            raise Invalid("this form has a part without a name that can be read")
        head, self._held = self._held[:at], self._held[at + 4 :]
        return head
