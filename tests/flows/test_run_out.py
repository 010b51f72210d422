"""Memberships that end by the clock are ended once, of groups of this node and of others."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from havre.audit.models import Entry
from havre.exchange.board import put
from havre.exchange.models import About, Notice, Shared
from havre.exchange.sight import sighted
from havre.flows.group import add_member, found_group
from havre.flows.run_out import run_out
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, Owner, Restriction
from havre.restrictions.models import Group, GroupMember
from tests.cast import NOON, Node
from tests.flows.test_groups_told import PEER, member, told
from tests.simulators.nations import Nation
from tests.simulators.worlds import Worlds

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


def test_whoever_is_let_in_for_longer_as_it_would_end_is_told_of_the_later_end(begun: Node) -> None:
    told(begun, 5, [member(begun.home.node, "Polizia Postale"), member(PEER, "Theirs", "FR")])
    later = DAY + timedelta(days=2)
    Group.objects.update(until=later)
    assert run_out_while_let_in(begun, DAY, "Polizia Postale", later) == 1
    assert GroupMember.objects.filter(ended=False).get().unit == "Polizia Postale"
    assert "Polizia" not in Entry.objects.get(detail__contains="ran out").detail
    assert [run_out(begun.home, later) for _ in range(2)] == [1, 0]


def run_out_while_let_in(here: Node, at: datetime, unit: str, later: datetime) -> int:
    """A round that has listed whose time is over, and has its turn after a supervisor let one of them in for longer."""
    waiting = [unit]

    def ask(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if connection.in_atomic_block and "groupmember" in sql and waiting:
            GroupMember.objects.filter(unit=waiting.pop()).update(until=later)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        return run_out(here.home, at)


def test_an_end_that_a_clock_ahead_told_too_early_is_told_when_it_comes(begun: Node) -> None:
    told(begun, 5, [member(begun.home.node, "Polizia Postale"), member(PEER, "Theirs", "FR")])
    opened = Restriction(Level.OPEN, groups=frozenset({f"tf-9_{PEER[:32]}"}))
    row = put(Owner(PEER, "Theirs", "FR"), "series", UUID(int=1), {"name": "Box", "life": "open"}, opened, 1, NOON)
    sighted([row], actor(begun.chiara.unit, NOON), "look", NOON)
    day = timedelta(days=1)
    assert run_out(begun.home, DAY) == 2
    Notice.objects.update(read_at=NOON)  # somebody of the unit saw it
    early = changed()
    assert [run_out(begun.home, DAY - day) for _ in range(2)] == [0, 0]
    again = changed()
    assert again > early  # peers are told anew that they may know of it
    assert Notice.objects.get().closed_at == DAY - day  # and whoever is here
    assert [run_out(begun.home, DAY) for _ in range(2)] == [2, 0]
    assert changed() > again
    notice = Notice.objects.get()
    assert (notice.about, notice.at, notice.read_at, notice.closed_at) == (About.WITHDRAWN, DAY, None, None)
    acts = [json.loads(entry.detail)["act"] for entry in Entry.objects.filter(detail__contains="memberships")]
    assert acts == ["memberships ran out", "memberships are not over yet", "memberships ran out"]


def changed() -> int:
    """The number of the last change of the one thing on the board."""
    return Shared.objects.get().changed


def test_what_was_sent_to_a_group_is_withdrawn_from_a_node_whose_membership_runs_out(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open() as anke:
            found_group(belgium.home, anke, "tf-1", "Task force 1", NOON + timedelta(days=30))
            peer = belgium.peer(italy)
            add_member(belgium.home, anke, "tf-1", "Unit IT", peer.name, "IT", NOON + timedelta(days=2))
            opened = Restriction(Level.OPEN, groups=frozenset({"tf-1"}))
            told = {"name": "Box", "life": "grouped"}
            put(Owner("", anke.unit.name, "BE"), "series", UUID(int=1), told, opened, 1, belgium.clock())
        world.ask(belgium, italy)
        assert in_italy(italy) == [("Box", False)]
        world.pass_time(2 * 24 * 3600 + 1)
        with belgium.open():
            assert run_out(belgium.home, belgium.clock()) == 1
        world.ask(belgium, italy)
        assert in_italy(italy) == [(None, True)]  # nothing is left there of what was told
        with belgium.open():
            assert belgium.peer(italy).receipts.count() == 1


def in_italy(italy: Nation) -> list[tuple[object, bool]]:
    """What lies in Italy of other nodes, and whether it is withdrawn."""
    with italy.open():
        return [(row.body.get("name"), row.withdrawn_at is not None) for row in Shared.objects.exclude(node="")]
