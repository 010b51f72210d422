"""Several nodes in one process, each with its home and database, and a network between them whose time is simulated.

Whether a request is lost, late or doubled is decided by a seed: the same seed gives the same story. Each node runs the
flows of the product on its own database; only the way between them is played.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from django.db import connection

from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.ask_peers import Exchanged, ask_all, exchange
from havre.flows.begin import begin_node
from havre.flows.home import Home
from havre.flows.introduce import get_to_know, introduce
from havre.flows.receive import receive
from havre.network.models import Peer
from havre.sealing.peer import fingerprint, read_introduction
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.models import Person
from tests.cast import NOON
from tests.databases import NOWHERE, Copy, point_django_at

Way = Callable[["Nation", "Nation", str], str]


class Killed(BaseException):
    """The process ended at this moment."""


@dataclass
class Nation:
    """One node."""

    name: str
    country: str
    settings: Settings
    world: "World"
    home: Home
    node: str = ""
    skew: timedelta = timedelta(0)

    def clock(self) -> datetime:
        """What this node thinks the time is."""
        return self.world.now + self.skew

    def acting(self) -> Acting:
        """Whoever runs this node."""
        return Acting(Person.objects.select_related("unit").earliest("id"), self.clock, "a test")

    @contextmanager
    def open(self) -> Iterator[Acting]:
        """This process is this node meanwhile."""
        before = self.world.here
        self.world.go(self)
        try:
            yield self.acting()
        finally:
            self.world.go(before)

    def restart(self) -> None:
        """Forget all that is not written down."""
        self.home = Home(self.settings)

    def peer(self, other: "Nation") -> Peer:
        """How this node knows another; ask it where this node is open."""
        return Peer.objects.get(node=other.node)


@dataclass
class World:
    """All nodes, the time, and what is under way between them."""

    chance: random.Random
    now: datetime = NOON
    nations: dict[str, Nation] = field(default_factory=dict)
    here: Nation | None = None
    way: Way | None = None
    under_way: list[tuple[datetime, int, "Nation", str]] = field(default_factory=list)
    carried: list[tuple["Nation", str]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def go(self, nation: Nation | None) -> None:
        """Make the models of this process work on this node's database."""
        if nation is not self.here and nation is not None:
            point_django_at(nation.settings)
        self.here = nation

    # ---- what passes ----

    def deliver(self, to: Nation, text: str) -> str:
        """The answer of a node to a request, as if it came at this moment."""
        with to.open():
            try:
                return receive(to.home, to.clock, text)
            except (Refused, NotFound, Invalid) as error:
                raise Refused(str(error)) from None
            except Broken:
                raise Unavailable("it cannot answer now") from None

    def directly(self, _sender: Nation, to: Nation, text: str) -> str:
        """A network without faults."""
        return self.deliver(to, text)

    def transport(self, sender: Nation) -> Callable[[Peer, str], str]:
        """What this node hands its requests to."""

        def carry(peer: Peer, text: str) -> str:
            to = next(each for each in self.nations.values() if each.node == peer.node)
            self.carried.append((to, text))
            return (self.way or self.directly)(sender, to, text)

        return carry

    def later(self, to: Nation, text: str, seconds: float) -> None:
        """A copy of a request arrives so much later; whoever asked does not wait for its answer."""
        heappush(self.under_way, (self.now + timedelta(seconds=seconds), next(self._order), to, text))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with what arrives meanwhile."""
        until = self.now + timedelta(seconds=seconds)
        while self.under_way and self.under_way[0][0] <= until:
            self.now, _, to, text = heappop(self.under_way)
            try:
                self.deliver(to, text)
            except (HavreError, Killed):
                to.restart()
        self.now = until

    def ask(self, sender: Nation, to: Nation) -> Exchanged:
        """One exchange."""
        with sender.open():
            return exchange(sender.home, sender.clock, sender.peer(to), self.transport(sender), self.chance.randbytes)

    def turn(self, nation: Nation) -> dict[str, Exchanged]:
        """What the background of this node does at this moment."""
        with nation.open():
            return ask_all(nation.home, nation.clock, self.transport(nation), self.chance.randbytes)


@contextmanager
def world(make: Callable[[str], Settings], copy: Copy, countries: str, seed: int = 1) -> Iterator[World]:
    """Nodes of these countries ("BE IT"), introduced to one another."""
    found = World(random.Random(seed))
    names = countries.split()
    try:
        for country in names:
            settings = make(country)
            copy(settings)
            nation = Nation(country.lower(), country, settings, found, Home(settings))
            found.nations[country] = nation
            found.go(nation)
            begin_node(settings, country, f"Unit {country}", f"anke-{country.lower()}", nation.clock, "a test")
            nation.home = Home(settings)
            nation.node = nation.home.node
        introduce_all(found)
        yield found
    finally:
        point_django_at(NOWHERE)


def introduce_all(found: World) -> None:
    """Every node accepts every other, as people do who read fingerprints to each other."""
    files = {}
    for nation in found.nations.values():
        with nation.open() as acting:
            address = f"https://{nation.name}.example:8443"
            files[nation.country] = introduce(nation.home, acting, f"Node {nation.country}", (address,))
    for nation in found.nations.values():
        with nation.open() as acting:
            for country, file in files.items():
                if country != nation.country:
                    get_to_know(nation.home, acting, file, fingerprint(read_introduction(file).node))


@contextmanager
def killed_at(query: int) -> Iterator[None]:
    """The process of whoever works on the database now ends at its so manieth question."""
    left = count(query, -1)

    def ask(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if next(left) == 0:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        yield
