"""The people of the tests: Anke and Bram of a Belgian unit, Chiara of an Italian one; and when they work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from havre.flows.begin import ALL_ROLES, add_colleague, add_unit, begin_node
from havre.flows.home import Home
from havre.matches.formats import SANDBOXED
from havre.media.decode.sandbox import Sandbox
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.found import add_person, found_unit
from havre.units.models import Person, RoleName, Unit
from tests.begun import Beginnings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When everything happens."""


def noon() -> datetime:
    """The clock of the tests."""
    return NOON


def acting(person: Person, reason: str = "a test") -> Acting:
    """This person at one command, at noon."""
    return Acting(person, noon, reason)


@dataclass(frozen=True, slots=True)
class Cast:
    """Two colleagues in Belgium and somebody in Italy, who may know nothing of what the two hold."""

    anke: Person
    """Holds all roles of the Belgian unit."""
    bram: Person
    """An analyst of the Belgian unit."""
    chiara: Person
    """Holds all roles of the Italian unit."""

    @property
    def belgium(self) -> Unit:
        """Anke's and Bram's unit."""
        return self.anke.unit

    @property
    def italy(self) -> Unit:
        """Chiara's unit."""
        return self.chiara.unit


def introduce() -> Cast:
    """The cast as rows of an empty database, without a home."""
    belgium = found_unit("Federal Police", "BE", NOON)
    italy = found_unit("Polizia Postale", "IT", NOON)
    return Cast(
        anke=add_person("anke", belgium, NOON, ALL_ROLES),
        bram=add_person("bram", belgium, NOON, [RoleName.ANALYST]),
        chiara=add_person("chiara", italy, NOON, ALL_ROLES),
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A home on which the cast works, each at a command of their own."""

    home: Home
    anke: Acting
    bram: Acting
    chiara: Acting


class Lasting(Sandbox):
    """A sandbox for one home after another: what it loads takes longer than most tests. It ends with this process."""

    def close(self) -> None:
        """Nothing: the next test goes on with it."""


SANDBOX = Lasting(SANDBOXED)


BEGINNINGS = Beginnings()


def _begin(settings: Settings) -> None:
    anke = acting(begin_node(settings, "BE", "Federal Police", "anke", noon, "a test"))
    beginning = Home(settings)
    add_colleague(beginning, anke, "bram", "", [RoleName.ANALYST])
    italy = add_unit(beginning, anke, "Polizia Postale", "IT")
    add_colleague(beginning, anke, "chiara", italy.name, ALL_ROLES)


@contextmanager
def node(settings: Settings) -> Iterator[Node]:
    """A node begun by Anke, with keys, log and store; closed at the end. All of a process have the same keys."""
    BEGINNINGS.begin(settings, lambda: _begin(settings))
    # A home reads its keys once: the one that made the Italian unit does not have that unit's.
    home = Home(settings, begun=SANDBOX)
    try:
        people = {each.name: acting(each) for each in Person.objects.select_related("unit")}
        yield Node(home, people["anke"], people["bram"], people["chiara"])
    finally:
        home.close()
