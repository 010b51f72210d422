"""How a person wants to see, within the unit's limits; those limits; and pauses that people take themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.care.models import Pause, UnitLimits, Viewing, Why
from havre.care.queries import unit_limits
from havre.errors import Invalid
from havre.units.models import Person, Unit

SHORTEST = 5 * 60
"""Seconds: no limit and no pause is shorter."""

DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose; None where the unit's limit is enough."""

    tile: bool = False
    colour: bool = False
    twice: bool = False
    day_seconds: int | None = None
    stretch_seconds: int | None = None


def choose_viewing(person: Person, choice: Choice) -> Viewing:
    """From now on this person sees so. Raises Invalid where a limit is longer than the unit's."""
    units = unit_limits(person)
    _within("day", choice.day_seconds, units.day_seconds)
    _within("stretch", choice.stretch_seconds, units.stretch_seconds)
    values = {name: getattr(choice, name) for name in Choice.__dataclass_fields__}
    return Viewing.objects.update_or_create(person=person, defaults=values)[0]


def _within(what: str, own: int | None, units: int) -> None:
    if own is not None and not min(SHORTEST, units) <= own <= units:
        raise Invalid(
            _("your own %(what)s lies between %(least)s and %(units)s minutes, your unit's limit")
            % {"what": pgettext("limit", what), "least": SHORTEST // 60, "units": units // 60}
        )


def set_limits(unit: Unit, day: int, stretch: int, pause: int) -> UnitLimits:
    """From now on these limits hold for everybody of the unit, in seconds."""
    if not SHORTEST <= stretch <= day <= DAY:
        raise Invalid(
            _("a stretch is at least 5 minutes and not longer than the day's limit, which is at most 24 hours")
        )
    if not SHORTEST <= pause <= DAY:
        raise Invalid(_("a pause is between 5 minutes and a day long"))
    values = {"day_seconds": day, "stretch_seconds": stretch, "pause_seconds": pause}
    return UnitLimits.objects.update_or_create(unit=unit, defaults=values)[0]


def take_pause(person: Person, seconds: int, at: datetime) -> Pause:
    """A pause from now on, which its person may end at any time."""
    if not SHORTEST <= seconds <= DAY:
        raise Invalid(_("a pause is between 5 minutes and a day long"))
    go_on(person, at)
    until = at + timedelta(seconds=seconds)
    return Pause.objects.create(person=person, why=Why.TAKEN, began_at=at, until=until)


def go_on(person: Person, at: datetime) -> int:
    """End the pauses this person took themselves; those that a limit asks for stay."""
    return Pause.objects.filter(person=person, why=Why.TAKEN, until__gt=at, ended_at=None).update(ended_at=at)
