"""Who may know that something exists: each unit its own things, and nothing of any other.

Empty audience means nobody else. Every room's queries start here, so that unseen and absent look the same.
"""

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

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
