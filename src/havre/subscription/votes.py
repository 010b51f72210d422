"""What a platform says of entries: kept until the publisher has it, and told again until then.

A file of its own beside the entries, which may be removed and fetched again: a person's word may not. Of one entry the
last word holds, here as at the publisher's, so telling it twice changes nothing; who tells does it alone and in order,
so that no older word arrives behind a newer one.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from havre.errors import Broken, HavreError, Unavailable
from havre.subscription.fetcher import NotTaken
from havre.subscription.words import Word

FILE = "votes.sqlite"
LOCK = "voting"
MOST_WAITING = 100_000
"""Words that are kept here: whoever has more to say than that has lost their publisher."""
MOST_REFUSED = 10_000
"""Words that the publisher will not have, which nobody may come to see; the oldest ones are forgotten."""
MOST_TOLD = 1_000
"""Words told in one go."""
PATIENCE = 60.0

TABLES = """
CREATE TABLE IF NOT EXISTS votes (said INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, number INTEGER NOT NULL,
    up INTEGER NOT NULL, reason TEXT NOT NULL, refused TEXT NOT NULL DEFAULT '',
    who TEXT NOT NULL DEFAULT '', UNIQUE (list, number))
"""
WORDS = "SELECT list, number, up, reason, said, refused FROM votes"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A word that the publisher does not have."""

    word: Word
    said: int
    """Counts up: which word is the later one."""
    refused: str = ""
    """Why the publisher will not have it; it is told no more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What telling brought: how many words the publisher took, which it refused, and why the rest waits."""

    taken: int = 0
    refused: tuple[Unsaid, ...] = ()
    trouble: str = ""


class Votes:
    """The words of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, words: Sequence[Word], who: str = "") -> None:
        """Keep words of somebody until they are told, all or none; durable at the end. Of an entry the last one holds.

        Who said a word stays here: the publisher is not told.
        """
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(
                "INSERT OR REPLACE INTO votes (list, number, up, reason, who) VALUES (?, ?, ?, ?, ?)",
                [(each.list, each.number, each.up, each.reason.strip(), who) for each in words],
            )
            (count,) = db.execute("SELECT count(*) FROM votes WHERE refused = ''").fetchone()
            if count > MOST_WAITING:
                db.execute("ROLLBACK")
                raise Unavailable("%(most)s votes wait for the publisher already: reach it first", most=MOST_WAITING)
            db.execute("COMMIT")

    def waiting(self) -> int:
        """How many words are still to be told."""
        return self._count("refused = ''")

    def refused(self, most: int = 100, who: str | None = None) -> list[Unsaid]:
        """Words that the publisher will not have, the latest first; of everybody, or of one who said them."""
        if not self.path.exists():
            return []
        with self._open() as db:
            return _read(db, "WHERE refused != '' AND who = coalesce(?, who) ORDER BY said DESC LIMIT ?", who, most)

    def refused_count(self) -> int:
        """How many there are of those."""
        return self._count("refused != ''")

    def tell(self, post: Callable[[Word], None], most: int = MOST_TOLD) -> Told:
        """Tell what waits, in the order in which it was said. `post` raises NotTaken for what is refused for good.

        Whatever else it raises of ours is trouble: the word waits, and what was said after it too.
        """
        if not self.waiting():
            return Told()
        with self._alone() as alone, self._open() as db:
            if not alone:
                return Told(trouble="another process is telling votes: it sees to it")
            return _tell(db, _read(db, "WHERE refused = '' ORDER BY said LIMIT ?", most), post)

    def forget(self, refused: Sequence[Unsaid]) -> None:
        """Forget what the publisher will not have, once somebody saw it."""
        with self._open() as db:
            db.executemany("DELETE FROM votes WHERE refused != '' AND said = ?", [(each.said,) for each in refused])

    @property
    def path(self) -> Path:
        """The file of the words."""
        return self._folder / FILE

    def _count(self, which: str) -> int:
        if not self.path.exists():
            return 0
        with self._open() as db:
            (count,) = db.execute(f"SELECT count(*) FROM votes WHERE {which}").fetchone()  # noqa: S608
        return int(count)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as db:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                _make(db)
                yield db
        except sqlite3.OperationalError as error:
            raise Unavailable("the votes can't be written (%(why)s): make room", why=error) from error
        except sqlite3.DatabaseError as error:
            raise Broken("%(path)s can't be read (%(why)s): look at it by hand", path=self.path, why=error) from error

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield _locked(descriptor)
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell(db: sqlite3.Connection, words: Sequence[Unsaid], post: Callable[[Word], None]) -> Told:
    taken, refused = 0, []
    for kept in words:
        try:
            post(kept.word)
        except NotTaken as error:
            db.execute("UPDATE votes SET refused = ? WHERE said = ?", (str(error)[:500], kept.said))
            refused.append(Unsaid(kept.word, kept.said, str(error)))
        except HavreError as error:
            return Told(taken, tuple(refused), str(error))
        else:
            # A newer word on the same entry took this one's place meanwhile: it has another number, and is told next.
            db.execute("DELETE FROM votes WHERE said = ?", (kept.said,))
            taken += 1
    if refused:
        kept_ones = "SELECT said FROM votes WHERE refused != '' ORDER BY said DESC LIMIT ?"
        db.execute(f"DELETE FROM votes WHERE refused != '' AND said NOT IN ({kept_ones})", (MOST_REFUSED,))  # noqa: S608
    return Told(taken, tuple(refused))


def _make(db: sqlite3.Connection) -> None:
    db.execute(TABLES)
    if "who" in {row[1] for row in db.execute("PRAGMA table_info(votes)")}:
        return
    try:  # a file of before it was kept who says a word
        db.execute("ALTER TABLE votes ADD COLUMN who TEXT NOT NULL DEFAULT ''")
    except sqlite3.OperationalError as error:
        if "duplicate column" not in str(error):  # else another process was first
            raise


def _read(db: sqlite3.Connection, which: str, *given: object) -> list[Unsaid]:
    rows = db.execute(f"{WORDS} {which}", given).fetchall()
    return [Unsaid(Word(name, number, bool(up), reason), said, why) for name, number, up, reason, said, why in rows]
