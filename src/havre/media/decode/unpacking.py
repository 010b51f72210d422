"""The parent's end of an archive being taken apart: counts every byte against one budget for the whole root."""

from collections.abc import Callable, Iterator
from typing import Any

from havre.media.decode.outcomes import Broke, Budget, Member
from havre.media.decode.wire import Message

Next = Callable[[], Message]


class Unpacking:
    """The members of one archive, one after the other; afterwards `trouble` says what is wrong with the whole."""

    def __init__(self, next_message: Next, budget: Budget) -> None:
        self._next = next_message
        self._budget = budget
        self._inside = False
        self.count = 0
        self.trouble: str | None = None

    def __iter__(self) -> Iterator[Member]:
        while True:
            head, _ = self._next()
            if "member" in head:
                yield from self._member(head)
            elif "skipped" in head:
                self._budget.take_bytes(_whole(head["skipped"]) or 0)
            elif "finished" in head:
                self.trouble = _told(head.get("trouble"))
                return
            else:
                raise Broke("the unpacker gave no proper answer")

    def _member(self, head: dict[str, Any]) -> Iterator[Member]:
        self.count += 1
        self._budget.take_file()
        name, modified = _told(head["member"]), _told(head.get("modified"))
        member = Member(name or "", _whole(head.get("size")), modified, iter(()))
        member.chunks = self._chunks(member)
        self._inside = True
        yield member
        for _ in member.chunks:
            pass  # whoever does not want it all still has it counted
        while self._inside:
            self._piece(member)

    def _chunks(self, member: Member) -> Iterator[bytes]:
        while self._inside:
            if piece := self._piece(member):
                yield piece

    def _piece(self, member: Member) -> bytes:
        head, body = self._next()
        if "end" in head:
            member.trouble, self._inside = _told(head.get("trouble")), False
        elif "piece" not in head:
            raise Broke("the unpacker gave no proper answer")
        self._budget.take_bytes(len(body))
        return body


def _told(value: object) -> str | None:
    return value[:2000] if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**63 else None
