"""The door of a unit opens and closes, and keeps its key."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.flows.open_door import close_door, open_door
from havre.hotline.models import Door
from havre.sealing.door import door_opener
from tests.cast import Node
from tests.sealing.wire import chance


def acts() -> list[str]:
    said = (json.loads(entry.detail).get("act", "") for entry in Entry.objects.order_by("index"))
    return [act for act in said if "door" in act]


def test_a_door_that_opens_again_is_the_same(begun: Node) -> None:
    first = open_door(begun.home, begun.anke, chance(1))
    close_door(begun.home, begun.anke)
    assert Door.objects.get().closed_at is not None
    again = open_door(begun.home, begun.anke, chance(2))
    assert (bytes(again.sealing), bytes(again.token_key)) == (bytes(first.sealing), bytes(first.token_key))
    assert Door.objects.get().closed_at is None
    opener = door_opener(begun.home.keys.unit(str(begun.anke.unit.pk)))
    assert bytes(again.sealing) == opener.public_key().public_bytes_raw()


def test_opening_and_closing_is_logged_once_each(begun: Node) -> None:
    for _time in range(2):
        open_door(begun.home, begun.anke)
    for _time in range(2):
        close_door(begun.home, begun.anke)
    assert acts() == ["opened its door to the public", "closed its door to the public"]


def test_only_administrators_open_and_close_it(begun: Node) -> None:
    with pytest.raises(Refused, match="administrator"):
        open_door(begun.home, begun.bram)
    with pytest.raises(Refused, match="administrator"):
        close_door(begun.home, begun.bram)
    assert not Door.objects.exists()


def test_each_unit_has_a_door_of_its_own(begun: Node) -> None:
    keys = {bytes(open_door(begun.home, who).sealing) for who in (begun.anke, begun.chiara)}
    assert len(keys) == 2
