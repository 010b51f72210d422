"""Fresh databases for the tests, both kinds: migrated once a session, copied for every test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from bench.postgres import Server
from django.core.management import call_command
from django.db import connections

from havre.configured import django_settings
from havre.settings import Settings

TEMPLATE = "havre_template"

Copy = Callable[[Settings], None]
"""Fills the database of these settings with a copy of the migrated one."""


def point_django_at(settings: Settings) -> None:
    """Make the models of this process use the database of these settings from now on."""
    close_connections()
    chosen = connections.configure_settings(cast("dict[str, Any]", django_settings(settings)["DATABASES"]))
    connections.settings["default"] = chosen["default"]


def close_connections() -> None:
    """Forget this thread's connection, so that the next query opens another."""
    connections["default"].close()
    del connections["default"]


@contextmanager
def connected(settings: Settings) -> Iterator[Settings]:
    """Django at work on the database of these settings, and on none afterwards."""
    point_django_at(settings)
    try:
        yield settings
    finally:
        point_django_at(NOWHERE)


NOWHERE = Settings(home=Path("/nonexistent/no-test-asked-for-a-database"))
"""What Django is pointed at between tests: a query without the fixture fails instead of finding old rows."""


def migrate(settings: Settings) -> None:
    """Bring the database of these settings to the newest tables."""
    with connected(settings):
        call_command("migrate", verbosity=0, interactive=False)


def sqlite_copies(folder: Path) -> Copy:
    """Copies of a SQLite database that is migrated now, unless it is there."""
    if not (folder / "havre.sqlite3").exists():
        migrate(Settings(home=folder))

    def copy(settings: Settings) -> None:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / "havre.sqlite3", settings.home / "havre.sqlite3")

    return copy


def postgresql_copies(server: Server, folder: Path) -> Copy:
    """Copies of a PostgreSQL database that is migrated now."""
    server.make(TEMPLATE)
    migrate(Settings(home=folder, database=server.address(TEMPLATE)))

    def copy(settings: Settings) -> None:
        server.make(name_of(settings), like=TEMPLATE)

    return copy


def name_of(settings: Settings) -> str:
    """The name of the PostgreSQL database of these settings."""
    return settings.database.rpartition("/")[2]
