"""The database is read without believing it: what cannot be read is a line too."""

import pytest
from django.db import connection

from havre.audit import models
from havre.audit.entry import End, Entry, Seal, Unreadable
from havre.audit.rows import lines
from havre.settings import Settings
from tests.audit.tampering import grow


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_checkpoints_stand_behind_the_last_entry_they_cover_and_the_end_stands_last(database: Settings) -> None:
    grow(12, database.seen)
    read, count = list(lines()), 0
    assert isinstance(read[-1], End)
    for line in read:
        count += isinstance(line, Entry)
        assert not isinstance(line, Seal) or line.size == count
    assert sum(isinstance(line, Seal) for line in read) == models.Checkpoint.objects.count()


def test_an_empty_log_is_its_end(database: Settings) -> None:
    assert list(lines()) == [End(0, "")]


@pytest.mark.parametrize("table", ["audit_entry", "audit_checkpoint"])
def test_a_table_that_is_gone_is_said_to_be_so(database: Settings, table: str) -> None:
    grow(3, database.seen)
    run(f"DROP TABLE {table}")
    assert any(isinstance(line, Unreadable) and "cannot be read" in line.place for line in lines())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('UPDATE audit_entry SET "index" = \'x\' WHERE "index" = 2', "column index of entry 'x'"),
        ("UPDATE audit_checkpoint SET size = 'x' WHERE number = 0", "a column of checkpoint 0"),
        ("UPDATE audit_checkpoint SET number = 'x' WHERE number = 1", "a column of checkpoint 'x'"),
        ("UPDATE audit_head SET size = 'x'", "the row that says where the log ends"),
        ("UPDATE audit_entry SET thing = CAST(x'ff' AS TEXT) WHERE \"index\" = 2", "the entries from"),
        ("UPDATE audit_checkpoint SET note = CAST(x'ff' AS TEXT) WHERE number = 1", "the checkpoints cannot be read"),
    ],
)
def test_what_is_not_of_its_kind_is_named_and_the_reading_ends(
    database: Settings, backend: str, statement: str, said: str
) -> None:
    if backend != "sqlite":
        pytest.skip("only SQLite stores a value of another kind than its column's")
    grow(5, database.seen)
    run(statement)
    places = [line.place for line in lines() if isinstance(line, Unreadable)]
    assert any(said in place for place in places), places


def test_a_note_without_a_size_line_is_read_all_the_same(database: Settings) -> None:
    grow(3, database.seen)
    models.Checkpoint.objects.filter(number=0).update(note="no lines")
    assert sum(isinstance(line, Entry) for line in lines()) == 3
