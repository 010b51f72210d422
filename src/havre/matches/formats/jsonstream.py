"""One JSON document read piece by piece in constant memory, going on after damage.

Fast where the text is sound: the standard library's C scanner decodes whole elements out of a window of the
file. Slow only where an element does not decode: then its end is looked for, bracket by bracket.
"""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from havre.matches.formats.source import Source

MAX_ELEMENT = 1 << 22
"""Characters of one element; a VICS entry has some hundred, with all its files and EXIF some ten thousand."""

_LOOKAHEAD = 1 << 16
_WHITE = re.compile(r"[ \t\r\n]*")
_BRACKET = re.compile(r'["\[\]{}]')
_STRING_END = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(r'[^,\[\]{}":]*')
_NEXT_OBJECT = re.compile(r"\s*(?:,\s*\{|\]|\Z)")
_OBJECT = re.compile(r'\{\s*"')


@dataclass(slots=True)
class Damaged(Exception):
    """An element that is not JSON: why, at which byte, how it begins, and where it ends in the window."""

    reason: str
    byte: int
    text: str
    end: int | None


class Cursor:
    """A place in a JSON document. `repeated` is true if the last value had one key twice."""

    __slots__ = (
        "_byte",
        "_decoder",
        "_effort",
        "_mark",
        "_source",
        "_utf8",
        "at",
        "ended",
        "repeated",
        "text",
    )

    def __init__(self, source: Source) -> None:
        self._source = source
        self.text = ""
        self.at = 0
        self.ended = False
        self.repeated = False
        self._byte = source.offset
        self._mark = 0
        self._effort = 0
        # Broken bytes become lone surrogates: they keep their length, and are cleaned with their text.
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        # strict=False: a bare line break or tab inside a text is survived, not refused.
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, strict=False)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.repeated = True
        return made

    def byte(self) -> int:
        """Where in the document the cursor stands (in UTF-16 documents: as if it were UTF-8)."""
        self._byte += len(self.text[self._mark : self.at].encode("utf-8", "surrogateescape"))
        self._mark = self.at
        return self._byte

    def _trim(self) -> None:
        self.byte()
        self.text = self.text[self.at :]
        self.at = self._mark = 0

    def more(self) -> bool:
        """Widen the window by some 256 KiB, forgetting what lies behind the cursor; False at the end."""
        if self.ended:
            return False
        data = self._source.read()
        self.ended = not data
        self._trim()
        self.text += self._utf8.decode(data, final=self.ended)
        return not self.ended

    def ensure(self, characters: int) -> None:
        """At least so many characters ahead, unless the document ends before."""
        while len(self.text) - self.at < characters and self.more():
            pass

    def peek(self) -> str:
        """The next character that is not white space, without passing it; empty at the end."""
        while True:
            self.at = _WHITE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> object:
        """The value under the cursor, passing it; raises Damaged and stays where it cannot be decoded."""
        if self.text[self.at] not in '{["':
            self.ensure(128)  # a number cut by the window would decode as a shorter one
        self.repeated = False
        try:
            found, self.at = self._decoder.raw_decode(self.text, self.at)
        except (ValueError, RecursionError):
            return self._value_slowly()
        return found

    def _value_slowly(self) -> object:
        self._trim()
        end = self._end()
        self.repeated = False
        try:
            found, after = self._decoder.raw_decode(self.text, 0)
        except (ValueError, RecursionError) as wrong:
            reason = _reason(wrong) if end is not None else self._unfinished()
            raise Damaged(reason, self.byte(), self.text[:200], end) from None
        self.at = after
        return found

    def damage(self, reason: str) -> Damaged:
        """What stands under the cursor, as damage of unknown length."""
        self._trim()
        return Damaged(reason, self.byte(), self.text[:200], None)

    def _unfinished(self) -> str:
        return "not closed before the file ends" if self.ended else "too long or never closed"

    def _end(self) -> int | None:
        """Index after the element at the window's start, by brackets alone; None if none within bounds."""
        if self.text[0] not in '{["':
            return max(1, _SCALAR.match(self.text).end())  # type: ignore[union-attr]
        depth = index = 0
        while True:
            found = _BRACKET.search(self.text, index)
            if found is None:
                index = len(self.text)
            elif found.group() == '"':
                closed = _STRING_END.match(self.text, found.end())
                index = closed.end() if closed else found.start()
                found = found if closed else None
            else:
                depth += 1 if found.group() in "{[" else -1
                index = found.end()
            if found is not None and depth <= 0:
                self._effort += index
                return index
            if found is None and (len(self.text) > MAX_ELEMENT or not self.more()):
                self._effort += len(self.text)
                return None

    def recover(self, damaged: Damaged, sound: Callable[[object], bool]) -> bool:
        """Pass a damaged element: to its end, else to the next object that `sound` accepts; False if none."""
        if damaged.end is not None and self._follows(damaged.end):
            self.at = damaged.end
            return True
        self.at = 1 if self.text else 0
        while not self._hopeless():
            self.ensure(_LOOKAHEAD)
            found = _OBJECT.search(self.text, self.at)
            if found is None:
                self.at = max(self.at, len(self.text) - 1)
                if self.ended or not self.more():
                    break
                continue
            self.at = found.start()
            self.ensure(_LOOKAHEAD)
            if self._try(sound):
                return True
            self.at += 1
        self.at = len(self.text)
        return False

    def _follows(self, end: int) -> bool:
        """Whether the window goes on after `end` as an array of objects does."""
        while len(self.text) - end < _LOOKAHEAD and self.more():
            pass
        return _NEXT_OBJECT.match(self.text, end) is not None

    def _try(self, sound: Callable[[object], bool]) -> bool:
        try:
            found, end = self._decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as wrong:
            self._effort += wrong.pos - self.at
            return False
        except (ValueError, RecursionError):
            self._effort += _LOOKAHEAD
            return False
        self._effort += end - self.at
        return sound(found)

    def _hopeless(self) -> bool:
        # Bounds the work on a hostile file to a small multiple of its size.
        return self._effort > (MAX_ELEMENT << 4) + 8 * self._source.taken


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, RecursionError):
        return "nested too deeply"
    if isinstance(wrong, json.JSONDecodeError):
        return f"not JSON: {wrong.msg[0].lower()}{wrong.msg[1:]}"
    return "not JSON: a number with too many digits"
