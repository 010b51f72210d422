"""The source learns from its peers who there saw its things; of anything else a peer is not believed."""

from uuid import uuid4

import pytest

from havre.errors import Invalid
from havre.exchange.board import put
from havre.exchange.models import Kind, Shared, Sighting
from havre.exchange.publish import owner_of
from havre.exchange.sight import entered, sighted
from havre.flows.return_seen import return_seen, take_seen
from havre.flows.taking_from import From
from havre.network.models import Peer
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, Restriction
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds

ENTRY = 41


def told(world: World, belgium: Nation, italy: Nation) -> str:
    """Belgium lets Italy see a series, and Italy has it."""
    with belgium.open() as anke:
        restriction = Restriction(Level.OPEN, countries=frozenset({"IT"}))
        ref = uuid4()
        put(owner_of(anke.unit), Kind.SERIES, ref, {"name": "x", "life": "open"}, restriction, 1, belgium.clock())
    world.ask(belgium, italy)
    return str(ref)


def test_who_saw_it_there_is_told_to_the_source_once(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        ref = told(world, belgium, italy)
        with italy.open() as anna:
            here = actor(anna.unit, italy.clock())
            sighted(Shared.objects.filter(ref=ref), here, "look", italy.clock())
            assert return_seen(italy.clock()) == 0  # what no log has yet is not told
            entered(here, ENTRY)
            assert [return_seen(italy.clock()) for _ in range(2)] == [1, 0]
        world.ask(italy, belgium)
        with belgium.open():
            row = Sighting.objects.get(why="seen")
            assert (row.node, row.country, row.level, row.entry) == (italy.node, "IT", Level.OPEN, ENTRY)
            assert Sighting.objects.filter(why="sent", node=italy.node).exclude(entry=None).count() == 1


WRONG = [{"unit": ""}, {"unit": 7}, {"country": "Italy"}, {"level": 9}, {"level": "x"}, {"ref": "x"}]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_or_was_not_told_to_it_is_not_believed(worlds: Worlds, wrong: dict[str, object]) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        ref = told(world, belgium, italy)
        with belgium.open() as anke:
            hidden = uuid4()
            put(owner_of(anke.unit), Kind.SERIES, hidden, {}, Restriction(Level.CLOSED), 1, belgium.clock())
            source = From(belgium.home, anke, Peer.objects.get(node=italy.node), 1)
            good = {"ref": ref, "unit": "U", "country": "IT", "level": 2, "at": "?", "entry": -1}
            assert "1 of 1" in take_seen(source, {"seen": [good | {"ref": str(hidden)}]})
            assert "1 of 1" in take_seen(source, {"seen": [good | wrong]})
            assert Sighting.objects.filter(why="seen").count() == 0
            good["at"] = "0001-01-01T00:00:00+14:00"  # it is kept as now
            assert take_seen(source, {"seen": [good, good]}) == ""
            assert Sighting.objects.get(why="seen").at == belgium.clock()
            assert Sighting.objects.get(why="seen").entry is None
            for nonsense in ({}, {"seen": 7}, {"seen": [good] * 501}):
                with pytest.raises(Invalid):
                    take_seen(source, nonsense)
