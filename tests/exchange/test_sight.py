"""Who was told is written once for each version and way, and never of the source itself."""

from dataclasses import replace
from uuid import UUID

import pytest

from havre.exchange.board import put
from havre.exchange.models import Sighting
from havre.exchange.sight import SEEN, entered, sighted, told_without_entry
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


@pytest.mark.usefixtures("database")
def test_what_no_entry_has_yet_is_known_until_one_has_it() -> None:
    cast = introduce()
    row = put(Owner("", "Federal Police", "BE"), "series", UUID(int=1), {}, open_to("IT"), 1, NOON)
    assert not told_without_entry(cast.italy)
    sighted([row], replace(ITALY, node="another"), "look", NOON)
    sighted([row], ITALY, SEEN, NOON)
    assert not told_without_entry(cast.italy)
    sighted([row], ITALY, "look", NOON)
    assert (told_without_entry(cast.italy), told_without_entry(cast.belgium)) == (True, False)
    assert entered(ITALY, 7) == 1
    assert not told_without_entry(cast.italy)
