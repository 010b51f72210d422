"""Statements that are asked again and again: PostgreSQL keeps them prepared, and they are asked of it directly."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from havre.statements import Statements


def answer(current: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """All rows of a statement, by a connection as Django has it."""
    if current.vendor != "postgresql" or current.queries_logged or current.execute_wrappers:
        with prepared(current) as cursor:
            return _rows(cursor, sql, parameters)
    current.ensure_connection()
    current.validate_no_broken_transaction()
    with current.wrap_database_errors:
        return _statements(current.connection).rows(sql, parameters)


def answer_together(current: Any, asked: Sequence[str]) -> list[list[tuple[Any, ...]]]:
    """All rows of several questions without values, each asked after the one before was answered.

    PostgreSQL is told them at once, with the beginning of the transaction where it has not begun.
    """
    if current.vendor != "postgresql" or current.queries_logged or current.execute_wrappers:
        return [answer(current, sql, ()) for sql in asked]
    current.ensure_connection()
    current.validate_no_broken_transaction()
    with current.wrap_database_errors:
        return _statements(current.connection).together(asked)


def answer_anew(current: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """All rows of a statement that is planned for these values alone."""
    if current.vendor != "postgresql" or current.queries_logged or current.execute_wrappers:
        with current.cursor() as cursor:
            return _rows(cursor, sql, parameters)
    current.ensure_connection()
    current.validate_no_broken_transaction()
    with current.wrap_database_errors:
        return _statements(current.connection).once(sql, parameters)


def prepared(current: Any) -> Any:
    """A cursor for SQL that is asked again and again."""
    if current.vendor != "postgresql":
        return current.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    current.ensure_connection()
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


def _rows(cursor: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    cursor.execute(sql, parameters)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _statements(held: Any) -> "Statements":
    """Those of a connection of psycopg, kept with it: what Django calls one may stand for that of any thread."""
    found: Statements | None = held.__dict__.get("havre_statements")
    return _first_of(held) if found is None else found


def _first_of(held: Any) -> "Statements":
    from havre.statements import Statements

    # Whoever asks first asks always: a connection is its thread's.
    signalled = threading.current_thread() is threading.main_thread()
    made = held.__dict__["havre_statements"] = Statements(held, signalled=signalled)
    return made
