"""A hub passes on what it cannot read, for nodes that chose it, and for nobody else."""

import pytest

from havre.errors import NotFound
from havre.flows.exchanging import exchange_once
from havre.flows.introduce import get_to_know, introduce, say, turn_away
from havre.flows.receive import receive
from havre.flows.relay import relay
from havre.network.models import Peer, Word
from havre.sealing.certificate import Shown
from tests.entrypoints.peer.homes import port, serving
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds


def request_for_italy(world: World) -> str:
    """A request of Belgium to Italy with a secret in it."""
    belgium, italy = world.nations["BE"], world.nations["IT"]
    with belgium.open() as anke:
        say(belgium.home, anke, "Node IT", "a secret of Belgium")
    world.ask(belgium, italy)
    return next(text for to, text in world.carried if to is italy)


def test_only_for_peers_that_named_this_node_as_their_hub(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = (world.nations[each] for each in ("BE", "IT", "FR"))
        text = request_for_italy(world)
        assert "a secret of Belgium" not in text
        shown = Shown(belgium.node, 0)
        with france.open() as people:
            with pytest.raises(NotFound):  # Italy is reached directly
                relay(france.home, italy.node, text, shown)
            Peer.objects.filter(node=italy.node).update(hub=france.node, addresses=[])
            for node, who in ((italy.node, Shown(italy.node, 0)), (belgium.node, shown), ("f" * 64, shown)):
                with pytest.raises(NotFound):  # of another, to another, to nobody
                    relay(france.home, node, text, who)
            turn_away(france.home, people, "Node BE")
            with pytest.raises(NotFound):
                relay(france.home, italy.node, text, shown)


def test_a_request_through_a_hub_is_taken_and_through_another_it_is_not(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = (world.nations[each] for each in ("BE", "IT", "FR"))
        text = request_for_italy(world)
        with italy.open() as people:
            with pytest.raises(NotFound):
                receive(italy.home, italy.clock, text, Shown(france.node, 0))
            introduce(italy.home, people, hub=france.node)
            assert receive(italy.home, italy.clock, text, Shown(france.node, 0))
            with pytest.raises(NotFound):
                receive(italy.home, italy.clock, text, Shown(belgium.node[::-1], 0))


@pytest.mark.parametrize("backend", ["sqlite"])  # read by servers of their own
def test_two_nodes_that_reach_each_other_through_a_third_with_real_servers(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = (world.nations[each] for each in ("BE", "IT", "FR"))
        at = {nation.country: port() for nation in (italy, france)}
        reached(world, france, f"https://127.0.0.1:{at['FR']}")
        reached(world, italy, f"https://127.0.0.1:{at['IT']}", hub=france.node)
        with serving(italy.settings, at["IT"]), serving(france.settings, at["FR"]):
            with belgium.open() as people:
                say(belgium.home, people, "Node IT", "through France")
                assert exchange_once(belgium.home, belgium.clock)["Node IT"].trouble == ""
            assert (words(italy), words(france)) == (["through France"], [])
            with france.open() as people:
                turn_away(france.home, people, "Node IT")
            with belgium.open() as people:
                say(belgium.home, people, "Node IT", "once more")
                assert exchange_once(belgium.home, belgium.clock, everyone=True)["Node IT"].trouble
            assert words(italy) == ["through France"]
        assert b"through France" not in france.settings.sqlite.read_bytes()


def reached(world: World, nation: Nation, address: str, hub: str = "") -> None:
    """From now on a node is reached there, as its newer introduction says to all."""
    with nation.open() as people:
        file = introduce(nation.home, people, addresses=(address,), hub=hub)
    for other in world.nations.values():
        if other is not nation:
            with other.open() as people:
                get_to_know(other.home, people, file)


def words(nation: Nation) -> list[str]:
    """What others told those who run this node."""
    with nation.open():
        return list(Word.objects.order_by("id").values_list("text", flat=True))
