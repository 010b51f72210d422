"""Who was told is written once for each version and way, and never of the source itself."""

from uuid import UUID

import pytest

from havre.exchange.board import put
from havre.exchange.models import Sighting
from havre.exchange.sight import sighted
from havre.restrictions.model import Actor, Level, Owner
from tests.cast import NOON, introduce
from tests.exchange.shared import open_to

ITALY = Actor("", "Polizia Postale", "IT")


@pytest.mark.usefixtures("database")
def test_once_for_each_version_and_way() -> None:
    introduce()
    owner = Owner("", "Federal Police", "BE")
    row = put(owner, "series", UUID(int=1), {}, open_to("IT"), 1, NOON)
    for why in ("check", "check", "look"):
        sighted([row], ITALY, why, NOON)
    sighted([row], Actor("", "Federal Police", "BE"), "look", NOON)
    row = put(owner, "series", UUID(int=1), {"a": 1}, open_to("IT", level=Level.HIT), 2, NOON)
    sighted([row], ITALY, "check", NOON)
    told = Sighting.objects.order_by("pk").values_list("unit", "version", "level", "why")
    italy = "Polizia Postale"
    assert list(told) == [(italy, 1, 2, "check"), (italy, 1, 2, "look"), (italy, 2, 1, "check")]
    assert Sighting.objects.latest("pk").condition == row.condition
