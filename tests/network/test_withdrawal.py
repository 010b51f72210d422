"""What its source withdraws is gone from every node that had it, and each signs that it is: no receipt lacks."""

from datetime import timedelta
from uuid import UUID

import pytest

from havre.audit.models import Entry
from havre.exchange.board import put, withdraw
from havre.exchange.imprint_shape import told
from havre.exchange.imprinted import told_imprints
from havre.exchange.models import Shared, SharedImprint, SharedPrint
from havre.flows.group import add_member, found_group
from havre.flows.tend import tend
from havre.network.meet import signing_keys
from havre.network.models import Peer, Receipt, Told
from havre.restrictions.model import Level, Owner, Restriction
from havre.sealing.bundle import ANSWER, read_answer
from tests.imprinted import film
from tests.simulators.nations import World
from tests.simulators.worlds import Worlds

BELGIUM = Owner("", "Unit BE", "BE")
ALL = Restriction(Level.OPEN, countries=frozenset({"IT", "FR"}))
ITALY = Restriction(Level.OPEN, countries=frozenset({"IT"}))
SECRET = "a contact that must be gone"
MADE = film(1, 2)
PRINT, LATER = told(MADE.method, MADE.version, None, MADE.data), told("gait", "3", 1.5, b"of a later version")
WITHIN = 60
"""Seconds after contact."""


def published(world: World, count: int) -> None:
    """Belgium lets everybody know of so many media."""
    belgium = world.nations["BE"]
    with belgium.open():
        for number in range(1, count + 1):
            body = {"sha256": f"{number:064x}", "pdq": [f"{number:064x}"], "quality": 90, "contact": SECRET}
            body |= {"imprints": [PRINT, LATER], "camera": {"model": "d810", "serial": f"1234{number:04}"}}
            put(BELGIUM, "media", UUID(int=number), body, ALL, 1, belgium.clock())


def pass_until_quiet(world: World) -> float:
    """Everybody works as in the background until nothing of Belgium's waits; how many seconds that took."""
    began = world.now
    for _ in range(WITHIN):
        for nation in world.nations.values():
            world.turn(nation)
        with world.nations["BE"].open():
            if Told.objects.exclude(withdrawn_at=None).count() == wanted():
                break
        world.pass_time(1)
    return (world.now - began).total_seconds()


def wanted() -> int:
    """How many things peers were told of that nobody may know any more, or that peer may not."""
    gone = set(Shared.objects.filter(node="").exclude(withdrawn_at=None).values_list("ref", flat=True))
    closed = set(Shared.objects.filter(node="", condition__told__countries=["IT"]).values_list("ref", flat=True))
    france = Told.objects.filter(peer__country="FR", ref__in=closed - gone).count()
    return Told.objects.filter(ref__in=gone).count() + france


def held(world: World, country: str) -> set[int]:
    """What a node has of Belgium's, by number."""
    with world.nations[country].open():
        rows = Shared.objects.exclude(node="").filter(withdrawn_at=None)
        return {ref.int for ref in rows.values_list("ref", flat=True)}


