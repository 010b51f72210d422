"""A question that takes too long ends, on either database, and the next one is asked as before."""

import time

import pytest
from django.db import connection, transaction

from havre.errors import Unavailable
from havre.flows.bounded import PLANNED, bounded
from havre.prepared import answer
from havre.settings import Settings
from havre.units.models import Person

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"


def test_what_takes_too_long_ends_with_the_sentence_and_harms_nothing(database: Settings) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="ask for less"), bounded(0.2, "ask for less"), connection.cursor() as cursor:
        cursor.execute(ENDLESS)
    assert time.monotonic() - begun < 5
    with bounded(5, "ask for less"):
        assert Person.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute(ENDLESS.replace("1000000000", "300000"))
        assert cursor.fetchone() == (300000,)


def test_what_goes_on_around_it_is_not_bounded(database: Settings) -> None:
    with transaction.atomic():
        with bounded(0.2, "ask for less"):
            assert Person.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute(ENDLESS.replace("1000000000", "2000000"))
            assert cursor.fetchone() == (2000000,)


def test_what_is_asked_inside_is_planned_as_if_all_lay_in_memory_and_nothing_else_is(database: Settings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such settings")

    def planned() -> list[str]:
        return [answer(connection, f"SHOW {name}", [])[0][0] for name in ("statement_timeout", *PLANNED)]

    before = planned()
    with bounded(2, "ask for less"):
        assert planned() == ["2s", *PLANNED.values()] != before
    assert planned() == before
    with transaction.atomic():
        with bounded(2, "ask for less"):
            assert planned() != before
        assert planned() == before
