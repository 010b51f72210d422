"""What is written of media is found by its words: on PostgreSQL by trigrams, where pg_trgm may be had."""

from typing import ClassVar

from django.db import DatabaseError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

WORDS = {"words_of_facts": ("media_fact", "value"), "words_of_paths": ("cases_item", "path")}
"""Indexes over what `havre.flows.search_texts` looks through, written as Django asks for it."""


def index(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Without the extension, or the right to make it, words are looked for from end to end, as on SQLite."""
    connection = editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        try:
            with transaction.atomic(connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            return
        for name, (table, column) in WORDS.items():
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gin (UPPER({column}) gin_trgm_ops)")


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The extension stays: others may use it."""
    for name in WORDS:
        editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("media", "0003_veil"), ("cases", "0002_orders")]
    operations: ClassVar = [migrations.RunPython(index, drop)]
