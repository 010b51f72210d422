"""A peer says who is in its own groups, and in nobody else's; its newest word holds."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from havre.errors import Invalid
from havre.exchange.board import put
from havre.exchange.models import About, Notice
from havre.flows.alerts import Wanted, ask_alert
from havre.flows.exchanging import check_what_came
from havre.flows.group import found_group
from havre.flows.groups_told import take_group
from havre.flows.taking_from import From
from havre.flows.tell_countries import tell
from havre.network.models import Peer
from havre.restrictions.model import Level, Owner, Restriction
from havre.restrictions.models import Group, GroupMember
from havre.triggers.models import AlertHit
from tests.cast import NOON, Node, noon

END = (NOON + timedelta(days=9)).isoformat()
PEER = "ee" * 32


def told(here: Node, number: int, members: object, code: str = "tf-9", **other: object) -> str:
    """What the peer says of a group."""
    body: dict[str, Any] = {"code": code, "name": "Theirs", "until": END, "members": members, **other}
    peer = Peer(name="Peer", node=PEER, country="FR")
    return take_group(From(here.home, here.anke, peer, number), body)


def member(node: str, unit: str, country: str = "IT") -> dict[str, str]:
    """One member as a message has it."""
    return {"node": node, "unit": unit, "country": country, "until": END}


def test_units_here_are_known_by_name_and_unknown_ones_left_out(begun: Node) -> None:
    here = begun.home.node
    told(begun, 5, [member(here, "Polizia Postale"), member(here, "Nobody"), member(PEER, "Theirs", "FR")])
    inside = set(GroupMember.objects.values_list("node", "unit"))
    assert inside == {("", "Polizia Postale"), (PEER, "Theirs")}
    told(begun, 4, [])
    assert GroupMember.objects.count() == 2
    told(begun, 6, [])
    assert not GroupMember.objects.exists()


def test_nobody_says_who_is_in_anothers_group(begun: Node) -> None:
    found_group(begun.home, begun.anke, "tf-1", "Ours", NOON + timedelta(days=9))
    for code in ("tf-1", "tf-2"):
        told(begun, 5, [member(PEER, "Theirs", "FR")], code)
    assert [row.unit for row in Group.objects.get(code="tf-1").members.all()] == ["Federal Police"]
    theirs = Group.objects.filter(node=PEER).values_list("code", flat=True)
    assert sorted(theirs) == [f"tf-1_{PEER[:32]}", f"tf-2_{PEER[:32]}"]
    found_group(begun.home, begun.anke, "tf-2", "Ours too", NOON + timedelta(days=9))
    for forged in (f"tf-1_{begun.home.node[:32]}", f"tf-1_{PEER[:32]}"):
        with pytest.raises(Invalid, match="letters, digits and hyphens"):
            told(begun, 6, [], forged)


@pytest.mark.parametrize("wrong", [None, ["x"], [{"node": 1}], [{**member("n", "u"), "until": "soon"}]])
def test_what_makes_no_sense_is_refused(begun: Node, wrong: object) -> None:
    with pytest.raises(Invalid):
        told(begun, 5, wrong)
    with pytest.raises(Invalid):
        told(begun, 5, [], until="2026-01-01T00:00:00")


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_times_are_such_as_every_database_keeps(begun: Node, year: str) -> None:
    with pytest.raises(Invalid, match="1900"):
        told(begun, 5, [], until=f"{year}-06-01T00:00:00+00:00")


def test_who_joins_a_group_of_another_node_is_alerted_and_asked_of_what_it_knew(begun: Node) -> None:
    told(begun, 5, [member(PEER, "Theirs", "FR")])
    group = Group.objects.get()
    force, ref = Restriction(Level.OPEN, groups=frozenset({group.code})), UUID(int=7 << 100)
    source = Owner(PEER, "Theirs", "FR")
    put(source, "series", ref, {"name": "Green chair", "life": "unidentified", "media": 1}, force, 1, NOON)
    pointing = {"series": str(ref), "countries": {"IT": ["red box"]}}
    tell(begun.home, [put(source, "hypothesis", uuid4(), pointing, force, 1, NOON)], NOON)
    ask_alert(begun.home, begun.chiara, Wanted("a chair", [("series", "green chair")]))
    check_what_came(begun.home, noon)
    assert (Notice.objects.count(), AlertHit.objects.count()) == (0, 0)
    told(begun, 6, [member(PEER, "Theirs", "FR"), member(begun.home.node, "Polizia Postale")])
    check_what_came(begun.home, noon)
    assert [each.about for each in Notice.objects.filter(unit=begun.chiara.unit)] == [About.COUNTRY]
    assert AlertHit.objects.get().unit == begun.chiara.unit
    told(begun, 7, [member(PEER, "Theirs", "FR")])
    notice = Notice.objects.get(about=About.COUNTRY)
    assert (notice.closed_at, notice.told) == (NOON, {})
    told(begun, 8, [member(begun.home.node, "Polizia Postale")])
    notice.refresh_from_db()
    assert (notice.closed_at, notice.told["reasons"]) == (None, ["red box"])
