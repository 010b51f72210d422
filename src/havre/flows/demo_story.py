"""The ten-hour story: found in Australia, recognised in the United States, identified in the United Kingdom.

Played by three units of one node or by three nodes: whoever plays a country is asked to act, and what changed is
passed on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from havre.flows.begin import ALL_ROLES, add_colleague, add_unit, begin_node
from havre.flows.demo_acts import ACTS, Desk
from havre.flows.home import Home
from havre.settings import Settings
from havre.units.acting import Acting, Clock
from havre.units.models import Person
from havre.units.queries import person_named

NAME = "ten-hours"
REASON = "demonstration"


@dataclass(frozen=True, slots=True)
class Country:
    """A unit of the story and who works there."""

    unit: str
    person: str


COUNTRIES: Mapping[str, Country] = {
    "AU": Country("Australia", "alinta"),
    "US": Country("United States", "walter"),
    "GB": Country("United Kingdom", "gwen"),
}
FIRST, *OTHERS = COUNTRIES


@dataclass(frozen=True, slots=True)
class Scene:
    """Who decides what, in which of the eight steps."""

    step: str
    country: str
    act: str


SCENES = (
    Scene("find", "AU", "find"),
    Scene("upload", "AU", "upload"),
    Scene("compare", "AU", "compare"),
    Scene("check", "AU", "check"),
    Scene("check", "US", "check"),
    Scene("check", "GB", "check"),
    Scene("analyse", "AU", "analyse"),
    Scene("exchange", "US", "exchange"),
    Scene("alert", "GB", "alert"),
    Scene("alert", "AU", "leave"),
    Scene("alert", "US", "leave"),
    Scene("record", "GB", "record"),
    Scene("record", "AU", "hear"),
    Scene("record", "US", "hear"),
)

Ask = Callable[[str, str], str]
"""Has a country act, and says what came of it."""


@dataclass
class Played:
    """The story as it went."""

    steps: list[dict[str, str]] = field(default_factory=list)
    series_state: dict[str, str] = field(default_factory=dict)
    """Of each node, what the series is in its own view."""
    safeguarded: dict[str, bool] = field(default_factory=dict)
    """Of each node, whether it knows that the child is safe."""
    clock: dict[str, float] = field(default_factory=dict)
    """Seconds of each step, with what was passed on meanwhile."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        clock = {step: round(seconds, 3) for step, seconds in self.clock.items()}
        return {"steps": self.steps, "series_state": self.series_state, "safeguarded": self.safeguarded, "clock": clock}


def play(ask: Ask, pass_on: Callable[[], None], clock: Clock, tell: Callable[[str], None] = lambda _: None) -> Played:
    """Every scene in turn; after each, what the others may know is passed on to them."""
    played = Played()
    for scene in SCENES:
        began = clock()
        what = ask(scene.country, scene.act)
        at = clock()
        pass_on()
        spent = (clock() - began).total_seconds()
        played.clock[scene.step] = played.clock.get(scene.step, 0.0) + spent
        played.steps.append({"step": scene.step, "node": scene.country, "what": what, "at": at.isoformat()})
        tell(f"{scene.step}: {scene.country} {what}")
    played.series_state = {country: ask(country, "state") for country in COUNTRIES}
    played.safeguarded = {country: ask(country, "safe") == "yes" for country in COUNTRIES}
    return played


def begin_country(settings: Settings, country: str, clock: Clock) -> Person:
    """A node of one country."""
    who = COUNTRIES[country]
    return begin_node(settings, country, who.unit, who.person, clock, REASON)


def begin_together(settings: Settings, clock: Clock) -> dict[str, Person]:
    """One node with a unit for each country."""
    first = begin_country(settings, FIRST, clock)
    found = {FIRST: first}
    home = Home(settings)
    try:
        acting = Acting(first, clock, REASON)
        for country in OTHERS:
            who = COUNTRIES[country]
            unit = add_unit(home, acting, who.unit, country)
            found[country] = add_colleague(home, acting, who.person, unit.name, ALL_ROLES)
    finally:
        home.close()
    return found


def desk_of(home: Home, country: str, folder: Path, clock: Clock) -> Desk:
    """The desk of a country in this home; what is seized there lies in a folder of its own."""
    return Desk(home, Acting(person_named(COUNTRIES[country].person), clock, REASON), folder / f"seized in {country}")


def act(desk: Desk, named: str) -> str:
    """Have somebody act."""
    return ACTS[named](desk)
