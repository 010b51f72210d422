"""Four nodes and a network that fails in every way: in the end each has what it may have, once, and nothing else.

Simulated time, from seeds: 1 story in `make test`, 200 in `make proof`.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from havre.exchange.board import put, withdraw
from havre.exchange.models import Shared
from havre.network.models import Incoming, Peer, Word
from havre.network.outbox import tell
from havre.restrictions.model import Level, Owner, Restriction
from tests.simulators.faults import Faults
from tests.simulators.nations import Nation, World
from tests.simulators.worlds import Worlds

Count = Callable[[int, int], int]

COUNTRIES = "BE IT FR NL"
STEPS = 4, 25
"""In `make test`, and in `make proof`."""
HEALED_WITHIN = 60
"""Seconds."""


class Story:
    """What the people of four countries do meanwhile, and what each may know in the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance
        self.mine: dict[str, dict[UUID, tuple[frozenset[str], int]]] = {each: {} for each in world.nations}
        """Of each country: its things, who may know each now, and its version; nobody once it is withdrawn."""
        self.ever: dict[tuple[str, UUID], set[str]] = {}
        """Who might know each at any time."""
        self.words: Counter[tuple[str, str, str]] = Counter()
        self.version = 0

    def act(self) -> None:
        """Somebody shares, changes, narrows, withdraws or says something."""
        nation = self.chance.choice(list(self.world.nations.values()))
        what = self.chance.choice(["share", "share", "change", "withdraw", "word"])
        with nation.open():
            if what == "word":
                self._say(nation)
            elif what == "share" or not self.mine[nation.country]:
                self._put(nation, UUID(int=self.chance.getrandbits(128), version=4))
            elif what == "change":
                self._put(nation, self.chance.choice(sorted(self.mine[nation.country])))
            else:
                self._withdraw(nation, self.chance.choice(sorted(self.mine[nation.country])))

    def _put(self, nation: Nation, ref: UUID) -> None:
        others = [each for each in self.world.nations if each != nation.country]
        audience = frozenset(each for each in others if self.chance.random() < 0.5)
        restriction = Restriction(Level.OPEN, countries=audience)
        self.version += 1
        told = {"name": "a series", "life": "grouped", "v": self.version}
        put(self._owner(nation), "series", ref, told, restriction, self.version, nation.clock())
        self.mine[nation.country][ref] = (audience, self.version)
        self.ever.setdefault((nation.country, ref), set()).update(audience)

    def _withdraw(self, nation: Nation, ref: UUID) -> None:
        self.version += 1
        withdraw(self._owner(nation), ref, self.version, nation.clock())
        self.mine[nation.country][ref] = (frozenset(), self.version)

    def _say(self, nation: Nation) -> None:
        peer = self.chance.choice(list(Peer.objects.order_by("id")))
        self.version += 1
        text = f"word {self.version}"
        tell(peer, "word", {"text": text}, nation.clock())
        self.words[nation.node, peer.node, text] += 1

    def _owner(self, nation: Nation) -> Owner:
        return Owner("", f"Unit {nation.country}", nation.country)

    # ---- what must hold ----

    def nobody_knows_what_they_never_might(self) -> None:
        """At any moment: whoever holds a thing was allowed it at some time."""
        for nation in self.world.nations.values():
            for source, ref, _body, _gone in self.held(nation):
                assert nation.country in self.ever[source, ref]

    def settled(self) -> bool:
        """Whether everybody has exactly what they may have now, and every word once."""
        for nation in self.world.nations.values():
            held = {(source, ref): body["v"] for source, ref, body, gone in self.held(nation) if not gone}
            may = {
                (source, ref): version
                for source, things in self.mine.items()
                for ref, (audience, version) in things.items()
                if nation.country in audience
            }
            if held != may:
                return False
        return self.heard() == self.words

    def held(self, nation: Nation) -> list[tuple[str, UUID, dict[str, Any], bool]]:
        """What a node has of others."""
        with nation.open():
            rows = Shared.objects.exclude(node="")
            return [(row.country, row.ref, dict(row.body), row.withdrawn_at is not None) for row in rows]

    def heard(self) -> Counter[tuple[str, str, str]]:
        """Every word that came, from whom and to whom."""
        found: Counter[tuple[str, str, str]] = Counter()
        for nation in self.world.nations.values():
            with nation.open():
                found.update((node, nation.node, text) for node, text in Word.objects.values_list("peer__node", "text"))
        return found

    def nothing_was_taken_twice(self) -> None:
        """Each number of each sender once, without gaps."""
        for nation in self.world.nations.values():
            with nation.open():
                for peer in Peer.objects.all():
                    numbers = list(
                        Incoming.objects.filter(peer=peer).order_by("number").values_list("number", flat=True)
                    )
                    assert numbers == list(range(1, peer.received_number + 1))


def play(world: World, steps: int) -> tuple[Faults, float]:
    """One story; how long after healing everything had settled, in seconds."""
    faults, story = Faults(world, kills=0.1), Story(world)
    world.way = faults.carry
    for step in range(steps):
        faults.shuffle()
        for _ in range(3):
            story.act()
        for nation in world.chance.sample(list(world.nations.values()), 3):
            with faults.killing(nation):
                world.turn(nation)
        if step % 5 == 4:
            story.nobody_knows_what_they_never_might()
        world.pass_time(world.chance.uniform(0.5, 20.0))
    faults.heal()
    healed = world.now
    while not story.settled():
        assert world.now - healed < timedelta(seconds=HEALED_WITHIN), faults.seen
        world.pass_time(1.0)
        for nation in world.nations.values():
            world.turn(nation)
    story.nobody_knows_what_they_never_might()
    story.nothing_was_taken_twice()
    for nation in world.nations.values():
        with nation.open():
            assert not Peer.objects.exclude(doubted="").exists()
            assert not nation.settings.halted.exists()
    return faults, (world.now - healed).total_seconds()


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"] if os.environ.get("HAVRE_PROOF") else ["sqlite"])
@pytest.mark.parametrize("part", range(5 if os.environ.get("HAVRE_PROOF") else 1))
def test_whatever_the_network_does_everybody_has_what_they_may_have_once(
    worlds: Worlds, count: Count, part: int
) -> None:
    seeds = random.Random(part).sample(range(1_000_000), count(1, 40))
    for seed in seeds:
        with worlds(COUNTRIES, seed=seed) as world:
            faults, seconds = play(world, count(*STEPS))
        print(f"seed {seed}: settled {seconds:.0f} s after healing; {dict(sorted(faults.seen.items()))}")
