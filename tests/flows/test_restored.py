"""A node that came back from a backup says nothing of its own before its witnesses told it how far its log was."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from havre.audit.models import Checkpoint, Entry
from havre.errors import Broken
from havre.flows.introduce import say
from havre.flows.network_state import resolve, state
from havre.flows.receive import receive
from havre.flows.restored import go_on, has_witnesses, wait_for_witnesses, waits
from havre.network.models import Peer
from tests.cast import Node
from tests.databases import close_connections
from tests.flows.test_witness import exchange_all, grow, restored
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])  # its file is copied


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    """Belgium and two witnesses, one of which is out of reach in some tests."""
    with worlds("BE IT FR") as found:
        exchange_all(found)
        yield found


def backed_up(nation: Nation) -> Path:
    """The database as it is now."""
    close_connections()
    backup = nation.settings.home / "backup.sqlite3"
    copyfile(nation.settings.sqlite, backup)
    return backup


def brought_back(nation: Nation, backup: Path) -> None:
    """As `havre restore` leaves it."""
    restored(nation, backup)
    wait_for_witnesses(nation.home, {"act": "restored", "file": "b.age"})


def signed(nation: Nation) -> tuple[int, int]:
    """How much this node has signed."""
    with nation.open():
        return Entry.objects.count(), Checkpoint.objects.count()


def test_while_it_waits_it_signs_nothing_and_answers_nobody(world: World) -> None:
    belgium, italy = world.nations["BE"], world.nations["IT"]
    grow(italy)
    world.ask(italy, belgium)
    request = next(text for to, text in reversed(world.carried) if to is belgium)
    brought_back(belgium, backed_up(belgium))
    before = signed(belgium)
    with belgium.open() as anke:
        with pytest.raises(Broken, match="has not heard"):
            say(belgium.home, anke, "Node IT", "we are back")
        with pytest.raises(Broken, match="has not heard"):
            receive(belgium.home, belgium.clock, request)
        assert "restored" in state(belgium.home, anke)["halted"]
    assert signed(belgium) == before


def test_a_newest_backup_goes_on_at_first_contact_and_the_log_says_so(world: World) -> None:
    belgium = world.nations["BE"]
    brought_back(belgium, backed_up(belgium))
    world.turn(belgium)
    with belgium.open() as anke:
        assert not waits(belgium.home)
        entry = Entry.objects.filter(detail__contains='"act":"restored"').get()
        assert "heard from Node IT, Node FR" in entry.detail
        say(belgium.home, anke, "Node IT", "we are back")
    exchange_all(world)
    with world.nations["IT"].open():
        assert not Peer.objects.exclude(doubted="").exists()


def test_an_older_backup_is_halted_before_it_signed_anything_and_everyone_is_told(world: World) -> None:
    belgium, italy, france = world.nations.values()
    backup = backed_up(belgium)
    grow(belgium)
    exchange_all(world)
    brought_back(belgium, backup)
    before = signed(belgium)
    with pytest.raises(Broken, match="went back"):
        world.turn(belgium)
    assert signed(belgium) == before
    assert belgium.settings.halted.exists()
    assert not belgium.settings.unheard.exists()
    world.pass_time(60)
    world.turn(italy)
    for nation in (italy, france):
        with nation.open() as people:
            assert [each["node"] for each in state(nation.home, people)["alarms"]] == [belgium.node]


def test_without_any_contact_it_waits_and_somebody_may_decide(world: World) -> None:
    belgium = world.nations["BE"]
    brought_back(belgium, backed_up(belgium))
    for country in ("IT", "FR"):
        world.nations[country].settings.halted.write_text("away")
    with pytest.raises(Broken, match="has not heard"):
        world.turn(belgium)
    with belgium.open() as anke:
        resolve(belgium.home, anke)
        assert "somebody decided" in Entry.objects.filter(detail__contains='"act":"restored"').get().detail
        say(belgium.home, anke, "Node IT", "we go on")


def test_a_node_without_peers_has_no_witnesses(begun: Node) -> None:
    assert not has_witnesses()
    wait_for_witnesses(begun.home, {"act": "restored"})
    assert waits(begun.home)
    go_on(begun.home, begun.anke, "a test")
    assert not waits(begun.home)
