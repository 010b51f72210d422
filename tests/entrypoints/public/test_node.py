"""A process answers at the front it was told of, and says whom to call even when the database is gone."""

import json
from pathlib import Path

import pytest
from django.test import Client

from havre.entrypoints.public import node
from havre.errors import Invalid, Unavailable
from havre.hotline.models import Door
from havre.settings import Front
from havre.units.found import found_unit
from tests.cast import NOON


def test_where_several_doors_are_open_one_is_named(door: Door) -> None:
    other = found_unit("Second Line", "IT", NOON)
    Door.objects.create(unit=other, sealing=bytes(32), token_key=bytes(32), opened_at=NOON)
    with pytest.raises(Unavailable, match="several"):
        node.door()
    node.serve(Front(unit="Second Line"))
    try:
        assert node.door().unit == other
        assert [each.number for each in node.lines().lines] == ["116111", "116000"]
    finally:
        node.serve(Front())


def test_a_front_with_help_lines_that_can_not_be_read_is_refused_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "x.json"
    broken.write_text(json.dumps([]))
    with pytest.raises(Invalid):
        node.serve(Front(helplines=broken))


def test_chance_and_time_are_the_worlds() -> None:
    assert len(node.random(15)) == 15
    assert node.now().tzinfo is not None
    assert node.front() == Front()


def test_the_country_of_the_door_is_remembered(visitor: Client) -> None:
    visitor.get("/en/")
    assert "101" in [each.number for each in node.lines().emergency]
