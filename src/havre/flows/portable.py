"""The database as lines of text that either kind of database takes back: one table after the other, in pieces.

A piece begins with a line that names its table and columns; every further line is one row as a JSON array.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BinaryField, DateField, DateTimeField, Field, Model

from havre.errors import Invalid
from havre.settings import APPS

PIECE_BYTES = 4 << 20
"""About how large a piece becomes."""

SIGN_IN = ("mfa.Authenticator", "socialaccount.SocialAccount")
"""Passkeys, apps and codes; whom a unit's identity provider means. Their secrets are sealed with the node's key."""

APART = ("exchange.bodykey", "exchange.sharedprint", "exchange.gone")
"""Not among the rows: keys that can be destroyed lie in a file of their own; what is made of bodies is made again."""
KEYS = "exchange.bodykey"

ROWS = 500
"""Rows read or written at a time."""

SNAPSHOT = "snapshot"
"""The database a second time, as it was at one moment."""

OTHER_VERSION = "the backup was made by another version of Havre: restore it with that version, then update"


@contextmanager
def snapshot() -> Iterator[str]:
    """A connection that sees everything as it was at its first question, while others go on writing."""
    own = connections["default"].settings_dict
    options = {name: value for name, value in own["OPTIONS"].items() if name != "transaction_mode"}
    if connection.vendor == "postgresql":
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[SNAPSHOT] = own | {"OPTIONS": options}
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT], connections.settings[SNAPSHOT]


def tables() -> list[type[Model]]:
    """Every table of ours, those that others point to first; and what people sign in with, but no session."""
    ours = (model for room in APPS for model in apps.get_app_config(room).get_models())
    return [*ours, *(apps.get_model(name) for name in SIGN_IN)]


def migrations(using: str = "default") -> list[str]:
    """Which shape the tables have: the migrations that made them."""
    applied = MigrationRecorder(connections[using]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def dumped(using: str) -> Iterator[bytes]:
    """All rows of all tables but those that lie apart, in pieces, in constant memory."""
    for table in tables():
        if table._meta.label_lower not in APART:
            yield from _pieces(table, using)


def dumped_keys(using: str) -> Iterator[bytes]:
    """The keys of what is told on the board, in the same way."""
    yield from _pieces(apps.get_model(KEYS), using)


def _pieces(table: type[Model], using: str) -> Iterator[bytes]:
    fields = table._meta.concrete_fields
    head = _line({"table": table._meta.label_lower, "columns": [field.attname for field in fields]})
    lines, size = [head], 0
    rows = table._default_manager.using(using).order_by("pk").values_list(*(field.attname for field in fields))
    for row in rows.iterator(ROWS):
        lines.append(_line([_plain(value) for value in row]))
        size += len(lines[-1])
        if size > PIECE_BYTES:
            yield b"".join(lines)
            lines, size = [head], 0
    if len(lines) > 1:
        yield b"".join(lines)


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def clear() -> None:
    """Remove the rows that new tables come with; called inside the transaction that loads others."""
    for table in reversed(tables()):
        table._default_manager.all().delete()


def load(piece: bytes) -> int:
    """Write the rows of one piece; how many. Raises Invalid where they do not fit the tables."""
    head, *lines = piece.splitlines()
    table, fields = _named(json.loads(head))
    rows = [_row(table, fields, json.loads(line)) for line in lines]
    table._default_manager.bulk_create(rows, batch_size=ROWS)
    return len(rows)


def _named(head: Any) -> "tuple[type[Model], list[Field[Any, Any]]]":
    known = {table._meta.label_lower: table for table in tables()}
    table = known.get(head["table"])
    if table is None:
        raise Invalid(OTHER_VERSION)
    fields = list(table._meta.concrete_fields)
    if head["columns"] != [field.attname for field in fields]:
        raise Invalid(OTHER_VERSION)
    return table, fields


def _row(table: type[Model], fields: "list[Field[Any, Any]]", values: list[Any]) -> Model:
    named = zip(fields, values, strict=True)
    return table(**{field.attname: None if value is None else _typed(field, value) for field, value in named})


def _typed(field: "Field[Any, Any]", value: Any) -> object:
    if isinstance(field, BinaryField):
        return base64.b64decode(value)
    if isinstance(field, DateTimeField):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(field, DateField) else value


def go_on_counting() -> None:
    """Let the next row of every table get the number after the last one that was loaded."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
