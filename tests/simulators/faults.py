"""A network with faults between nodes, from a seed: cut, lost, one way alone, late, doubled, replayed; clocks that go
wrong, processes that start again or are killed between two questions to their database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from havre.errors import HavreError, Unavailable
from tests.simulators.nations import Killed, Nation, World, killed_at

LOSS = 0.3
LATE = 2.0
"""Seconds that a late request takes."""
DOUBLED = 10
"""How often a doubled request comes."""


@dataclass
class Faults:
    """What goes wrong between the nodes of a world, until it is healed."""

    world: World
    cut: set[frozenset[str]] = field(default_factory=set)
    """Pairs between which nothing passes."""
    one_way: set[tuple[str, str]] = field(default_factory=set)
    """(from, to): requests arrive, and their answers do not come back."""
    kills: float = 0.0
    """How often whoever receives is killed meanwhile."""
    healed: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    """How often each fault happened."""

    def carry(self, sender: Nation, to: Nation, text: str) -> str:
        """A request on its way."""
        if self.healed:
            return self.world.deliver(to, text)
        chance = self.world.chance
        if frozenset({sender.country, to.country}) in self.cut:
            return self._lost("cut")
        if chance.random() < LOSS:
            return self._lost("request lost")
        kind = chance.choice(["", "", "", "late", "doubled", "replayed"])
        if kind == "late":
            self.world.later(to, text, chance.uniform(0.1, LATE))
            return self._lost("late")
        if kind == "doubled":
            self._count("doubled")
            for _ in range(DOUBLED - 1):
                self._quietly(to, text)
        if kind == "replayed" and self.world.carried:
            self._count("replayed")
            self._quietly(*chance.choice(self.world.carried))  # to whom it was for: anybody else has no use for it
        answer = self._delivered(to, text)
        if chance.random() < LOSS or (sender.country, to.country) in self.one_way:
            return self._lost("answer lost")
        return answer

    def _delivered(self, to: Nation, text: str) -> str:
        if self.world.chance.random() >= self.kills:
            return self.world.deliver(to, text)
        self._count("receiver killed")
        try:
            with to.open(), killed_at(self.world.chance.randrange(1, 60)):
                return self.world.deliver(to, text)
        except Killed:
            to.restart()
            raise Unavailable("it was killed") from None

    def _quietly(self, to: Nation, text: str) -> None:
        try:
            self.world.deliver(to, text)
        except HavreError:
            self._count("refused whole")

    def _lost(self, how: str) -> str:
        self._count(how)
        raise Unavailable("no answer came")

    def _count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    # ---- between exchanges ----

    def shuffle(self) -> None:
        """Other pairs are cut, other clocks go wrong, somebody starts again."""
        chance, nations = self.world.chance, list(self.world.nations.values())
        pairs = [frozenset({a.country, b.country}) for a in nations for b in nations if a is not b]
        self.cut = {pair for pair in pairs if chance.random() < 0.15}
        self.one_way = {
            (a.country, b.country) for a in nations for b in nations if a is not b and chance.random() < 0.1
        }
        for nation in nations:
            if chance.random() < 0.2:
                nation.skew = timedelta(hours=chance.choice([-24, -1, 0, 1, 24]))
                self._count("clock")
            if chance.random() < 0.1:
                nation.restart()
                self._count("restart")

    def heal(self) -> None:
        """From now on everything passes; what is under way arrives."""
        self.healed = True
        for nation in self.world.nations.values():
            nation.skew = timedelta(0)

    @contextmanager
    def killing(self, nation: Nation) -> Iterator[None]:
        """This node is sometimes killed while it does something."""
        chance = self.world.chance
        if self.healed or chance.random() >= self.kills:
            yield
            return
        self._count("sender killed")
        try:
            with nation.open(), killed_at(chance.randrange(1, 120)):
                yield
        except Killed:
            self.world.go(None)
            nation.restart()
