"""A hub passes on what it cannot read, for nodes that chose it, and for nobody else."""

from pathlib import Path

import pytest

from havre.errors import NotFound
from havre.flows.introduce import introduce, say, turn_away
from havre.flows.relay import relay
from havre.network.models import Peer
from havre.sealing.certificate import Shown
from tests.entrypoints.peer.homes import accept, havre, house, serving, words
from tests.simulators.nations import World
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
    from havre.flows.receive import receive

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


def test_three_homes_two_of_which_reach_each_other_through_the_third(tmp_path: Path) -> None:
    france = house(tmp_path, "FR")
    belgium, italy = house(tmp_path, "BE"), house(tmp_path, "IT", "--hub", france.node)
    for here, other in ((belgium, france), (belgium, italy), (france, belgium), (france, italy), (italy, belgium)):
        accept(here, other)
    accept(italy, france)
    havre(belgium.settings, "peer", "tell", "Unit IT", "through France")
    with serving(italy), serving(france):
        told = havre(belgium.settings, "work")["network"]
        assert told["Unit IT"]["trouble"] == ""
        assert words(italy, "Unit BE") == ["through France"]
        assert words(france, "Unit BE") == []
        havre(france.settings, "peer", "revoke", "Unit IT")
        havre(belgium.settings, "peer", "tell", "Unit IT", "once more")
        assert havre(belgium.settings, "work")["network"]["Unit IT"]["trouble"]
    for here in (belgium, italy, france):
        assert havre(here.settings, "audit", "verify")["sound"] is True
        files = [each for each in here.settings.home.rglob("*") if each.is_file()]
        assert any(b"through France" in each.read_bytes() for each in files) == (here is not france)
