"""A claim that lost against one of which its node is told nothing is refused by whose series it is."""

from uuid import UUID

import pytest

from havre.entrypoints.command.notice_words import line
from havre.errors import Invalid
from havre.exchange.board import put
from havre.exchange.models import About, Kind, Shared
from havre.exchange.rules import reference
from havre.flows.notices import acknowledge, list_notices
from havre.flows.peers_told import take_refused
from havre.flows.restrict import restrict
from havre.flows.taking_from import From
from havre.flows.tell_countries import tell
from havre.flows.theirs import claim_theirs
from havre.network.models import Outgoing, Peer
from tests.exchange.shared import confirmed, open_to
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds


def its() -> Shared:
    """Belgium's series, as a node has it."""
    return Shared.objects.get(kind=Kind.SERIES)


def opened(world: World) -> str:
    """Belgium's series is open to both others, who do not know one another; how it is called."""
    belgium, italy, france = world.nations.values()
    for one, other in ((italy, france), (france, italy)):
        with one.open():
            one.peer(other).delete()
    with belgium.open() as anke:
        restrict(belgium.home, anke, "series", confirmed(anke).reference, open_to("IT", "FR"))
        called = reference(its())
    exchanged(world)
    return called


def exchanged(world: World, times: int = 1) -> None:
    """Each works so often as in the background."""
    for _ in range(times):
        for nation in world.nations.values():
            world.turn(nation)
        world.pass_time(1)


def claimed(nation: Nation) -> Shared:
    """The nation's claim on Belgium's series, made now."""
    with nation.open() as acting:
        return claim_theirs(nation.home, acting, reference(its()))


def told(nation: Nation) -> list[str]:
    """What a unit is told of claims that met another."""
    with nation.open() as acting:
        said = [each for each in list_notices(nation.home, acting) if each["about"] == About.CONTESTED]
    return [line(each).partition("  ")[2] for each in said]


def test_whose_claim_came_later_is_refused_with_the_next_exchange_by_whose_series_it_is(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        called = opened(world)
        for at in (1, 2):  # nothing keeps it from claiming again
            claimed(france)
            world.pass_time(60)
            later = claimed(italy)
            exchanged(world, 2)
            assert told(france) == []
            assert told(italy) == [
                f"two claims: {called} of Unit BE (BE); another unit works on it, your claim is given back: ask them"
            ]
            with italy.open() as chiara:
                later.refresh_from_db()
                assert later.withdrawn_at is not None
                assert not Shared.objects.filter(country="FR").exists()
                (waiting,) = list_notices(italy.home, chiara)
                acknowledge(italy.home, chiara, waiting["number"])
            with belgium.open():
                tell(belgium.home, Shared.objects.filter(kind=Kind.CLAIM, country="FR"), belgium.clock())
                assert Outgoing.objects.filter(kind="refused").count() == at
        with france.open():
            assert Shared.objects.filter(kind=Kind.CLAIM, node="", withdrawn_at=None).exists()


def test_nothing_is_said_of_a_claim_of_which_the_unit_may_not_know(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        opened(world)
        first = claimed(france)
        with france.open():
            put(first.source, Kind.CLAIM, first.ref, first.body, open_to("BE"), first.version + 1, france.clock())
        world.pass_time(60)
        claimed(italy)
        exchanged(world, 2)
        assert told(italy) == []
        with belgium.open():
            assert not Outgoing.objects.filter(kind="refused").exists()


def test_only_whose_series_it_is_refuses_and_only_the_claim_that_stands(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        opened(world)
        made = claimed(italy)
        named = {"claim": str(made.ref), "since": made.body["since"]}
        with italy.open() as chiara:
            source = From(italy.home, chiara, italy.peer(belgium), 9)
            stranger = From(italy.home, chiara, Peer(name="Peer", node=france.node, country="FR"), 9)
            with pytest.raises(Invalid, match="by whose series it is"):
                take_refused(stranger, named)
            for wrong in ({}, {"claim": 7, "since": named["since"]}):
                with pytest.raises(Invalid, match="named by its UUID"):
                    take_refused(source, wrong)
            for other in ({"since": "before"}, {"claim": str(UUID(int=1))}):
                assert take_refused(source, named | other) == ""
            made.refresh_from_db()
            assert made.withdrawn_at is None
            assert take_refused(source, named) == ""
            made.refresh_from_db()
            assert made.withdrawn_at is not None
            assert take_refused(source, named) == ""
