"""Who outside its source was told of a thing: written once for each version and way, for the proof to the source."""

from collections.abc import Iterable
from datetime import datetime

from havre.exchange.models import Shared, Sighting
from havre.restrictions.model import Actor, level_for


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
