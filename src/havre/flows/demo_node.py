"""The demonstration that is served: a node with four people of different roles, filled while they sign in."""

from collections.abc import Mapping
from pathlib import Path

from django.db.models import Count

from havre.cases.models import State
from havre.cases.queries import orders_for
from havre.errors import NotFound
from havre.flows.begin import add_colleague, begin_node, change_role
from havre.flows.claim import take
from havre.flows.clue import draw_clue
from havre.flows.comment import say
from havre.flows.demo_people import DemoSignIn, demo_sign_in
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.know import know
from havre.flows.ordering import order_folder
from havre.flows.seizure import make_seizure
from havre.flows.series_decided import confirm
from havre.flows.series_life import name_series
from havre.linking.countries import Constraint
from havre.series.clues import Drawn
from havre.series.models import ClueKind
from havre.series.queries import member_media, series_of
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


NAME = "The flat with the balcony"
SAID = "The same floor in all of them. The socket by the window has a pin for earth."
SOCKET = Drawn("Socket by the window", ClueKind.PLUG, None, (Constraint("plug", ("E",)),))


def work_on_demo(home: Home, clock: Clock) -> bool:
    """What its people do with the largest series that the drive brought; False where it has brought none yet."""
    anke, bram = (Acting(person_named(name), clock, REASON) for name in ("anke", "bram"))
    if orders_for(anke.person).filter(state__in=[State.WAITING, State.RUNNING]).exists():
        return False
    largest = series_of(anke.person).annotate(count=Count("members")).order_by("-count", "number").first()
    if largest is None:
        return False
    name_series(home, anke, largest.reference, NAME)
    confirm(home, bram, largest.reference)
    take(home, anke, largest.reference)
    say(home, anke, largest.reference, SAID)
    (medium,) = member_media(anke.person, largest, 0, 1)
    draw_clue(home, anke, largest.reference, medium.pk, SOCKET, nobody=True)
    return True
