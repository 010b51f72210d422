"""A body is kept under one key for as long as anything is told, and gone with it."""

from havre.exchange.bodies import destroy_body, keep_body
from havre.exchange.models import BodyKey, Kind, Shared
from havre.sealing.body import commitment
from tests.cast import Node
from tests.exchange.shared import shared


def test_each_version_is_sealed_anew_under_the_key_of_its_row(begun: Node) -> None:
    shared(begun, "IT")
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


def test_a_body_without_its_key_says_nothing(begun: Node) -> None:
    shared(begun, "IT")
    BodyKey.objects.all().delete()
    assert [row.body for row in Shared.objects.all()] == [{}] * 4
