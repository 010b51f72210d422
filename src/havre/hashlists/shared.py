"""Lists of single signals: several entries may carry one signal, and taking back one of them does not take back it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from havre.hashlists.changes import Changes
from havre.hashlists.entry import Entry, Kind

MOST_SHARED = 50
"""Entries that are named for one signal: thousands of flat pictures may have the same PDQ."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One signal of a kind of content, whatever version of its method made it."""

    kind: Kind
    method: str
    value: str


class Shared(Changes, Protocol):
    """A list that can be asked which of its entries carry a signal."""

    def living(self, marks: Collection[Mark]) -> Mapping[Mark, Sequence[Entry]]:
        """The living entries that carry each of these, by number; a mark that none carries may be missing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A signal as the list holds it now, told because this entry changed."""

    mark: Mark
    because: Entry
    living: tuple[Entry, ...]
    """Those that carry it; where there are none, whoever holds it deletes it."""


def marks_of(entry: Entry) -> list[Mark]:
    """The signals of an entry, each once."""
    return list(dict.fromkeys(Mark(entry.kind, each.method, each.value) for each in entry.signals))


def every_mark(_mark: Mark) -> bool:
    """Whatever the signal."""
    return True


def held(changes: Shared, page: Sequence[Entry], wanted: Callable[[Mark], bool] = every_mark) -> Iterator[Held]:
    """Every wanted signal of every entry of a page, in order, as it is held now."""
    told = [(entry, mark) for entry in page for mark in marks_of(entry) if wanted(mark)]
    living = changes.living({mark for _, mark in told})
    for entry, mark in told:
        yield Held(mark, entry, tuple(living.get(mark, ()))[:MOST_SHARED])


def fitting(page: Sequence[Entry], most: int, weight: Callable[[Entry], int]) -> list[Entry]:
    """The first entries whose records together are at most so many, and always one: none is cut in two."""
    given: list[Entry] = []
    total = 0
    for entry in page:
        total += weight(entry)
        if given and total > most:
            break
        given.append(entry)
    return given
