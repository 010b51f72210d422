"""The demonstration that is served: a node with four people of different roles, filled while they sign in."""

from collections.abc import Mapping
from pathlib import Path

from havre.errors import NotFound
from havre.flows.begin import add_colleague, begin_node, change_role
from havre.flows.demo_people import DemoSignIn, demo_sign_in
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.know import know
from havre.flows.ordering import order_folder
from havre.flows.seizure import make_seizure
from havre.settings import Settings
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName
from havre.units.queries import person_named

UNIT, CASE, REASON = "Demonstration", "2026-17", "demonstration"

PEOPLE: Mapping[str, tuple[RoleName, ...]] = {
    "anke": (RoleName.ANALYST,),
    "bram": (RoleName.SUPERVISOR, RoleName.ANALYST),
    "carine": (RoleName.AUDITOR,),
    "dirk": (RoleName.ADMINISTRATOR,),
}
"""Who works in the demonstration; the last of them begins it."""

FOUNDER = "dirk"


def begin_demo(settings: Settings, clock: Clock) -> list[DemoSignIn]:
    """A begun node with its people, each able to sign in; nothing is in it yet."""
    founder = Acting(begin_node(settings, "BE", UNIT, FOUNDER, clock, REASON), clock, REASON)
    home = Home(settings)
    for name, roles in PEOPLE.items():
        if name != FOUNDER:
            add_colleague(home, founder, name, "", list(roles))
    for role in RoleName:
        if role not in PEOPLE[FOUNDER]:
            change_role(home, founder, FOUNDER, role, holds=False)
    shown = [demo_sign_in(home, person_named(name)) for name in PEOPLE]
    home.close()
    return shown


def fill_demo(home: Home, clock: Clock, folder: Path, *, workers: int) -> None:
    """Draw the seizure, learn what was judged earlier, and ask for the intake of the drive."""
    if not home.settings.sources:
        raise NotFound("the demonstration takes in a folder: HAVRE_SOURCES must name it")
    seizure = make_seizure(folder)
    anke = Acting(person_named("anke"), clock, REASON)
    know(home, anke, str(seizure.pertinent), "pertinent", workers=workers)
    know(home, anke, str(seizure.harmless), "not-pertinent", workers=workers)
    open_dossier(home, anke, CASE, "a made-up warrant", "demonstration")
    order_folder(home, anke, CASE, str(seizure.drive))
