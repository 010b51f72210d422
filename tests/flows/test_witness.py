"""Nodes watch each other's logs: whoever cuts, forks or alters one is found out by the next checkpoint."""

from shutil import copyfile

import pytest

from havre.audit.models import Checkpoint
from havre.errors import Broken
from havre.flows.introduce import say
from havre.flows.network_state import resolve, state
from havre.flows.witness import EVERY, IDLE, went_back
from havre.network.models import Alarm, Countersigned, Peer, Witnessed
from havre.sealing.witness import countersignature
from tests.databases import close_connections
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds


def exchange_all(world: World) -> None:
    """Everybody asks everybody, after the time in which a log is shown again."""
    for _ in range(2):
        world.pass_time(EVERY.total_seconds() + 1)
        for sender in world.nations.values():
            for to in world.nations.values():
                if sender is not to:
                    world.ask(sender, to)


def grow(nation: Nation, count: int = 3) -> None:
    """Some acts are logged."""
    with nation.open() as anke:
        for number in range(count):
            say(nation.home, anke, Peer.objects.earliest("id").name, f"word {number}")


def test_nodes_countersign_each_others_checkpoints(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        exchange_all(world)
        grow(belgium, 5)
        exchange_all(world)
        with italy.open():
            witnessed = Witnessed.objects.latest("number")
        with belgium.open() as anke:
            countersigned = Countersigned.objects.latest("number")
            told = state(belgium.home, anke)["peers"][0]["witness"]
        assert (countersigned.number, countersigned.size) == (witnessed.number, witnessed.size)
        assert told["countersigned_size"] == witnessed.size <= told["own_size"]


def test_a_log_that_nobody_adds_to_is_shown_again_only_now_and_then(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        exchange_all(world)
        exchange_all(world)
        world.pass_time(2 * EVERY.total_seconds())
        assert world.ask(belgium, italy).sent == 0
        world.pass_time(IDLE.total_seconds())
        assert world.ask(belgium, italy).sent == 1


@pytest.mark.parametrize("backend", ["sqlite"])  # its file is copied
def test_an_old_backup_is_noticed_everyone_is_told_and_nothing_is_signed_until_somebody_decides(
    worlds: Worlds,
) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        exchange_all(world)
        close_connections()
        backup = belgium.settings.home / "backup.sqlite3"
        copyfile(belgium.settings.sqlite, backup)
        grow(belgium)
        exchange_all(world)
        restored(belgium, backup)

        with pytest.raises(Broken, match="signs nothing"):
            exchange_all(world)
        with belgium.open() as anke, pytest.raises(Broken, match="havre network resolve"):
            say(belgium.home, anke, "Node IT", "we are back")
        world.pass_time(60)
        world.turn(italy)
        with italy.open() as people:
            assert "its own node says" in state(italy.home, people)["peers"][0]["doubted"]
        with france.open():
            assert Alarm.objects.filter(node=belgium.node).exists()

        with belgium.open() as anke:
            resolve(belgium.home, anke)
            say(belgium.home, anke, "Node IT", "we are back")
        for nation in (italy, france):
            with nation.open() as people:
                if Peer.objects.get(node=belgium.node).doubted:
                    resolve(nation.home, people, "Node BE")
        for _ in range(3):
            exchange_all(world)
        with italy.open() as people:
            words = state(italy.home, people)["peers"][0]["words"]
            assert "we are back" in [each["text"] for each in words]
            assert not Peer.objects.exclude(doubted="").exists()


def test_a_note_that_somebody_else_signed_too_is_still_ours(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        exchange_all(world)
        with belgium.open():
            note = Checkpoint.objects.latest("number").note
            further = countersignature(note, italy.home.signer)
            assert went_back(belgium.home, note + further) == ""
            Checkpoint.objects.all().delete()
            assert "is not in this log any more" in went_back(belgium.home, note + further)


def restored(nation: Nation, backup: object) -> None:
    """The database as it was, and the checkpoint that was kept beside it gone: nothing here knows better."""
    close_connections()
    for end in ("-wal", "-shm"):
        nation.settings.sqlite.with_name(nation.settings.sqlite.name + end).unlink(missing_ok=True)
    copyfile(str(backup), nation.settings.sqlite)
    nation.settings.seen.unlink()
    nation.restart()
