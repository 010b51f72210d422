"""Statements that a connection of PostgreSQL keeps: after errors, after what was undone, after a table changed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from havre.prepared import answer, answer_anew, answer_together
from havre.statements import MOST, Statements, numbered
from havre.units.models import Unit

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
NAMES = "SELECT name FROM units_unit WHERE name >= %s ORDER BY name"
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'havre_%%'"


@pytest.fixture(params=[True, False], ids=["the main thread", "another thread"])
def kept(database: object, request: pytest.FixtureRequest) -> Callable[[], int]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps none")
    connection.ensure_connection()
    vars(connection.connection)["havre_statements"] = Statements(connection.connection, signalled=request.param)
    Unit.objects.create(name="unit", country="BE", founded_at=AT)
    return lambda: answer(connection, KEPT, [])[0][0]


def test_places_are_numbered_in_their_order() -> None:
    assert numbered("a = %s AND b LIKE 'x%%' AND c = ANY(%s)") == "a = $1 AND b LIKE 'x%' AND c = ANY($2)"
    assert numbered("SELECT 1") == "SELECT 1"


def test_a_statement_is_prepared_once(kept: Callable[[], int]) -> None:
    before = kept()
    for _ in range(5):
        assert answer(connection, NAMES, ["u"]) == [("unit",)]
    assert kept() == before + 1


def test_what_is_undone_takes_no_statement_with_it(kept: Callable[[], int]) -> None:
    answer(connection, NAMES, ["u"])
    before = kept()
    with transaction.atomic():
        Unit.objects.update(name="another")
        with transaction.atomic():
            answer(connection, NAMES, ["u"])
            transaction.set_rollback(True)
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError), transaction.atomic():
        answer(connection, "SELECT nothing FROM units_unit", [])
    assert answer(connection, NAMES, ["u"]) == [("unit",)]
    assert kept() == before


def test_each_kind_of_value_is_a_statement_of_its_own(kept: Callable[[], int]) -> None:
    same = "SELECT %s::bigint + 1"
    before = kept()
    for value in (1, 2**20, 2**40, None, -(2**62)):
        assert answer(connection, same, [value]) == [(None if value is None else value + 1,)]
    assert answer(connection, "SELECT id FROM units_unit WHERE id = ANY(%s)", [[2**40, 7]]) == []
    assert kept() > before


def test_a_table_that_changed_is_read_as_it_is_now(kept: Callable[[], int]) -> None:
    every = "SELECT * FROM changing"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (one int)")
        cursor.execute("INSERT INTO changing VALUES (1)")
        assert answer(connection, every, []) == [(1,)]
        cursor.execute("ALTER TABLE changing ADD two text DEFAULT 'b'")
        assert answer(connection, every, []) == [(1, "b")]
        cursor.execute("DEALLOCATE ALL")
    assert answer(connection, every, []) == [(1, "b")]
    with transaction.atomic():
        assert answer(connection, every, []) == [(1, "b")]
    assert kept() >= 1


def test_more_statements_than_are_kept_are_still_answered(kept: Callable[[], int]) -> None:
    for number in range(MOST + 3):
        assert answer(connection, f"SELECT {number}", []) == [(number,)]
    assert kept() < MOST


def test_values_are_those_that_were_stored(kept: Callable[[], int]) -> None:
    values = ["' OR 1=1 -- %s", 2.5, True, b"\x00\xff", AT, None, {"a": 1}.get("b")]
    asked = "SELECT %s::text, %s::float8, %s::bool, %s::bytea, %s::timestamptz, %s::int, %s::text"
    [row] = answer(connection, asked, values)
    assert list(row) == values
    assert kept() >= 1


def test_questions_told_at_once_are_answered_one_after_the_other(kept: Callable[[], int]) -> None:
    before = kept()
    names = "SELECT name FROM units_unit ORDER BY name"
    with transaction.atomic():
        assert answer_together(connection, (names, "SELECT 7, NULL, 'a;b'")) == [[("unit",)], [(7, None, "a;b")]]
        Unit.objects.update(name="another")
        assert answer_together(connection, (names,)) == [[("another",)]]
        transaction.set_rollback(True)
    assert answer_together(connection, (names,)) == [[("unit",)]]
    with pytest.raises(DatabaseError), transaction.atomic():
        answer_together(connection, (names, "SELECT nothing FROM units_unit", names))
    assert answer_together(connection, (names,)) == [[("unit",)]]
    assert kept() == before + 2


def test_a_table_that_changed_is_read_as_it_is_now_among_others(kept: Callable[[], int]) -> None:
    asked = "SELECT name FROM units_unit", "SELECT * FROM changing"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (one int)")
        cursor.execute("INSERT INTO changing VALUES (1)")
        assert answer_together(connection, asked) == [[("unit",)], [(1,)]]
        for change in ("ALTER TABLE changing ADD two text DEFAULT 'b'", "DEALLOCATE ALL"):
            cursor.execute(change)
            with transaction.atomic():
                assert answer_together(connection, asked) == [[("unit",)], [(1, "b")]]
                assert answer_together(connection, asked) == [[("unit",)], [(1, "b")]]
    for number in range(MOST + 3):
        assert answer_together(connection, (f"SELECT {number}", asked[0])) == [[(number,)], [("unit",)]]
    assert kept() < MOST


def test_what_was_committed_while_a_row_was_waited_for_is_read(kept: Callable[[], int]) -> None:
    assert kept() == 1
    locked, waits = threading.Event(), "SELECT count(*) FROM pg_locks WHERE NOT granted"
    ours, then = "SELECT name FROM units_unit WHERE country = 'BE' FOR UPDATE", "SELECT count(*) FROM units_unit"

    def hold() -> None:
        try:
            with transaction.atomic():
                answer(connection, ours, [])
                locked.set()
                while answer(connection, waits, []) == [(0,)]:
                    pass
                Unit.objects.create(name="second", country="NL", founded_at=AT)
                Unit.objects.filter(country="BE").update(name="renamed")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        held = beside.submit(hold)
        assert locked.wait(10)
        with transaction.atomic():
            assert answer_together(connection, (ours, then)) == [[("renamed",)], [(2,)]]
        held.result()


def test_each_connection_has_its_own_whatever_it_is_called(kept: Callable[[], int]) -> None:
    def both() -> list[list[tuple[object, ...]]]:
        try:
            return [answer(each, NAMES, ["u"]) for each in (connection, connections["default"]) for _ in range(2)]
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    with ThreadPoolExecutor(3) as others:
        found = [both(), *others.map(lambda _n: both(), range(6)), both()]
    assert found == [[[("unit",)]] * 4] * 8
    assert kept() >= 1


def test_what_is_asked_once_is_not_kept(kept: Callable[[], int]) -> None:
    before = kept()
    for words in ("u%", "%' OR 1=1 -- %", "%"):
        found = answer_anew(connection, "SELECT name, %s::bigint + 1 FROM units_unit WHERE name LIKE %s", [7, words])
        assert found == ([] if "OR" in words else [("unit", 8)])
    with pytest.raises(DatabaseError), transaction.atomic():
        answer_anew(connection, "SELECT nothing FROM units_unit", [])
    with transaction.atomic():
        answer_anew(connection, "UPDATE units_unit SET name = %s", ["another"])
        transaction.set_rollback(True)
    assert answer(connection, NAMES, ["u"]) == [("unit",)]
    assert kept() == before + 1


def test_a_connection_that_was_ended_is_said_to_be_so(kept: Callable[[], int]) -> None:
    assert kept() == 1
    [[process]] = answer(connection, "SELECT pg_backend_pid()", [])
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [process])
    try:
        for _ in range(2):
            with pytest.raises(OperationalError, match=r"terminating connection|no connection"):
                answer(connection, NAMES, ["u"])
    finally:
        connection.close()
    assert answer(connection, NAMES, ["u"]) == [("unit",)]
