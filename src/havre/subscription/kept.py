"""The entries of a feed as a file of SQLite: the truth of the folder, changed as a whole or not at all.

Each PDQ is a record of a number that is given once, for the index. Of digests the first eight bytes are kept in order:
what they find is compared with the whole entry.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from havre.errors import Broken, Unavailable
from havre.hashlists.digest import EMPTY, moved
from havre.hashlists.entry import Entry, Signal
from havre.hashlists.lines import entry_of, line_of
from havre.hashlists.outline import Outline, outline_of, outlined
from havre.subscription import film_rows
from havre.subscription.writing import Signals, Writing, start_of, take_out

FILE = "entries.sqlite"
AT_ONCE = 500
"""Entries written at a time."""
MOST_ASKED = 500
"""Values in one question."""
CACHE_KIB = 65_536
"""Memory of whoever writes, while they write."""
LOG_BYTES = 64 << 20
"""What the write-ahead log is cut back to after a first reading, which makes it as large as the lists."""
PATIENCE = 60.0
TOOK, EMPTIED = "took away", "emptied"
"""Facts: how often lines were written over or removed, and after how many of those the log was emptied of them."""
FORMAT = 2
"""1 was without digests of lists, and without films."""

TABLES = """
CREATE TABLE lists (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, at INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0, living INTEGER NOT NULL DEFAULT 0, retracted INTEGER NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '');
CREATE TABLE entries (id INTEGER PRIMARY KEY, list INTEGER NOT NULL, number INTEGER NOT NULL, line BLOB NOT NULL,
    UNIQUE (list, number));
