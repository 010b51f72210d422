"""Fresh databases for the tests, both kinds: tables are made once a session, and copied for every test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from bench.postgres import Server
from django.db import connections

from havre.configured import django_settings
from havre.flows.tables import make_tables
from havre.settings import Settings

TEMPLATE = "havre_template"

Copy = Callable[[Settings], None]
"""Fills the database of these settings with a copy of the one with tables."""


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


def sqlite_copies(folder: Path) -> Copy:
    """Copies of a SQLite database whose tables are made now, unless it is there."""
    if not (folder / "havre.sqlite3").exists():
        with connected(Settings(home=folder)):
            make_tables()

    def copy(settings: Settings) -> None:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / "havre.sqlite3", settings.home / "havre.sqlite3")

    return copy


def postgresql_copies(server: Server, folder: Path) -> Copy:
    """Copies of a PostgreSQL database whose tables are made now."""
    server.make(TEMPLATE)
    with connected(Settings(home=folder, database=server.address(TEMPLATE))):
        make_tables()

    def copy(settings: Settings) -> None:
        server.make(name_of(settings), like=TEMPLATE)

    return copy


def name_of(settings: Settings) -> str:
    """The name of the PostgreSQL database of these settings."""
    return settings.database.rpartition("/")[2]
