"""Statements asked through one cursor: in and out of transactions, watched or not, after errors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from havre.prepared import answer, prepared, write_together
from havre.units.models import Unit

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
NAMES = "SELECT name, founded_at FROM units_unit WHERE name >= %s ORDER BY name"


@pytest.fixture
def units(database: object) -> list[tuple[str, datetime]]:
    made = [(f"unit {number}", AT + timedelta(days=number)) for number in range(3)]
    Unit.objects.bulk_create([Unit(name=name, country="BE", founded_at=at) for name, at in made])
    return made


def told(least: str = "unit") -> list[tuple[str, datetime]]:
    found = answer(connection, NAMES, [least])
    if connection.vendor == "postgresql":
        return [(name, at) for name, at in found]
    return [
        (name, at.replace(tzinfo=UTC) if hasattr(at, "replace") and not isinstance(at, str) else at)
        for name, at in found
    ]


def named(least: str = "unit") -> list[str]:
    return [name for name, _at in told(least)]


def test_the_rows_are_those_that_are_there(units: list[tuple[str, datetime]]) -> None:
    assert named() == [name for name, _at in units]
    assert named("unit 2") == ["unit 2"]
    assert named("%s'; --") == named("")
    if connection.vendor == "postgresql":
        assert told() == units
        assert all(at.utcoffset() == timedelta(0) for _name, at in told())


def test_what_a_transaction_wrote_is_seen_in_it_and_undone_with_it(units: list[tuple[str, datetime]]) -> None:
    with transaction.atomic():
        named()  # the first statement of the transaction
        Unit.objects.filter(name="unit 0").update(name="unit 9")
        assert named() == ["unit 1", "unit 2", "unit 9"]
        transaction.set_rollback(True)
    assert named() == [name for name, _at in units]
    with transaction.atomic():
        write_together(connection, [("UPDATE units_unit SET name = %s WHERE name = %s", ["unit 7", "unit 1"])])
    assert named() == ["unit 0", "unit 2", "unit 7"]


def test_an_error_is_the_databases_and_the_next_question_is_answered(units: list[tuple[str, datetime]]) -> None:
    with pytest.raises(DatabaseError):
        answer(connection, "SELECT nothing FROM units_unit WHERE name = %s", ["x"])
    assert named() == [name for name, _at in units]


def test_a_transaction_that_failed_answers_nothing_more(units: list[tuple[str, datetime]]) -> None:
    assert units
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(savepoint=False):
            answer(connection, "SELECT nothing FROM units_unit WHERE name = %s", ["x"])
        with pytest.raises(TransactionManagementError):
            named()
        transaction.set_rollback(True)


def test_who_watches_the_questions_sees_them(units: list[tuple[str, datetime]]) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert named() == [name for name, _at in units]
    assert len(seen) == 1
    watched: list[str] = []

    def watching(run: Callable[..., object], sql: str, *more: object) -> object:
        watched.append(sql)
        return run(sql, *more)

    with connection.execute_wrapper(watching):
        named()
    assert watched == [NAMES]


def test_a_connection_that_is_gone_is_an_error_and_the_next_one_answers(units: list[tuple[str, datetime]]) -> None:
    assert named()
    if connection.vendor == "postgresql":
        connection.connection.close()
        with pytest.raises((OperationalError, InterfaceError)):
            named()
    connection.close()
    assert named() == [name for name, _at in units]


def test_a_cursor_for_statements_that_stay(units: list[tuple[str, datetime]]) -> None:
    with prepared(connection) as cursor:
        cursor.execute(NAMES, ["unit 1"])
        assert [row[0] for row in cursor.fetchall()] == ["unit 1", "unit 2"]
    assert units
