"""Questions to the database that may take so long and no longer, on either kind of database."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from havre.errors import Unavailable
from havre.prepared import answer

STEPS = 20_000
"""Instructions of SQLite between two looks at the clock: some milliseconds."""

PLANNED = {"random_page_cost": "1.1", "max_parallel_workers_per_gather": "0"}
"""How PostgreSQL plans such questions: a row that an index names is in memory as often as its neighbour, and nobody
takes both cores for one of many who ask."""


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


def _set(settings: Mapping[str, str]) -> dict[str, str]:
    """What PostgreSQL does until the transaction ends; what it did before."""
    before, now = (", ".join(form for _ in settings) for form in ("current_setting(%s)", "set_config(%s, %s, true)"))
    [told] = answer(
        connection, f"SELECT {before}, {now}", [*settings, *(each for pair in settings.items() for each in pair)]
    )
    return dict(zip(settings, told, strict=False))


@contextmanager
def _stopping(seconds: float, within: bool) -> Iterator[None]:
    if connection.vendor == "postgresql":
        before = _set({"statement_timeout": str(max(1, int(seconds * 1000)))} | PLANNED)
        yield
        if within:  # else it ends with the transaction
            _set(before)
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
