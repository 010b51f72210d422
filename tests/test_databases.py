"""The test harness itself: the databases it hands out are real, migrated, empty and apart."""

import threading
from pathlib import Path

import psycopg
import pytest
from bench.postgres import OLDEST, Server, server
from django.db import DatabaseError, connection
from django.utils import timezone

from havre.settings import Settings
from havre.units.models import Unit


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_database_has_all_tables_and_no_rows_of_the_test_before(database: Settings, time: str) -> None:
    assert list(Unit.objects.all()) == []
    Unit.objects.create(name="Federal Police", country="BE", founded_at=timezone.now())
    assert Unit.objects.count() == 1


def test_the_database_is_of_the_kind_that_was_asked_for(database: Settings, backend: str) -> None:
    assert connection.vendor == backend
    assert bool(database.database) == (backend == "postgresql")


def test_another_thread_sees_the_same_rows(database: Settings) -> None:
    Unit.objects.create(name="Federal Police", country="BE", founded_at=timezone.now())
    seen: list[str] = []

    def look() -> None:
        seen.extend(Unit.objects.values_list("name", flat=True))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == ["Federal Police"]


def test_a_query_without_the_fixture_fails() -> None:
    with pytest.raises(DatabaseError):
        Unit.objects.count()


def test_the_server_is_real_new_enough_and_not_reached_from_the_network(postgresql: Server) -> None:
    with psycopg.connect(postgresql.address("postgres")) as connected:
        assert connected.info.server_version >= OLDEST * 10_000
        assert connected.execute("SHOW listen_addresses").fetchone() == ("",)


def test_without_debian_the_server_comes_from_a_wheel() -> None:
    with server(carried=True) as running, psycopg.connect(running.address("postgres")) as connected:
        assert connected.info.server_version >= OLDEST * 10_000


def test_a_server_is_gone_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), server() as running:  # noqa: PT012
        folder: Path = running.socket
        assert folder.exists()
        _ = 1 / 0
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.address("postgres"))
