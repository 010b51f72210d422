"""Tables made at once are those that all migrations make, one after the other."""

from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Head
from havre.flows.portable import migrations
from havre.flows.tables import make_tables
from havre.settings import Settings
from tests.databases import close_connections
from tests.quick_history import Count, quick_history

UNUSED = {"auth_group_permissions"}
"""Django's groups, which nothing uses: history leaves this table a number of another width on PostgreSQL."""

Shape = dict[str, tuple[frozenset[object], frozenset[object]]]


def shape() -> Shape:
    """Every table: its columns, and what is unique, indexed, checked or points elsewhere."""
    found: Shape = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - UNUSED:
            columns = connection.introspection.get_table_description(cursor, table)
            named = connection.introspection.get_constraints(cursor, table).values()
            found[table] = (
                frozenset((each.name, each.type_code, each.null_ok) for each in columns),
                frozenset(_constraint(each) for each in named),
            )
    return found


def _constraint(told: Any) -> tuple[object, ...]:
    columns = told["columns"]
    kinds = ("primary_key", "unique", "foreign_key", "check", "index", "type")
    return (tuple(columns) if isinstance(columns, list) else (), *(told.get(kind) for kind in kinds))


def state() -> tuple[Shape, list[str], list[dict[str, object]]]:
    """The tables, the migrations that are said to have been applied, and where the log begins."""
    return shape(), migrations(), [dict(row) for row in Head.objects.values()]


def emptied(settings: Settings) -> None:
    """Leave nothing in the database of this test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        return
    close_connections()
    for path in settings.home.glob("havre.sqlite3*"):
        path.unlink()


def test_both_ways_end_the_same(database: Settings, count: Count) -> None:
    at_once = state()
    emptied(database)
    with quick_history(count):
        call_command("migrate", verbosity=0, interactive=False)
    assert state() == at_once


def as_written() -> object:
    """All that the database says of itself, letter by letter: on SQLite in a hundredth of the time of its shape."""
    if connection.vendor == "postgresql":
        return state()
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, rootpage, sql FROM sqlite_master ORDER BY type, name")
        return cursor.fetchall(), migrations(), list(Head.objects.values())


def test_tables_that_are_there_are_left_alone(database: Settings) -> None:
    before = as_written()
    with CaptureQueriesContext(connection) as asked:
        make_tables()
    assert as_written() == before
    assert {each["sql"].split()[0] for each in asked} == {"SELECT"}


def test_tables_that_are_there_are_brought_up_to_date(database: Settings, count: Count) -> None:
    before = state()
    with quick_history(count):
        call_command("migrate", "corrections", "zero", verbosity=0)
        assert state() != before
        make_tables()
    assert state() == before
