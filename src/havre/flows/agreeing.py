"""What agrees with what others let a unit know of is written down, the surest kind of each pair of media."""

from collections.abc import Iterable

from havre.exchange.find import Agrees
from havre.exchange.models import SameMedium, Shared
from havre.exchange.rules import SUREST
from havre.exchange.sight import sighted
from havre.flows.source import holding
from havre.restrictions.keep import actor
from havre.units.acting import Acting


def keep(acting: Acting, agrees: Iterable[Agrees]) -> int:
    """Write down pairs that were not known to agree, or not as surely; how many."""
    best: dict[tuple[int, int], Agrees] = {}
    for each in sorted(agrees, key=_surely):
        best.setdefault((each.medium, each.theirs), each)
    if not best:
        return 0
    with holding(acting.unit):
        return _keep(acting, best)


def _surely(each: Agrees) -> tuple[int, int]:
    return SUREST.index(each.kind), -each.percent


def _keep(acting: Acting, best: dict[tuple[int, int], Agrees]) -> int:
    now = acting.now()
    rows = Shared.objects.filter(withdrawn_at=None).select_related("condition").in_bulk({theirs for _, theirs in best})
    held = SameMedium.objects.filter(medium__in={medium for medium, _ in best})
    before = {(row.medium_id, row.theirs_id): row for row in held}
    made, surer = list[SameMedium](), list[SameMedium]()
    for pair, each in best.items():
        row = before.get(pair)
        if row is None and each.theirs in rows:
            made.append(_row(acting, each))
        elif row is not None and SUREST.index(each.kind) < SUREST.index(row.kind):
            row.kind, row.percent, row.found_at, row.untold = each.kind, each.percent, now, True
            surer.append(row)
    SameMedium.objects.bulk_create(made, batch_size=500)
    SameMedium.objects.bulk_update(surer, ["kind", "percent", "found_at", "untold"], batch_size=500)
    sighted(rows.values(), actor(acting.unit, now), "check", now)
    return len(made) + len(surer)


def _row(acting: Acting, each: Agrees) -> SameMedium:
    return SameMedium(
        unit=acting.unit,
        medium_id=each.medium,
        theirs_id=each.theirs,
        kind=each.kind,
        percent=each.percent,
        found_at=acting.now(),
        untold=True,
    )
