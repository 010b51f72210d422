"""Statements that are asked again and again: PostgreSQL keeps them prepared, one cursor of a connection asks all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

STATEMENTS = 500
"""Statements that a connection keeps prepared: more than there are forms, or they would push one another out."""


def answer(current: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """All rows of a statement, by a connection as Django has it."""
    if current.vendor != "postgresql" or current.queries_logged or current.execute_wrappers:
        with prepared(current) as cursor:
            return _rows(cursor, sql, parameters)
    current.ensure_connection()
    current.validate_no_broken_transaction()
    with current.wrap_database_errors:
        return _rows(_cursor(current), sql, parameters, prepare=True)


def answer_anew(current: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """All rows of a statement that is planned for these values alone."""
    with current.cursor() as cursor:
        return _rows(cursor, sql, parameters)


def prepared(current: Any) -> Any:
    """A cursor for SQL that is asked again and again."""
    if current.vendor != "postgresql":
        return current.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    current.ensure_connection()
    current.connection.prepared_max = STATEMENTS
    make = current.make_debug_cursor if current.queries_logged else current.make_cursor
    return make(ServerBindingCursor(current.connection))  # type: ignore[call-arg]


def write_together(current: Any, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
    """Several writes, of which none asks for what another does; PostgreSQL is told them at once."""
    if current.vendor != "postgresql":
        with current.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return
    *first, last = (sql for sql, _values in statements)
    named = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(first))
    values = [value for _sql, values in statements for value in values]
    answer(current, f"WITH {named} {last} RETURNING NULL" if first else f"{last} RETURNING NULL", values)


def _rows(cursor: Any, sql: str, parameters: Sequence[object], **how: bool) -> list[tuple[Any, ...]]:
    cursor.execute(sql, parameters, **how)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _cursor(current: Any) -> Any:
    """The one cursor of this connection: whoever asks has read all rows before anybody asks again."""
    kept = current.__dict__.get("havre_cursor")
    if kept is None or kept.connection is not current.connection:
        kept = current.__dict__["havre_cursor"] = _new_cursor(current.connection)
    return kept


def _new_cursor(held: Any) -> Any:
    from psycopg import Cursor
    from psycopg.types.datetime import TimestamptzLoader

    class Times(TimestamptzLoader):
        """Times as a database that was told to speak UTC writes them."""

        def load(self, data: Any) -> datetime:
            try:
                return datetime.fromisoformat(bytes(data).decode())
            except ValueError:  # before the year 1 or after 9999: psycopg says so in its own words
                return super().load(data)

    held.prepared_max = STATEMENTS
    cursor = Cursor(held)
    cursor.adapters.register_loader("timestamptz", Times)
    return cursor
