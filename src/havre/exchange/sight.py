"""Who outside its source was told of a thing: written once for each version and way, for the proof to the source."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.exchange.models import Shared, Sighting
from havre.restrictions.model import Actor, level_for
from havre.units.models import Unit

SEEN = "seen"
"""What a peer says that units there saw."""


def entered(actor: Actor, entry: int) -> int:
    """What this actor was told and no entry of the log has yet stands in this one; how many things."""
    return unentered(actor).update(entry=entry)


def unentered(actor: Actor) -> QuerySet[Sighting]:
    """What this actor was told and no entry of the log has yet."""
    return _untold(actor.node, actor.unit)


def told_without_entry(unit: Unit) -> bool:
    """Whether a unit of this node was told anything that no entry has yet."""
    return bool(_without_entry(unit.name))


@compiled
def _without_entry(unit: str) -> "QuerySet[Sighting, int]":
    return _untold("", unit).values_list("pk", flat=True)[:1]


def _untold(node: str, unit: str) -> QuerySet[Sighting]:
    return Sighting.objects.filter(node=node, unit=unit, entry=None).exclude(why=SEEN)


def sighted(rows: Iterable[Shared], actor: Actor, why: str, at: datetime) -> None:
    """This actor is told of these things now."""
    made = [
        Sighting(
            shared=row,
            node=actor.node,
            unit=actor.unit,
            country=actor.country,
            level=level_for(actor, row.condition.value),
            version=row.version,
            condition=row.condition,
            at=at,
            why=why,
        )
        for row in rows
        if (row.node, row.unit) != (actor.node, actor.unit)
    ]
    Sighting.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
