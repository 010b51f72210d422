"""What the web server calls."""

import select
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import translation
from django.utils.translation import gettext

from havre.entrypoints.analyst.main import OF_THREADS, by_thread, let_go, named
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
    kept = [getattr(part, name) for part, name in OF_THREADS]
    by_thread()
    yield
    connections.close_all()
    for (part, name), value in zip(OF_THREADS, kept, strict=True):
        setattr(part, name, value)


def test_each_thread_has_its_own_language_and_connection(database: Settings, own_threads: None) -> None:
    meet = Barrier(3)

    def asked(language: str) -> tuple[str | None, str, int, int]:
        with translation.override(language):
            meet.wait(10)
            said = translation.get_language(), gettext("Close"), Unit.objects.count(), id(connection.connection)
            set_script_prefix(f"/{language}/")
            set_urlconf(f"urls.{language}")
            meet.wait(10)
            assert (get_script_prefix(), get_urlconf()) == (f"/{language}/", f"urls.{language}")
        connection.close()
        return said

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(asked, ("en", "fr", "nl")))
    assert [each[0] for each in found] == ["en", "fr", "nl"]
    assert len({each[1] for each in found}) == 3
    assert [each[2] for each in found] == [0, 0, 0]
    assert len({each[3] for each in found}) == 3
    assert translation.get_language() == "en"
