"""What the web server calls."""

import select
from typing import Any

import psycopg
import pytest
from django.db import connection

from havre.entrypoints.analyst.main import let_go, named
from havre.errors import Invalid
from havre.settings import Settings
from havre.units.models import Unit


def test_a_home_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAVRE_HOME", raising=False)
    with pytest.raises(Invalid, match="no home was named"):
        named()


def test_a_connection_is_kept_while_it_lives(database: Settings) -> None:
    assert Unit.objects.count() == 0
    held = connection.connection
    let_go()
    assert (connection.connection is held, Unit.objects.count()) == (True, 0)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_connection_that_the_server_ended_is_made_anew(database: Settings) -> None:
    assert Unit.objects.count() == 0
    held: Any = connection.connection
    with psycopg.connect(str(database.database), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [held.info.backend_pid])
    assert select.select([held.fileno()], [], [], 10)[0]
    let_go()
    assert (connection.connection, Unit.objects.count()) == (None, 0)
    assert connection.connection is not held
