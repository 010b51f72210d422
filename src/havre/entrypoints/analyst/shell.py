"""What stands around every page: the rail, the person, the keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as meant

from havre.alerts.queries import MOST_COUNTED, new_hits_to_count
from havre.compiled import counted
from havre.entrypoints.analyst.care import care_of
from havre.entrypoints.analyst.keys import EVERYWHERE
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.sessions import THEME
from havre.exchange.queries import waiting_to_count
from havre.triggers.queries import new_alert_hits_to_count
from havre.units.models import Person, RoleName

WORKING = frozenset({RoleName.ANALYST, RoleName.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail."""

    page: str
    """The name of its address."""
    icon: str
    words: "str | Promise"
    roles: frozenset[RoleName]
    minor: bool = False
    """Left out where the screen is narrow."""
    within: tuple[str, ...] = ()
    """Other addresses whose pages belong to it."""
    narrow: "str | Promise" = ""
    """The words with a place to break them, where a language has one that is wider than the rail."""


ANSWERED = ("/takedowns", "/requests", "/challenges", "/registers")
"""Addresses of what is demanded, challenged and answered."""

RAIL: tuple[Place, ...] = (
    Place("desk", "inboxes", _("Desk"), frozenset(RoleName)),
    Place("intakes", "box-arrow-in-down", _("Intake"), WORKING),
    Place("triage", "grid-3x3-gap", _("Triage"), WORKING),
    Place("series", "diagram-3", _("Series"), WORKING),
    Place("hotline", "flag", _("Hotline"), WORKING, True, ("/protected",), meant("rail", "Hotline")),
    Place("search", "search", _("Search"), WORKING, minor=True),
    Place("alerts", "bell", _("Alerts"), WORKING, narrow=meant("rail", "Alerts")),
    Place("notices", "globe2", _("Others"), WORKING, minor=True, within=("/others", "/groups", "/reviews")),
    Place("takedowns", "envelope", _("Notices"), WORKING, minor=True, within=ANSWERED),
    Place("feeds", "fingerprint", _("Lists"), WORKING | {RoleName.ADMINISTRATOR}, minor=True),
    Place("sites", "layers", _("Sites"), WORKING, minor=True),
    Place("statistics", "bar-chart", _("Numbers"), WORKING, minor=True),
    Place("audit", "journal-check", _("Log"), frozenset({RoleName.AUDITOR})),
    Place("people", "people", _("People"), frozenset({RoleName.ADMINISTRATOR})),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry of the rail as one person sees it."""

    place: Place
    address: str
    here: bool
    count: int = 0
    """How much of it is new; up to MOST_COUNTED, beyond that one more."""

    @property
    def counted(self) -> str:
        """The count as it is written."""
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)


def around(request: HttpRequest) -> dict[str, object]:
    """What every template is given: the rail of this person, the keys that work everywhere, the theme."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"everywhere": EVERYWHERE}
    roles = {role.name for role in person.roles.all()}
    theme = request.session.get(THEME, "system")
    return {
        "rail": Rail(request, person, roles),
        "everywhere": EVERYWHERE,
        "roles": sorted(roles),
        "theme": theme,
        **({"care": care_of(request, person)} if roles & WORKING else {}),  # nothing for who never sees media
    }


@dataclass
class Rail:
    """The entries of the rail, asked for when a template shows them: a piece of a page has none."""

    request: HttpRequest
    person: Person
    roles: set[str]

    def __iter__(self) -> Iterator[Shown]:
        return iter(self._shown)

    @cached_property
    def _shown(self) -> list[Shown]:
        return list(self._places())

    def _places(self) -> Iterator[Shown]:
        new = _new(self.person) if self.roles & WORKING else {}
        for place in RAIL:
            address = _address(place.page)
            if self.roles & place.roles and address:
                here = any(_under(self.request.path, each) for each in (address, *place.within))
                yield Shown(place, address, here, new.get(place.page, 0))


def _new(person: Person) -> dict[str, int]:
    """How much is new, by place."""
    at = now()
    hits, alert_hits, notices = counted(
        new_hits_to_count.written(person),
        new_alert_hits_to_count.written(person, at),
        waiting_to_count.written(person, at),
    )
    return {"alerts": hits + alert_hits, "notices": notices}


@cache
def _address(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def _under(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")
