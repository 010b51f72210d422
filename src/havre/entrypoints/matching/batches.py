"""Many uploads in one form, taken in one after the other: no more of them is in memory than is being compared.

Each has its own answer, or its own error. What is no form at all is refused as a whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from havre.entrypoints.matching import own
from havre.entrypoints.matching.answers import TooMuch
from havre.entrypoints.matching.asked import LARGEST_MEDIA, LONGEST_HEADERS, Incoming, Request, delimiter_of, part_of
from havre.entrypoints.matching.clients import Scope
from havre.entrypoints.matching.own import LONGEST_ID, Door, found_of
from havre.errors import HavreError, Invalid
from havre.flows.match_uploads import Looked, is_film

MOST_UPLOADS = 100
MOST_FILMS = 4
"""Films in one form: each may take as long as all pictures together."""
AT_ONCE = 16
"""Pictures that are compared together."""
BYTES_AT_ONCE = 32 << 20
"""Bytes of uploads from which those that were taken in are compared before more is read."""
PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Part:
    """One upload of a form, by the name of its field; or why it is none."""

    name: str
    content: bytes = b""
    why_not: str = ""


def matches(request: Request, door: Door) -> dict[str, Any]:
    """`POST /v1/matches`: many items' hashes in JSON, or every file of a form in its order."""
    if request.incoming is None:
        return own.matches(request, door)
    door.client.must(Scope.MATCH)
    door.lists.known.checked()  # where there are no lists, it says so and nothing is read
    return _uploads(request.incoming, request.parameters.get("boundary", ""), door)


def _uploads(incoming: Incoming, boundary: str, door: Door) -> dict[str, Any]:
    batch = _Batch(door)
    for part in parts_of(incoming, boundary):
        batch.take(part)
    batch.compare()
    if not batch.items:
        raise Invalid("the form holds no upload: each is a file of it, in a field of its own name")
    return {"items": batch.items}


class _Batch:
    """What was taken in, and what became of it."""

    def __init__(self, door: Door) -> None:
        self._door, self.items = door, list[dict[str, Any]]()
        self._waiting: list[tuple[int, bytes]] = []
        self._bytes = self._films = 0

    def take(self, part: Part) -> None:
        """Take one upload in; those that wait are compared once they are many."""
        if len(self.items) == MOST_UPLOADS:
            raise Invalid("a form holds at most %(most)s uploads: send the others in another one", most=MOST_UPLOADS)
        self.items.append({"id": part.name} if 0 < len(part.name) <= LONGEST_ID else {})
        try:
            self._take(part)
        except TooMuch as error:
            if len(self.items) == 1:
                raise
            self._say(len(self.items) - 1, error)
        except HavreError as error:
            self._say(len(self.items) - 1, error)

    def _take(self, part: Part) -> None:
        self._door.count(1)
        if part.why_not:
            raise Invalid("%(why)s", why=part.why_not)
        if is_film(part.content):
            self._films += 1
            if self._films > MOST_FILMS:
                raise Invalid("of films, a form holds at most %(most)s: send this one in another", most=MOST_FILMS)
            self.items[-1] |= found_of(self._door.match(part.content), self._door)
            return
        self._waiting.append((len(self.items) - 1, part.content))
        self._bytes += len(part.content)
        if len(self._waiting) == AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            self.compare()

    def compare(self) -> None:
        """Compare those that wait."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if not waiting:
            return
        found = self._door.lists.match_many([content for _place, content in waiting])
        for (place, _content), looked in zip(waiting, found, strict=True):
            if isinstance(looked, Looked):
                self.items[place] |= found_of(looked, self._door)
            else:
                self._say(place, looked)

    def _say(self, place: int, error: HavreError) -> None:
        self.items[place]["message"] = str(error)


def parts_of(incoming: Incoming, boundary: str, largest: int = LARGEST_MEDIA) -> Iterator[Part]:
    """The parts of multipart/form-data (RFC 7578), one after the other. Raises Invalid where it is none."""
    reading = _Reading(incoming.read, delimiter_of(boundary))
    reading.until_delimiter(lambda _some: None)
    while not reading.ended():
        head = reading.head()
        content = _Bounded(largest)
        reading.until_delimiter(content.add)
        yield _part(head, content)
    while incoming.read(PIECE):  # what stands behind the form is nobody's
        pass


def _part(head: bytes, content: "_Bounded") -> Part:
    try:
        name, file = part_of(head)
    except Invalid as error:
        return Part("", why_not=str(error))
    if not file:
        return Part(name, why_not="this field is no file")
    if content.over:
        return Part(name, why_not=f"an upload of more than {content.most} bytes is not read")
    return Part(name, bytes(content.bytes))


class _Bounded:
    """The bytes of an upload; of one that is too large none."""

    def __init__(self, most: int) -> None:
        self.most, self.over, self.bytes = most, False, bytearray()

    def add(self, some: bytes) -> None:
        self.over = self.over or len(self.bytes) + len(some) > self.most
        if self.over:
            self.bytes.clear()
        else:
            self.bytes += some


class _Reading:
    """A form while it comes in, a piece at a time."""

    def __init__(self, read: Callable[[int], bytes], delimiter: bytes) -> None:
        self._read, self._delimiter = read, delimiter
        self._held = b"\r\n"  # the first delimiter may have no line before it

    def until_delimiter(self, take: Callable[[bytes], None]) -> None:
        """Hand over everything up to the next delimiter, and pass over that."""
        keep = len(self._delimiter) - 1  # a delimiter may lie across two pieces
        while (at := self._held.find(self._delimiter)) < 0:
            take(self._held[:-keep])
            self._held = self._held[-keep:] + self._more()
        take(self._held[:at])
        self._held = self._held[at + len(self._delimiter) :]

    def ended(self) -> bool:
        """Whether the delimiter just passed was the last one."""
        while len(self._held) < 2:
            self._held += self._more()
        return self._held.startswith(b"--")

    def head(self) -> bytes:
        """The lines above a part."""
        while (at := self._held.find(b"\r\n\r\n", 0, LONGEST_HEADERS)) < 0:
            if len(self._held) >= LONGEST_HEADERS:
                raise Invalid("a part of the form has no end to its head")
            self._held += self._more()
        head, self._held = self._held[:at], self._held[at + 4 :]
        return head

    def _more(self) -> bytes:
        some = self._read(PIECE)
        if not some:
            raise Invalid("the form is cut off")
        return some
