"""A list read page by page, in the order in which it changed: whoever stops goes on at the position of the last entry.

An entry that changes moves to the end, so that nobody who reads on misses it, however long the reading takes; one that
was read before comes again, changed. A retraction is such a change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from havre.hashlists.entry import LARGEST, Entry


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where somebody stopped reading: behind this entry."""

    version: int = 0
    number: int = 0


START = Position()


@dataclass(frozen=True, slots=True)
class Between:
    """Entries that changed from this second of the epoch on, and before that one."""

    since: int = 0
    until: int = LARGEST

    def __contains__(self, entry: Entry) -> bool:
        return self.since <= entry.changed < self.until


ALWAYS = Between()


class Changes(Protocol):
    """A list as somebody may read it: from the tables of a node, or from a feed that was fetched."""

    @property
    def name(self) -> str:
        """The list's name."""

    @property
    def version(self) -> int:
        """The version of the feed up to which it can be read."""

    def page(self, after: Position, most: int, between: Between = ALWAYS) -> Sequence[Entry]:
        """At most so many entries behind a position that changed between, in the order of version and number."""


def position_of(entry: Entry) -> Position:
    """Where somebody stands who has just read this entry."""
    return Position(entry.version, entry.number)


def every(changes: Changes, after: Position = START, most: int = 1_000, between: Between = ALWAYS) -> Iterator[Entry]:
    """All entries behind a position, read by pages of so many."""
    while page := changes.page(after, most, between):
        yield from page
        after = position_of(page[-1])
