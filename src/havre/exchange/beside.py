"""What units here put beside a series follows its audience: nobody who lost the series keeps what is said of it."""

from collections.abc import Callable
from datetime import datetime

from havre.exchange.board import put
from havre.exchange.models import Shared
from havre.restrictions.model import Level, Restriction, also, digest, expired, narrower


def narrow_beside(row: Shared, at: datetime) -> list[Shared]:
    """The series is shared anew: who may not see it sees none of that either. What changed."""
    series = row.condition.value
    return _narrow(row, lambda _each: also(series, row.source), at)


def close_beside(row: Shared, at: datetime) -> list[Shared]:
    """The series is withdrawn: each thing beside it is for its author and the source alone. What changed."""
    return _narrow(row, lambda each: Restriction(Level.OPEN, units=frozenset({row.source.name, each.source.name})), at)


def _narrow(row: Shared, within: Callable[[Shared], Restriction], at: datetime) -> list[Shared]:
    rows = Shared.objects.filter(series_ref=row.ref, node="", key=None, withdrawn_at=None).select_related("condition")
    changed = []
    for each in rows.order_by("pk"):
        was = each.condition.value
        becomes = narrower(was, within(each))
        if digest(becomes) != each.condition.digest and not expired(was, at):
            changed.append(put(each.source, each.kind, each.ref, each.body, becomes, each.version + 1, at))
    return changed
