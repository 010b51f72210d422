"""Looks of films in the entries' file: a row a film, its looks numbered one after the other, once and never again.

The looks themselves stand in the line of their entry and nowhere else; the index of films holds their hashes.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from havre.errors import Invalid
from havre.fingerprints.looks import Looks, unpack
from havre.hashlists.entry import FILM, VERSIONS, Entry, Signal
from havre.hashlists.lines import entry_of

TABLES = """
CREATE TABLE IF NOT EXISTS films (first INTEGER PRIMARY KEY, entry INTEGER NOT NULL, looks INTEGER NOT NULL,
    which INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS films_of ON films (entry);
CREATE TABLE IF NOT EXISTS films_gone (first INTEGER PRIMARY KEY, looks INTEGER NOT NULL)
"""
LAST = "last look"
"""The fact that says which number a look had last."""
LARGEST_RECORD = 2**32 - 1
AT_ONCE = 200
"""Films whose looks are in memory at a time."""

HELD = """
SELECT films.first, films.which, lists.name, entries.line FROM films JOIN entries ON entries.id = films.entry
    JOIN lists ON lists.id = entries.list
"""


@dataclass(frozen=True, slots=True)
class FilmHeld:
    """A film of an entry, and the list that this stands in."""

    first: int
    """The number of its first look."""
    shelf: str
    entry: Entry
    looks: Looks


def films_of(signals: Iterable[Signal]) -> list[Signal]:
    """Those that are looks of a film, of the version that is known here: others are passed over."""
    return [each for each in signals if each.method == FILM and each.version == VERSIONS[FILM]]


def put_in(db: sqlite3.Connection, entry: int, signals: Iterable[Signal]) -> None:
    """Number the looks of an entry's films. Raises Invalid where they are none. Inside a change."""
    for signal in films_of(signals):
        looks = len(unpack(bytes.fromhex(signal.value)))
        (last,) = db.execute("SELECT coalesce(max(value), 0) FROM facts WHERE name = ?", (LAST,)).fetchone()
        if last + looks > LARGEST_RECORD:
            raise Invalid("this folder has no numbers left for looks of films: subscribe in a new folder")
        row = (last + 1, entry, looks, _mark(signal))
        db.execute("INSERT INTO films (first, entry, looks, which) VALUES (?, ?, ?, ?)", row)
        db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (LAST, last + looks))


def take_out(db: sqlite3.Connection, entry: int, signals: Iterable[Signal]) -> None:
    """Nothing finds these films any more. Inside a change."""
    for signal in films_of(signals):
        those = (entry, _mark(signal))
        db.execute("INSERT INTO films_gone SELECT first, looks FROM films WHERE entry = ? AND which = ?", those)
        db.execute("DELETE FROM films WHERE entry = ? AND which = ?", those)


def _mark(signal: Signal) -> int:
    """Which of an entry's films a signal is: by its last bytes, which are those of a hash."""
    return int(signal.value[-15:], 16)


def above(db: sqlite3.Connection, record: int) -> Iterator[tuple[list[int], bytes]]:
    """Numbers of looks above one with their hashes, whole films in their order, for the index; some at a time."""
    while rows := db.execute(
        f"{HELD} WHERE films.first > ? ORDER BY films.first LIMIT {AT_ONCE}", (record,)
    ).fetchall():
        films = [_held(*row) for row in rows]
        records = [number for each in films for number in range(each.first, each.first + len(each.looks))]
        yield records, b"".join(each.looks.hashes.tobytes() for each in films)
        record = films[-1].first


def places(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The number of the first look of every film, in order, and how many it has."""
    return [(first, looks) for first, looks in db.execute("SELECT first, looks FROM films ORDER BY first")]


def signature(db: sqlite3.Connection) -> tuple[int, int]:
    """Changes whenever the films do: how many there are, and the number of the last one's first look."""
    count, last = db.execute("SELECT count(*), coalesce(max(first), 0) FROM films").fetchone()
    return int(count), int(last)


def gone(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The same of films that the index is still to forget."""
    return [(first, looks) for first, looks in db.execute("SELECT first, looks FROM films_gone")]


def forgotten(db: sqlite3.Connection, films: Iterable[tuple[int, int]]) -> None:
    """The index has forgotten these. Inside a change."""
    db.executemany("DELETE FROM films_gone WHERE first = ?", ((first,) for first, _looks in films))


def film(db: sqlite3.Connection, first: int) -> FilmHeld | None:
    """The film whose first look has this number; None where it was taken back."""
    row = db.execute(f"{HELD} WHERE films.first = ?", (first,)).fetchone()
    return None if row is None else _held(*row)


def listed(db: sqlite3.Connection, first: int) -> tuple[str, Entry] | None:
    """The list and the entry of that film alone."""
    row = db.execute(f"{HELD} WHERE films.first = ?", (first,)).fetchone()
    return None if row is None else (row[2], entry_of(row[3]))


def _held(first: int, which: int, shelf: str, line: bytes) -> FilmHeld:
    entry = entry_of(line)
    signal = next(each for each in films_of(entry.signals) if _mark(each) == which)
    return FilmHeld(first, shelf, entry, unpack(bytes.fromhex(signal.value)))
