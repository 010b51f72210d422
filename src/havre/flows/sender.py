"""One process of a node sends at a time, on whatever machine; what it holds ends with it, however it ends.

So whoever holds it knows that nobody else is in the middle of sending, and may settle what one that ended left behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from havre.flows.holding import alone_at
from havre.flows.home import Home

LOCK = "letters"
"""The lock's file in a home, where the database is one too."""

NUMBER = 0x48_41_56_52_45_4C
"""The lock's number on a PostgreSQL server: of a session, which ends with its process."""


@contextmanager
def only_sender(home: Home) -> Iterator[bool]:
    """Whether this process may send; nobody else does meanwhile."""
    with alone_at(home, LOCK) as mine:
        if not mine or connection.vendor != "postgresql":
            yield mine
            return
        with _of_server() as ours:
            yield ours


@contextmanager
def _of_server() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])
