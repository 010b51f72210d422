"""What the web server calls."""

import select
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, cast

import psycopg
import pytest
from django.db import connection, connections
from django.utils import translation
from django.utils.translation import gettext, trans_real

from havre.entrypoints.analyst.main import by_thread, let_go, named
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


@pytest.fixture
def own_threads() -> Iterator[None]:
    languages, opened = cast(Any, trans_real), cast(Any, connections)
    kept = languages._active, opened._connections
    by_thread()
    yield
    connections.close_all()
    languages._active, opened._connections = kept


def test_each_thread_has_its_own_language_and_connection(database: Settings, own_threads: None) -> None:
    meet = Barrier(3)

    def asked(language: str) -> tuple[str | None, str, int, int]:
        with translation.override(language):
            meet.wait(10)
            said = translation.get_language(), gettext("Close"), Unit.objects.count(), id(connection.connection)
            meet.wait(10)
        connection.close()
        return said

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(asked, ("en", "fr", "nl")))
    assert [each[0] for each in found] == ["en", "fr", "nl"]
    assert len({each[1] for each in found}) == 3
    assert [each[2] for each in found] == [0, 0, 0]
    assert len({each[3] for each in found}) == 3
    assert translation.get_language() == "en"
