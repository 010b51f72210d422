"""A node as it stands once it was begun, kept in this process: what a thousand tests begin with is made once.

Only what was written is kept, so whoever begins with it has a database with tables and no rows.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.db import connection

from havre.settings import Settings

HISTORY = "django_migrations"
"""What a database without rows holds all the same."""
NUMBERED = (
    "SELECT format('SELECT setval(%L, %s)', sequence, last) FROM (SELECT format('%I.%I', schemaname, sequencename)"
    " AS sequence, last_value AS last FROM pg_sequences WHERE last_value IS NOT NULL) AS used"
)
"""Statements by which numbers go on where they were."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What beginning wrote into the folder of a home, and how it is written into a database."""

    files: dict[str, tuple[int, bytes]]
    write: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What was begun in this process, by the kind of database."""

    kept: dict[str, Kept] = field(default_factory=dict)

    def begin(self, settings: Settings, begin: Callable[[], None]) -> None:
        """Leave this home and its database as `begin` leaves them."""
        if connection.vendor not in self.kept:
            begin()
            self.kept[connection.vendor] = Kept(_files(settings.home), _rows())
            return
        found = self.kept[connection.vendor]
        for name, (mode, content) in found.files.items():
            _write(settings.home / name, mode, content)
        found.write()


def _files(home: Path) -> dict[str, tuple[int, bytes]]:
    found = (path for path in sorted(home.rglob("*")) if path.is_file() and "sqlite3" not in path.name)
    return {str(path.relative_to(home)): (path.stat().st_mode & 0o777, path.read_bytes()) for path in found}


def _write(path: Path, mode: int, content: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    path.write_bytes(content)
    path.chmod(mode)


def _rows() -> Callable[[], None]:
    connection.ensure_connection()
    return _sqlite_rows() if connection.vendor == "sqlite" else _postgresql_rows()


def _sqlite_rows() -> Callable[[], None]:
    kept = sqlite3.connect(":memory:")
    cast("sqlite3.Connection", connection.connection).backup(kept)

    def write() -> None:
        connection.ensure_connection()
        kept.backup(cast("sqlite3.Connection", connection.connection))

    return write


def _postgresql_rows() -> Callable[[], None]:
    tables = [name for name in connection.introspection.table_names() if name != HISTORY]
    with connection.cursor() as asked:
        written = {name: copied for name in tables if (copied := _copied(asked, name))}
        asked.execute(NUMBERED)
        numbered = "; ".join(statement for (statement,) in asked.fetchall())
    emptied = "; ".join(f'DELETE FROM "{name}"' for name in written)

    def write() -> None:
        with connection.cursor() as told:
            # In whatever order tables refer to each other.
            told.execute(f"SET session_replication_role = replica; {emptied}")
            for name, rows in written.items():
                with told.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)
            told.execute(f"SET session_replication_role = origin; {numbered}")

    return write


def _copied(asked: Any, table: str) -> bytes:
    with asked.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)
