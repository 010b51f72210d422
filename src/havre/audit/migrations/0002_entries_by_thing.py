"""What was done to one thing is found without reading the whole log.

A thing may be longer than a B-tree of PostgreSQL takes; there it is hashed.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    how = "USING hash (thing)" if editor.connection.vendor == "postgresql" else "(thing)"
    editor.execute(f"CREATE INDEX IF NOT EXISTS audit_entries_by_thing ON audit_entry {how}")


def forget(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP INDEX IF EXISTS audit_entries_by_thing")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(index, forget)]
