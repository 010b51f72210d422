"""Films beyond what a node may use up in a year are found in the next, some of them at a time."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.exchange import gone, numbered
from havre.exchange import imprint_shape as shape
from havre.exchange.board import put, withdraw
from havre.exchange.models import Lost, Shared, SharedImprint
from havre.exchange.numbered import living, number_later
from havre.flows.tend import number_films
from havre.restrictions.model import CLOSED
from tests.cast import NOON, introduce
from tests.exchange.test_gone import PEER
from tests.imprinted import film

LATER = NOON + timedelta(days=366)


def told(number: int, version: int = 1, at: datetime = NOON) -> SharedImprint:
    """A peer tells of a film of eight runs or so."""
    made = film(*range(9 * number, 9 * number + 9))
    body = {"imprints": [shape.told(made.method, made.version, made.at, made.data)]}
    put(PEER, "media", UUID(int=number), body, CLOSED, version, at)
    return SharedImprint.objects.get(shared__ref=UUID(int=number))


def numbers() -> list[int | None]:
    """Of the films that stand, in the order in which they were told."""
    return list(SharedImprint.objects.order_by("pk").values_list("first", flat=True))


@pytest.fixture
def _used_up(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    introduce()
    monkeypatch.setattr(gone, "MOST_LOST", 10)
    monkeypatch.setattr(numbered, "MOST_LATER", 10)
    for number in (1, 5):
        told(number)
        withdraw(PEER, UUID(int=number), 2, NOON)
    for number in (2, 3, 4):
        told(number)
    withdraw(PEER, UUID(int=4), 2, NOON)


@pytest.mark.usefixtures("_used_up")
def test_films_beyond_a_year_are_found_in_the_next_and_are_compared_as_if_they_came_then() -> None:
    assert numbers() == [None, None]
    assert (number_films(NOON + timedelta(days=9)), numbers()) == (0, [None, None])
    last = max(Shared.objects.values_list("changed", flat=True))
    assert (number_films(LATER), number_films(LATER)) == (2, 0)
    first, second = numbers()
    assert first is not None
    assert second == first + SharedImprint.objects.earliest("pk").count
    assert Shared.objects.filter(changed__gt=last).count() == 2
    used = dict(Lost.objects.filter(node=PEER.node).values_list("year", "runs"))
    assert used[LATER.year] == sum(SharedImprint.objects.values_list("count", flat=True))


@pytest.mark.usefixtures("_used_up")
def test_films_that_are_told_again_in_the_next_year_are_found_in_it_all_the_same() -> None:
    told(2, version=2, at=LATER)
    assert numbers() == [None, None]  # what is told again stands as it stood
    assert (number_films(LATER), number_films(LATER)) == (2, 0)
    assert None not in numbers()


@pytest.mark.usefixtures("_used_up")
def test_the_turn_is_taken_only_where_a_film_gets_numbers() -> None:
    def asked(at: datetime) -> int:
        with CaptureQueriesContext(connection) as queries:
            number_films(at)
        return len(queries)

    assert asked(NOON + timedelta(days=9)) == 1
    assert asked(LATER) > 1
    assert asked(LATER) == 1


@pytest.mark.usefixtures("_used_up")
def test_a_year_gives_those_of_years_before_no_more_than_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbered, "MOST_LATER", 5)
    assert (number_later(LATER), number_later(LATER)) == (1, 0)
    assert [each is None for each in numbers()] == [False, True]
    assert number_later(LATER + timedelta(days=366)) == 1


@pytest.mark.usefixtures("_used_up")
def test_nodes_of_which_more_stands_than_is_theirs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    number_later(LATER)
    runs = sum(SharedImprint.objects.values_list("count", flat=True))
    assert list(living()) == []
    monkeypatch.setattr(numbered, "MOST_LIVING", runs - 1)
    assert list(living()) == [(PEER.node, runs)]
