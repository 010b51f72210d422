"""Entries while they go into their tables: what a change brings and takes away is gathered and written together."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from havre.errors import Invalid
from havre.hashlists.digest import moved
from havre.hashlists.entry import FILM, Signal
from havre.hashlists.outline import Outline, outline_of
from havre.subscription import film_rows

LARGEST_RECORD = 2**32 - 1


def start_of(signal: Signal) -> int:
    """The beginning of a digest, as the number under which it is found."""
    return int.from_bytes(bytes.fromhex(signal.value[:16]), "big", signed=True)


@dataclass(slots=True)
class Writing:
    """One list while entries go into it: inside one change, some at a time."""

    db: sqlite3.Connection
    shelf: int
    last: int
    counts: list[int]
    """Living and retracted ones."""
    digest: str
    replaced: bool = False
    """Whether a line was written over another one."""

    def put(self, entries: Sequence[tuple[Outline, bytes]]) -> None:
        """Take entries in, each number once. What stays the same keeps its record: the index need not hear of it."""
        held = self._held([entry.number for entry, _ in entries])
        fresh, changed, came, went = [], [], Signals(), Signals()
        self.digest = moved(self.digest, (line for _entry, line in entries), (line for _id, line in held.values()))
        for entry, line in entries:
            now = () if entry.retracted else entry.signals
            self.counts[entry.retracted] += 1
            if entry.number not in held:
                self.last += 1
                fresh.append((self.last, self.shelf, entry.number, line))
                came.note(self.last, now)
                continue
            identity, was = held[entry.number]
            before = outline_of(was)
            old = () if before.retracted else before.signals
            self.counts[before.retracted] -= 1
            changed.append((line, identity))
            went.note(identity, [each for each in old if each not in now])
            came.note(identity, [each for each in now if each not in old])
        self.db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", fresh)
        self.replaced = self.replaced or bool(changed)
        self.db.executemany("UPDATE entries SET line = ? WHERE id = ?", changed)
        take_out(self.db, went)
        put_in(self.db, came)

    def _held(self, numbers: list[int]) -> Mapping[int, tuple[int, bytes]]:
        marks = ",".join("?" * len(numbers))
        rows = self.db.execute(
            f"SELECT number, id, line FROM entries WHERE list = ? AND number IN ({marks})",  # noqa: S608
            (self.shelf, *numbers),
        )
        return {number: (identity, line) for number, identity, line in rows}


@dataclass(slots=True)
class Signals:
    """Signals by the entry that carries them, as they are found."""

    hashes: list[tuple[int, bytes]] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    films: list[tuple[int, Signal]] = field(default_factory=list)

    def note(self, identity: int, signals: Iterable[Signal]) -> None:
        """These are of an entry."""
        for each in signals:
            if each.method == "pdq":
                self.hashes.append((identity, bytes.fromhex(each.value)))
            elif each.method == FILM:
                self.films.append((identity, each))
            else:
                self.starts.append((start_of(each), identity))


def put_in(db: sqlite3.Connection, came: Signals) -> None:
    """Have signals find their entries. Raises Invalid where the folder has no numbers left for them."""
    db.executemany("INSERT INTO pdq (entry, value) VALUES (?, ?)", came.hashes)
    db.executemany("INSERT OR IGNORE INTO digests VALUES (?, ?)", sorted(came.starts))
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()
    if last > LARGEST_RECORD:
        raise Invalid("this folder has no numbers left for records: subscribe in a new folder")
    for identity, film in came.films:
        film_rows.put_in(db, identity, [film])


def take_out(db: sqlite3.Connection, went: Signals) -> None:
    """Have signals find their entries no more."""
    these = "FROM pdq WHERE entry = ? AND value = ?"
    db.executemany(f"INSERT OR IGNORE INTO gone SELECT record {these}", went.hashes)
    db.executemany(f"DELETE {these}", went.hashes)
    db.executemany("DELETE FROM digests WHERE start = ? AND entry = ?", sorted(went.starts))
    for identity, film in went.films:
        film_rows.take_out(db, identity, [film])