CREATE TABLE pdq (record INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX pdq_of ON pdq (entry);
CREATE TABLE digests (start INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (start, entry)) WITHOUT ROWID;
CREATE TABLE gone (record INTEGER PRIMARY KEY);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""

BY_RECORDS = """
SELECT pdq.record, lists.name, entries.line FROM pdq JOIN entries ON entries.id = pdq.entry
    JOIN lists ON lists.id = entries.list WHERE pdq.record IN (?)
"""
BY_STARTS = """
SELECT digests.start, lists.name, entries.line FROM digests JOIN entries ON entries.id = digests.entry
    JOIN lists ON lists.id = entries.list WHERE digests.start IN (?) ORDER BY digests.start, entries.id
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list as it stands in the folder."""

    name: str
    version: int
    at: int
    """Seconds of the epoch, as its publisher says."""
    told: int
    """The version of which its publisher took the receipt."""
    living: int
    retracted: int
    digest: str = field(default="", compare=False)
    """Of its entries (havre.hashlists.digest); empty where it is not known yet."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Which entries there are: versions by list, and the last record that was given."""

    versions: tuple[tuple[str, int], ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """An entry, and the list that it stands in."""

    shelf: str
    entry: Entry


class Kept:
    """One connection to the entries; used by one thread."""

    def __init__(self, folder: Path) -> None:
        """Open the entries of a folder, made where there are none. Raises Broken where they can't be read."""
        self.path = folder / FILE
        try:
            self._db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA secure_delete = ON")  # what is removed is written over, however SQLite was built
            self._db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            if found < FORMAT:
                self._make()
        except sqlite3.DatabaseError as error:
            raise _unreadable(self.path, error) from error
        if found > FORMAT:
            raise Broken("%(path)s is of a newer Havre: use that one, or another folder", path=self.path)

    def _make(self) -> None:
        with self.changing():
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            columns = {row[1] for row in self._db.execute("PRAGMA table_info(lists)")}
            if found == 1 and "digest" not in columns:
                self._db.execute("ALTER TABLE lists ADD COLUMN digest TEXT NOT NULL DEFAULT ''")
            if found == 0:  # nobody else was first
                for statement in TABLES.split(";"):
                    self._db.execute(statement)
                # An index belongs to these entries alone: numbers of records begin again with the file.
                self._db.execute("INSERT INTO facts VALUES ('itself', ?)", (int.from_bytes(os.urandom(6), "big"),))
            if found < FORMAT:
                for statement in film_rows.TABLES.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {FORMAT}")

    @property
    def db(self) -> sqlite3.Connection:
        """The connection, for what reads the rows of films."""
        return self._db

    def close(self) -> None:
        """End the connection."""
        self._db.close()

    # ---- reading ----

    def shelves(self) -> list[Shelf]:
        """Every list, by name."""
        rows = self._db.execute("SELECT name, version, at, told, living, retracted, digest FROM lists ORDER BY name")
        return [Shelf(*row) for row in rows]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read inside is read as of one moment, whatever is changed meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def stand(self) -> Stand:
        """Where the entries stand."""
        versions = tuple(self._db.execute("SELECT name, version FROM lists ORDER BY name"))
        (last,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()
        return Stand(versions, last)

    def version_of(self, name: str) -> int:
        """The version of a list; 0 where it is not held."""
        row = self._db.execute("SELECT version FROM lists WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def by_records(self, records: Sequence[int]) -> dict[int, Held]:
        """The entry of each record that still has one."""
        found: dict[int, Held] = {}
        for some in _few(records):
            rows = self._db.execute(BY_RECORDS.replace("?", _marks(some)), some)
            found |= {record: Held(name, entry_of(line)) for record, name, line in rows}
        return found

    def standing(self, name: str, numbers: Sequence[int]) -> set[int]:
        """Those of these numbers under which a list holds an entry that was not taken back."""
        found = set()
        for some in _few(numbers):
            rows = self._db.execute(
                "SELECT line FROM entries WHERE list = (SELECT id FROM lists WHERE name = ?) "  # noqa: S608
                f"AND number IN ({_marks(some)})",
                (name, *some),
            )
            outlines = (outline_of(line) for (line,) in rows)
            found |= {each.number for each in outlines if not each.retracted}
        return found

    def by_digests(self, digests: Sequence[Signal]) -> dict[Signal, list[Held]]:
        """The entries that carry each of these digests."""
        asked: dict[int, list[Signal]] = {}
        for digest in digests:
            asked.setdefault(start_of(digest), []).append(digest)
        found: dict[Signal, list[Held]] = {}
        for some in _few(sorted(asked)):
            rows = self._db.execute(BY_STARTS.replace("?", _marks(some)), some)
            for start, name, line in rows:
                held = Held(name, entry_of(line))
                carried = {(each.method, each.value) for each in held.entry.signals}
                for digest in asked[start]:
                    if (digest.method, digest.value) in carried:
                        found.setdefault(digest, []).append(held)
        return found

    def records_above(self, record: int, most: int = 50_000) -> Iterator[tuple[list[int], bytes]]:
        """Records above one with their hashes, for the index; some at a time."""
        while rows := self._db.execute(
            "SELECT record, value FROM pdq WHERE record > ? ORDER BY record LIMIT ?", (record, most)
        ).fetchall():
            yield [row[0] for row in rows], b"".join(row[1] for row in rows)
            record = rows[-1][0]

    def gone(self) -> list[int]:
        """Records that the index is still to forget."""
        return [record for (record,) in self._db.execute("SELECT record FROM gone")]

    def fact(self, name: str) -> int:
        """A number kept beside the entries; 0 where it was never kept."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    # ---- changing ----

    def settle(self) -> None:
        """Move what was changed from the log into the file, as far as nobody reads it just now.

        Where something was taken away, the log that still has it is emptied: now, or when this is asked again.
        """
        took = self.fact(TOOK)
        if took == self.fact(EMPTIED):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            return
        self._db.execute("PRAGMA busy_timeout = 0")  # nobody waits for readers: there is a next time
        try:
            ((busy, *_),) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:  # somebody writes: they settle it
            busy = True
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1_000)}")
        if not busy:
            with self.changing():
                self.keep_fact(EMPTIED, took)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All that is changed inside is changed at once, and durable at the end; nothing where something fails."""
        try:
            # Settling writes a change a second time: whoever waits to see it does not wait for that.
            self._db.execute("PRAGMA wal_autocheckpoint = 0")
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise Unavailable("the entries can't be written (%(why)s): make room", why=error) from error
            raise

    def put(self, name: str, entries: Iterable[Entry]) -> None:
        """Take entries into a list, each in place of what stood under its number. Inside `changing`."""
        self.put_read(name, ((outlined(entry), line_of(entry)) for entry in entries))

    def put_read(self, name: str, entries: Iterable[tuple[Outline, bytes]]) -> None:
        """The same, of entries that were just read from these lines. Inside `changing`."""
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._db.execute("INSERT OR IGNORE INTO lists (name, version, at) VALUES (?, 0, 0)", (name,))
        shelf, living, retracted, digest = self._db.execute(
            "SELECT id, living, retracted, digest FROM lists WHERE name = ?", (name,)
        ).fetchone()
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()
        digest = digest or moved(EMPTY, self._lines(shelf))
        writing, waiting = Writing(self._db, shelf, last, [living, retracted], digest), iter(entries)
        while some := list(islice(waiting, AT_ONCE)):
            writing.put(some)
        if writing.replaced:
            self._take_away()
        values = (*writing.counts, writing.digest, shelf)
        self._db.execute("UPDATE lists SET living = ?, retracted = ?, digest = ? WHERE id = ?", values)

    def _lines(self, shelf: int) -> Iterator[bytes]:
        for (line,) in self._db.execute("SELECT line FROM entries WHERE list = ?", (shelf,)):
            yield line

    def keep_only(self, name: str, numbers: Iterable[int]) -> None:
        """Remove what a list no longer names. Inside `changing`."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS named (number INTEGER PRIMARY KEY)")
        self._db.execute("DELETE FROM named")
        self._db.executemany("INSERT OR IGNORE INTO named VALUES (?)", ((number,) for number in numbers))
        self._remove("list = (SELECT id FROM lists WHERE name = ?) AND number NOT IN (SELECT number FROM named)", name)

    def drop(self, name: str) -> None:
        """Remove a list with all its entries. Inside `changing`."""
        self._remove("list = (SELECT id FROM lists WHERE name = ?)", name)
        self._db.execute("DELETE FROM lists WHERE name = ?", (name,))

    def _remove(self, which: str, name: str) -> None:
        self._take_away()
        some = f"SELECT id, list, line FROM entries WHERE {which} LIMIT {AT_ONCE}"  # noqa: S608
        while rows := self._db.execute(some, (name,)).fetchall():
            went = Signals()
            for identity, shelf, line in rows:
                entry = outline_of(line)
                went.note(identity, entry.signals)
                self._db.execute("DELETE FROM entries WHERE id = ?", (identity,))
                count = "retracted" if entry.retracted else "living"
                self._db.execute(f"UPDATE lists SET {count} = {count} - 1 WHERE id = ?", (shelf,))  # noqa: S608
            take_out(self._db, went)
            self._db.execute(
                "UPDATE lists SET digest = ? WHERE name = ? AND digest <> ''",
                (moved(self._digest(name), (), (line for *_, line in rows)), name),
            )

    def _take_away(self) -> None:
        self.keep_fact(TOOK, self.fact(TOOK) + 1)

    def _digest(self, name: str) -> str:
        row = self._db.execute("SELECT digest FROM lists WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row and row[0] else EMPTY

    def stand_at(self, name: str, version: int, at: int) -> None:
        """Say which version a list is at. Inside `changing`."""
        self._db.execute("INSERT OR IGNORE INTO lists (name, version, at) VALUES (?, 0, 0)", (name,))
        self._db.execute("UPDATE lists SET version = ?, at = ? WHERE name = ?", (version, at, name))

    def taken(self, name: str, version: int) -> None:
        """The publisher took the receipt of a version."""
        self._db.execute("UPDATE lists SET told = max(told, ?) WHERE name = ?", (version, name))

    def forgotten(self, records: Iterable[int]) -> None:
        """The index has forgotten these records."""
        with self.changing():
            self._db.executemany("DELETE FROM gone WHERE record = ?", ((record,) for record in records))

    def keep_fact(self, name: str, value: int) -> None:
        """Keep a number beside the entries."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def _few(values: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(values), MOST_ASKED):
        yield list(values[at : at + MOST_ASKED])


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))


def _unreadable(path: Path, error: Exception) -> Broken:
    return Broken("%(path)s can't be read (%(why)s): remove the folder and subscribe again", path=path, why=error)
