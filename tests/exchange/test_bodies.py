"""A body is kept under one key for as long as anything is told, and gone with it."""

import pytest

from havre.exchange.bodies import destroy_body, keep_body
from havre.exchange.models import BodyKey, Kind, Shared
from havre.exchange.publish import publish
from havre.restrictions.keep import say
from havre.sealing.body import commitment
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to


def published() -> None:
    """A series of three media, open to Italy, on the board."""
    anke = acting(introduce().anke)
    series = confirmed(anke)
    say(anke.unit, "series", series.pk, open_to("IT"), anke.person, NOON)
    publish(series, NOON)


@pytest.mark.usefixtures("database")
def test_each_version_is_sealed_anew_under_the_key_of_its_row() -> None:
    published()
    row = Shared.objects.get(kind=Kind.SERIES)
    key, was = bytes(row.body_key.key), bytes(row.sealed)
    row.version += 1
    keep_body(row, {"name": "Blue chair"})
    again = Shared.objects.get(pk=row.pk)
    assert (bytes(again.body_key.key), again.body) == (key, {"name": "Blue chair"})
    assert bytes(again.sealed) != was
    assert destroy_body(again) == commitment(bytes(row.sealed), key)
    assert (Shared.objects.get(pk=row.pk).body, BodyKey.objects.filter(shared=row).exists()) == ({}, False)
    assert destroy_body(Shared.objects.get(pk=row.pk)) == ""


@pytest.mark.usefixtures("database")
def test_a_body_without_its_key_says_nothing() -> None:
    published()
    BodyKey.objects.all().delete()
    assert [row.body for row in Shared.objects.all()] == [{}] * 4
