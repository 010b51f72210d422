"""A list in memory that knows which of its entries carry a signal, and that changes as a publisher's does."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from havre.hashlists.changes import position_of
from havre.hashlists.entry import Entry, Kind
from havre.hashlists.shared import Mark, marks_of
from tests.hashlists.filmed import drawn, signal
from tests.hashlists.made import ENTRIES, made
from tests.hashlists.test_changes import Listed

START = 1_700_000_000


class Sharing(Listed):
    """A published list: what changes gets the next version, and its moment never lies before an earlier one's."""

    def __init__(self, entries: Sequence[Entry], name: str = "national-be") -> None:
        super().__init__(entries)
        self.name = name

    def living(self, marks: Collection[Mark]) -> Mapping[Mark, Sequence[Entry]]:
        found: dict[Mark, list[Entry]] = defaultdict(list)
        for entry in sorted(self.entries.values(), key=lambda each: each.number):
            for mark in marks_of(entry) if not entry.retracted else ():
                if mark in marks:
                    found[mark].append(entry)
        return found

    @property
    def settled(self) -> int:
        """The first second in which nothing has changed yet."""
        return max((each.changed for each in self.entries.values()), default=START) + 1

    def change(self, number: int, **changes: object) -> Entry:
        """An entry changed and published at once, in a second of its own."""
        later = {"version": self.version + 1, "changed": self.settled, **changes}
        self.entries[number] = replace(self.entries[number], **later)  # type: ignore[arg-type]
        return self.entries[number]


def several(count: int, *, a_version: int = 10) -> Sharing:
    """So many entries, some a version; every fifth is a film's, with looks that most formats have no place for."""
    return Sharing(
        [
            _made(number, 1 + (number - 1) // a_version, Kind.PICTURE if number % 5 else Kind.FILM)
            for number in range(1, count + 1)
        ]
    )


def _made(number: int, version: int, kind: Kind) -> Entry:
    entry = made(number, version, kind=kind, categories={"BE": "A1"}, labels=("indoors",))
    return entry if kind == Kind.PICTURE else replace(entry, signals=(*entry.signals, signal(drawn(number, 0, 2))))


LISTS = st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.number).map(lambda some: Sharing(_in_order(some)))
"""Lists as a publisher makes them: a later version never changed earlier."""


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    moments = sorted(entry.changed for entry in entries)
    pairs = zip(sorted(entries, key=position_of), moments, strict=True)
    return [replace(entry, added=min(entry.added, moment), changed=moment) for entry, moment in pairs]