def test_withdrawn_things_are_gone_from_every_peer_with_complete_receipts(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium = world.nations["BE"]
        published(world, 80)
        for _ in range(2):
            world.turn(belgium)
            world.pass_time(1)
        assert held(world, "IT") == held(world, "FR") == set(range(1, 81))
        imprints_came(world)
        with belgium.open():
            for number in range(1, 71):
                withdraw(BELGIUM, UUID(int=number), 2, belgium.clock())
            put(BELGIUM, "media", UUID(int=80), {"contact": SECRET}, ITALY, 2, belgium.clock())
        assert pass_until_quiet(world) < WITHIN
        assert held(world, "IT") == set(range(71, 81))
        assert held(world, "FR") == set(range(71, 80))
        everything_is_gone(world)
        with belgium.open():
            receipts_are_complete()


def imprints_came(world: World) -> None:
    """Every node has them as Belgium told them, those too that nobody can compare yet."""
    for nation in world.nations.values():
        with nation.open():
            for row in Shared.objects.filter(kind="media"):
                assert told_imprints(row) == [PRINT, LATER]
            assert SharedPrint.objects.exclude(camera=None).count() == 80


def everything_is_gone(world: World) -> None:
    """Neither a body nor a fingerprint of what was withdrawn is left with a peer."""
    for country in ("IT", "FR"):
        everything_is_gone_from(world, country)


def everything_is_gone_from(world: World, country: str) -> None:
    """The same with one peer."""
    with world.nations[country].open():
        gone = Shared.objects.exclude(withdrawn_at=None)
        assert gone.exists()
        assert SECRET not in str([each.body for each in gone])
        assert not SharedPrint.objects.filter(shared__in=gone).exists()
        assert not SharedImprint.objects.filter(shared__in=gone).exists()


def receipts_are_complete() -> None:
    """Each peer signed an answer for each thing that was withdrawn from it."""
    for peer in Peer.objects.all():
        expected = set(range(1, 71)) | ({80} if peer.country == "FR" else set())
        receipts = Receipt.objects.filter(peer=peer)
        assert {each.ref.int for each in receipts} == expected
        for each in receipts:
            statement, answer = read_answer(each.answer)
            (key,) = signing_keys(peer)
            statement.proven(ANSWER, key.accepts)
            assert (answer.sender, answer.received.number >= each.number) == (peer.node, True)


def test_a_peer_that_is_away_gives_its_receipts_when_it_is_back(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, france = world.nations["BE"], world.nations["FR"]
        published(world, 3)
        world.turn(belgium)
        with belgium.open():
            withdraw(BELGIUM, UUID(int=1), 2, belgium.clock())
        france.settings.halted.write_text("away")  # answers nobody
        world.pass_time(31)
        world.turn(belgium)
        with belgium.open():
            assert {each.peer.country for each in Receipt.objects.all()} == {"IT"}
        france.settings.halted.unlink()
        assert pass_until_quiet(world) < WITHIN
        with belgium.open():
            assert sorted(each.peer.country for each in Receipt.objects.all()) == ["FR", "IT"]
        assert held(world, "FR") == {2, 3}


def hours(many: int) -> timedelta:
    """So many hours."""
    return timedelta(hours=many)


@pytest.mark.parametrize("ends", ["membership", "group"])
def test_what_is_open_to_a_group_is_withdrawn_when_the_membership_or_the_group_runs_out(
    worlds: Worlds, ends: str
) -> None:
    """France is in a task force for an hour, Italy for two; nobody does anything when the hour is over."""
    with worlds("BE IT FR") as world:
        belgium = world.nations["BE"]
        with belgium.open() as anke:
            until = {"IT": hours(2), "FR": hours(1 if ends == "membership" else 2)}
            last = hours(2 if ends == "membership" else 1)
            found_group(belgium.home, anke, "tf-1", "Force one", belgium.clock() + last)
            for country, some in until.items():
                ended = belgium.clock() + some
                add_member(belgium.home, anke, "tf-1", f"Unit {country}", f"Node {country}", country, ended)
            opened = Restriction(Level.OPEN, groups=frozenset({"tf-1"}))
            for number in (1, 2):
                put(BELGIUM, "media", UUID(int=number), {"contact": SECRET}, opened, 1, belgium.clock())
        world.turn(belgium)
        assert held(world, "IT") == held(world, "FR") == {1, 2}
        world.pass_time(3600)
        with belgium.open():
            tend(belgium.home, belgium.clock)
        world.turn(belgium)
        assert held(world, "FR") == set()
        assert held(world, "IT") == ({1, 2} if ends == "membership" else set())
        everything_is_gone_from(world, "FR")
        with belgium.open():
            gone = {"FR"} if ends == "membership" else {"FR", "IT"}
            assert {each.peer.country for each in Receipt.objects.all()} == gone
            assert Entry.objects.filter(detail__contains="ran out").count() == 1


def test_what_was_told_for_a_time_is_withdrawn_on_its_day_unless_it_is_held(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium = world.nations["BE"]
        with belgium.open():
            for number, hold in ((1, False), (2, True)):
                day = belgium.clock() + hours(1)
                said = Restriction(Level.OPEN, countries=frozenset({"IT"}), retain_until=day, legal_hold=hold)
                put(BELGIUM, "media", UUID(int=number), {"contact": SECRET}, said, 1, belgium.clock())
        world.turn(belgium)
        assert held(world, "IT") == {1, 2}
        world.pass_time(3600)
        with belgium.open():
            assert tend(belgium.home, belgium.clock).destroyed == 1
        world.turn(belgium)
        assert held(world, "IT") == {2}
        everything_is_gone_from(world, "IT")
        with belgium.open():
            assert [each.ref.int for each in Receipt.objects.all()] == [1]
