"""Make or renew the tables of a node.

An empty database gets all tables at once, as they are now, and is told that every migration has been applied: going
through the history of each table costs ten times as long and ends the same, which a test holds.
"""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import Model
from django.utils.translation import gettext as _

from havre.errors import Unavailable


def make_tables() -> None:
    """Bring the database to the newest tables. Raises Unavailable where it can't be prepared."""
    try:
        if not connection.introspection.table_names():
            make_at_once()
        elif _not_applied():  # to apply none, Django makes all models anew
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        first = (str(error).splitlines() or ["no reason given"])[0]
        raise Unavailable(
            _("the database can't be prepared (%(first)s): mend HAVRE_DATABASE and run this again") % {"first": first}
        ) from error


def make_at_once() -> None:
    """Every table of an empty database, with what migrations write into some of them; all of it or nothing."""
    history = MigrationLoader(connection)
    with connection.schema_editor() as editor:
        for model in _models():
            editor.create_model(model)
        for migration in _in_order(history):
            _run(migration, editor)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in history.graph.nodes:
            recorder.record_applied(app, name)


def _not_applied() -> bool:
    if _written() <= MigrationRecorder(connection).applied_migrations().keys():
        return False  # to say so by their graph takes longer than all else that begins a node
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@cache
def _written() -> frozenset[tuple[str, str]]:
    """Every migration that this program has."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
            yield model


def _in_order(history: MigrationLoader) -> Iterator[Migration]:
    seen: set[tuple[str, str]] = set()
    for leaf in history.graph.leaf_nodes():
        for key in history.graph.forwards_plan(leaf):
            if key not in seen:
                seen.add(key)
                yield history.graph.nodes[key]


def _run(migration: Migration, editor: BaseDatabaseSchemaEditor) -> None:
    """What a migration does beyond tables: rows, and indexes of a kind of their own."""
    for operation in migration.operations:
        if isinstance(operation, RunSQL):
            operation.database_forwards(migration.app_label, editor, ProjectState(), ProjectState())
        elif isinstance(operation, RunPython) and migration.app_label in _own():
            operation.code(_now(), editor)


def _own() -> set[str]:
    return {each.label for each in apps.get_app_configs() if each.name.startswith("havre.")}


def _now() -> StateApps:
    # The tables are as they are now, so the models are too; nothing but get_model is asked of them.
    return apps  # type: ignore[return-value]
