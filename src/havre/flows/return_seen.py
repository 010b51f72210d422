"""Receipts: the node whose thing it is is told which units here saw it, and keeps what its peers say of its own."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from havre.errors import Invalid
from havre.exchange.models import Shared, Sighting
from havre.exchange.sight import SEEN
from havre.flows.home import durable
from havre.flows.taking_from import From
from havre.network.models import Peer, State
from havre.network.outbox import tell
from havre.restrictions.model import Level, is_kept
from havre.sealing.peer import LONGEST_NAME

MOST = 500
"""Receipts in one message."""
HIGHEST = (1 << 63) - 1


def return_seen(at: datetime) -> int:
    """Have every accepted peer told who here saw its things, once each; how many receipts wait now."""
    count = 0
    for peer in Peer.objects.filter(state=State.ACCEPTED):
        rows = Sighting.objects.filter(node="", shared__node=peer.node, returned=False).exclude(entry=None)
        while some := list(rows.select_related("shared").order_by("pk")[:MOST]):
            with durable():
                tell(peer, SEEN, {"seen": [_receipt(row) for row in some]}, at)
                Sighting.objects.filter(pk__in=[row.pk for row in some]).update(returned=True)
            count += len(some)
    return count


def _receipt(row: Sighting) -> dict[str, object]:
    return {
        "ref": str(row.shared.ref),
        "unit": row.unit,
        "country": row.country,
        "level": int(row.level),
        "at": row.at.isoformat(),
        "entry": row.entry,
    }


def take_seen(source: From, body: Mapping[str, Any]) -> str:
    """What a peer says of who there saw things that it was told; of anything else it is not believed."""
    given = body.get("seen")
    if not isinstance(given, list) or len(given) > MOST:
        raise Invalid("receipts come as a list of at most %(most)s", most=MOST)
    rows = _told(source.peer, (each.get("ref") for each in given if isinstance(each, Mapping)))
    made = [row for each in given if (row := _sighting(source, each, rows)) is not None]
    Sighting.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    wrong = len(given) - len(made)
    return f"{wrong} of {len(given)} receipts were of nothing that it was told" if wrong else ""


def _told(peer: Peer, refs: Iterable[object]) -> dict[str, Shared]:
    known = {ref for each in refs if (ref := _uuid(each)) is not None}
    told = peer.told.filter(ref__in=known).values("ref")
    rows = Shared.objects.filter(node="", ref__in=told).select_related("condition")
    return {str(row.ref): row for row in rows}


def _uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _sighting(source: From, given: object, rows: Mapping[str, Shared]) -> Sighting | None:
    told = given if isinstance(given, Mapping) else {}
    row, unit, country = rows.get(str(_uuid(told.get("ref")))), told.get("unit"), told.get("country")
    level, entry = told.get("level"), told.get("entry")
    if row is None or not isinstance(unit, str) or not 0 < len(unit) <= LONGEST_NAME or not unit.isprintable():
        return None
    if not isinstance(country, str) or len(country) != 2 or not isinstance(level, int) or level not in [*Level]:
        return None
    return Sighting(
        shared=row,
        node=source.peer.node,
        unit=unit,
        country=country,
        level=level,
        version=row.version,
        condition=row.condition,
        at=_time(told.get("at")) or source.acting.now(),
        why=SEEN,
        entry=entry if isinstance(entry, int) and 0 <= entry <= HIGHEST else None,
    )


def _time(given: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    if not is_kept(found):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
