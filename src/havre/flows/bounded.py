"""Questions to the database that may take so long and no longer, on either kind of database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from havre.errors import Unavailable

STEPS = 20_000
"""Instructions of SQLite between two looks at the clock: some milliseconds."""


@contextmanager
def bounded(seconds: float, otherwise: str) -> Iterator[None]:
    """Raises Unavailable, with the sentence, where the questions asked inside take longer than this together."""
    try:
        within = connection.in_atomic_block
        with transaction.atomic(), _stopping(seconds, within):
            yield
    except OperationalError as error:
        if _stopped(error):
            raise Unavailable(otherwise) from error
        raise


@contextmanager
def _stopping(seconds: float, within: bool) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(max(1, int(seconds * 1000)))])
        yield
        if within:  # else it ends with the transaction
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        return
    until = time.monotonic() + seconds
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def _stopped(error: OperationalError) -> bool:
    return "interrupted" in str(error) or "statement timeout" in str(error)
