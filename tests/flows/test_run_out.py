"""Memberships that end by the clock are ended once, of groups of this node and of others."""

from datetime import timedelta
from uuid import UUID

from havre.audit.models import Entry
from havre.exchange.board import put
from havre.exchange.models import About, Notice, Shared
from havre.exchange.sight import sighted
from havre.flows.run_out import run_out
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, Owner, Restriction
from tests.cast import NOON, Node
from tests.flows.test_groups_told import PEER, member, told

DAY = NOON + timedelta(days=9)


def test_of_a_group_that_a_peer_leads_too(begun: Node) -> None:
    told(begun, 5, [member(begun.home.node, "Polizia Postale"), member(PEER, "Theirs", "FR")])
    opened = Restriction(Level.OPEN, groups=frozenset({f"tf-9_{PEER[:32]}"}))
    theirs = Owner(PEER, "Theirs", "FR")
    row = put(theirs, "series", UUID(int=1), {"name": "Box", "life": "open"}, opened, 1, NOON)
    sighted([row], actor(begun.chiara.unit, NOON), "look", NOON)
    assert run_out(begun.home, DAY - timedelta(seconds=1)) == 0
    assert [run_out(begun.home, DAY) for _ in range(2)] == [2, 0]
    assert Shared.objects.get().changed > row.changed
    notice = Notice.objects.get()
    assert (notice.unit, notice.about) == (begun.chiara.unit, About.WITHDRAWN)
    logged = Entry.objects.get(detail__contains="ran out")
    assert (logged.unit, logged.thing) == ("", f"group tf-9_{PEER[:32]}")


def test_nothing_is_done_where_nobody_was_in_it(begun: Node) -> None:
    told(begun, 5, [])
    assert run_out(begun.home, DAY) == 0
