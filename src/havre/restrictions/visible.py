"""Who may know that something exists: each unit its own things, and of others what their sources let it know.

Empty audience means nobody else. Every room's queries start here, so that unseen and absent look the same.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, Manager, Model, OuterRef, Q, QuerySet

from havre.restrictions.model import Level
from havre.restrictions.models import Reach
from havre.units.models import Person, Unit

Thing = TypeVar("Thing", bound=Model)


def may_see(person_unit: int, owner_unit: int) -> bool:
    """The reference rule: a thing is visible to its owner's unit only."""
    return person_unit == owner_unit


def visible_to(viewer: Person, things: "Manager[Thing] | QuerySet[Thing]", owner: str = "unit") -> QuerySet[Thing]:
    """The things this viewer may know of; `owner` is the path from the thing to the unit that owns it."""
    return things.filter(**{owner: viewer.unit_id})


def owned_by(unit: Unit, things: "Manager[Thing] | QuerySet[Thing]", owner: str = "unit") -> QuerySet[Thing]:
    """The things of one unit, for work done in its name."""
    return things.filter(**{owner: unit.pk})


def known_to(viewer: Person, things: "Manager[Thing] | QuerySet[Thing]", at: datetime) -> QuerySet[Thing]:
    """Things with `owner` and `condition` of which this viewer may know at least that they are held, and by whom."""
    return known_in(viewer.unit_id, things, at)


def known_in(unit: int, things: "Manager[Thing] | QuerySet[Thing]", at: datetime) -> QuerySet[Thing]:
    """The same for whoever works in a unit, for work done in its name."""
    return _reached(unit, things, at, Level.HIT)


def seen_by(viewer: Person, things: "Manager[Thing] | QuerySet[Thing]", at: datetime) -> QuerySet[Thing]:
    """Those of them that this viewer may see as they are."""
    return _reached(viewer.unit_id, things, at, Level.OPEN)


def _reached(unit: int, things: "Manager[Thing] | QuerySet[Thing]", at: datetime, least: Level) -> QuerySet[Thing]:
    lasts = Q(condition__expires_at=None) | Q(condition__expires_at__gt=at)
    reach = Reach.objects.filter(condition=OuterRef("condition"), unit=unit, level__gte=least)
    return things.filter(lasts, Q(owner=unit) | Exists(reach.filter(Q(until=None) | Q(until__gt=at))))
