"""Which units here are concerned by something on the board, and what waits for them to hear it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.rules import SAME
from havre.restrictions.keep import actor
from havre.restrictions.model import Action, may
from havre.series.models import Series
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Concerned:
    """A unit, and which of its series it is about."""

    unit: Unit
    series: Series | None
    same: bool = True
    """Whether the same material is in it by somebody's word, and not only what may belong there or together with it."""


def holders(row: Shared, at: datetime) -> list[Concerned]:
    """The units here whose series it is or that hold the same, without the source, as far as they may know of it."""
    ref = row.ref if row.kind == Kind.SERIES else row.series_ref
    found: dict[tuple[Unit, Series | None], Concerned] = {}
    for each in _holding(ref) if ref is not None else ():
        if each.same or (each.unit, each.series) not in found:
            found[each.unit, each.series] = each
    return [each for each in found.values() if each.unit.pk != row.owner_id and may_know(each.unit, row, at)]


def own_too(row: Shared) -> list[Series]:
    """The series of the unit that says this which hold the same as the series it is about."""
    held = SameMedium.objects.filter(unit=row.owner_id, theirs__series_ref=row.series_ref, theirs__withdrawn_at=None)
    same = held.filter(kind__in=SAME, medium__member__confirmed=True)
    if row.owner_id is None or row.series_ref is None:
        return []
    return list(
        Series.objects.filter(pk__in=same.values("medium__member__series")).select_related("unit").order_by("pk")
    )


def may_know(unit: Unit, row: Shared, at: datetime) -> bool:
    """Whether a unit here may know of a thing, by the reference rule."""
    return may(actor(unit, at), row.source, row.condition.value, Action.KNOW, at)


def _holding(ref: UUID) -> Iterator[Concerned]:
    for row in Shared.objects.filter(ref=ref, kind=Kind.SERIES, node="", withdrawn_at=None).select_related("owner"):
        if row.owner is not None:
            yield Concerned(row.owner, row.series)
    same = SameMedium.objects.filter(theirs__series_ref=ref, theirs__withdrawn_at=None)
    for each in same.select_related("unit", "medium__member__series").order_by("pk"):
        if each.said is False:  # somebody there said that it is another
            continue
        member = getattr(each.medium, "member", None)
        holds = each.kind in SAME and member is not None and member.confirmed
        yield Concerned(each.unit, member.series if member is not None else None, holds)
    for said in Shared.objects.filter(series_ref=ref, node="", key=None, withdrawn_at=None).select_related("owner"):
        if said.owner is not None:
            yield Concerned(said.owner, None)


def notify(
    concerned: Concerned,
    about: About,
    row: Shared | None,
    told: Mapping[str, Any],
    at: datetime,
    answer_within: timedelta | None = None,
    rival: str = "",
) -> tuple[Notice, bool]:
    """Something waits for this unit; said again it waits again, unless it says the same. Whether it is new."""
    answer_by = at + answer_within if answer_within is not None else None
    given = {"unit": concerned.unit, "about": about, "shared": row, "series": concerned.series, "rival": rival}
    found = Notice.objects.filter(**given).first()
    if found is None:
        return Notice.objects.create(**given, told=dict(told), at=at, answer_by=answer_by), True
    if found.told == dict(told):
        return found, False
    found.told, found.at, found.read_at, found.read_by, found.closed_at = dict(told), at, None, None, None
    found.answer_by = answer_by
    found.save()
    return found, True
