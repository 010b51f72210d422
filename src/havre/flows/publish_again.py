"""Media that stand on the board already, of which more is known now, are told anew."""

from collections.abc import Collection

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.exchange.models import Kind, Shared
from havre.exchange.publish import Changed, publish_media
from havre.flows.home import Home
from havre.flows.tell_countries import tell, tell_withdrawn
from havre.units.acting import Acting
from havre.units.models import Unit


def publish_again(home: Home, acting: Acting, media: Collection[int]) -> int:
    """Those of these that others may know of, in the transaction of the change; how many were told anew."""
    keys = [key for key in _on_board(acting.unit, list(media)) if key is not None] if media else []
    changed = Changed([], [])
    if keys:
        publish_media(acting.unit, keys, acting.now(), changed)
        tell(home, changed.put, acting.now())
        tell_withdrawn(home, changed.withdrawn, acting.now())
    return len(changed.put)


@compiled
def _on_board(unit: Unit, media: Collection[int]) -> "QuerySet[Shared, int | None]":
    rows = Shared.objects.filter(owner=unit, kind=Kind.MEDIA, withdrawn_at=None, medium__in=media)
    return rows.values_list("key", flat=True)
