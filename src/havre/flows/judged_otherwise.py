"""Two units judge the same bytes otherwise: each is told once for a pair of their series, as far as it may see that."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from havre.assessments.agreement import Judgement, judgement_of
from havre.assessments.settled import settled
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.notify import Concerned, may_know, notify
from havre.exchange.sight import sighted
from havre.flows.contest import called_for
from havre.flows.home import take_turn
from havre.restrictions.keep import actor
from havre.restrictions.model import Action, may
from havre.restrictions.visible import owned_by
from havre.series.models import Series
from havre.series.origins import chunks
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Differ:
    """One medium that a unit judged otherwise than another source did."""

    row: Shared
    ours: Judgement
    theirs: Judgement


def tell_found(unit: Unit, at: datetime) -> None:
    """A check found what is the same: whoever judged it otherwise than the others hears of it."""
    judged = _same(unit).filter(untold=True, medium__stacked__stack__label__gt="")
    tell_otherwise(unit, set(judged.values_list("medium", flat=True)), at)


def tell_of(rows: Iterable[Shared], at: datetime) -> None:
    """These media of sources stand on the board anew: whoever here holds the same may judge it otherwise."""
    found: dict[int, set[int]] = {}
    for some in chunks(row.pk for row in rows if row.kind == Kind.MEDIA):
        same = SameMedium.objects.filter(theirs__in=some, kind="identical").values_list("unit", "medium")
        for key, medium in same:
            found.setdefault(key, set()).add(medium)
    for unit in Unit.objects.filter(pk__in=found).order_by("pk") if found else ():
        tell_otherwise(unit, found[unit.pk], at)


def tell_gone(refs: Collection[UUID], at: datetime) -> None:
    """Media of these series are withdrawn: of what nobody differs about any more nothing waits."""
    for some in chunks(refs):
        about = Notice.objects.filter(about=About.DISAGREES, closed_at=None).select_related("unit", "series", "shared")
        for notice in about.filter(Q(shared__ref__in=some) | Q(shared__series_ref__in=some)):
            if notice.shared is not None:
                _tell_pair(notice.unit, notice.series, notice.shared.series_ref or notice.shared.ref, [], at)


def tell_otherwise(unit: Unit, media: Collection[int], at: datetime) -> None:
    """What this unit or others judged of these media changed: it hears where that is not the same, or no longer."""
    pairs: dict[tuple[Series | None, UUID], list[SameMedium]] = {}
    for some in chunks(sorted(media)):
        for row in _same(unit).filter(medium__in=some):
            pairs.setdefault((_series(row), row.theirs.series_ref or row.theirs.ref), []).append(row)
    for (series, ref), rows in pairs.items():
        _tell_pair(unit, series, ref, rows, at)


def _same(unit: Unit) -> QuerySet[SameMedium]:
    """Of the very same bytes alone: what is only near may well be judged otherwise."""
    rows = owned_by(unit, SameMedium.objects).filter(kind="identical", theirs__withdrawn_at=None)
    return rows.select_related("theirs__condition", "theirs__body_key", "medium__member__series").order_by("pk")


def _series(row: SameMedium) -> Series | None:
    member = getattr(row.medium, "member", None)
    return member.series if member is not None else None


def _tell_pair(unit: Unit, series: Series | None, ref: UUID, rows: Sequence[SameMedium], at: datetime) -> None:
    """Once for both series: what was said then is told as it is now, and is over once nothing differs."""
    about = Q(shared__ref=ref) | Q(shared__series_ref=ref, shared__kind=Kind.MEDIA)
    waits = Notice.objects.filter(about, unit=unit, about=About.DISAGREES, series=series, closed_at=None)
    found = _first(unit, rows, at)
    if found is None and waits.exists():
        found = _first(unit, _all_of(unit, series, ref), at)
    if found is None:
        waits.update(told={}, closed_at=at)
        return
    take_turn()
    told = _told(unit, found, at)
    if not waits.update(told=told):
        notify(Concerned(unit, series), About.DISAGREES, _called(unit, ref, found.row, at), told, at)
    sighted([found.row], actor(unit, at), "check", at)


def _called(unit: Unit, ref: UUID, medium: Shared, at: datetime) -> Shared:
    """The series of the others, where the unit may know of it; else their medium."""
    rows = Shared.objects.filter(ref=ref, kind=Kind.SERIES, node=medium.node, withdrawn_at=None)
    row = rows.select_related("condition").first()
    return row if row is not None and may_know(unit, row, at) else medium


def _all_of(unit: Unit, series: Series | None, ref: UUID) -> list[SameMedium]:
    theirs = _same(unit).filter(Q(theirs__series_ref=ref) | Q(theirs__ref=ref))
    return [row for row in theirs if _series(row) == series]


def _first(unit: Unit, rows: Sequence[SameMedium], at: datetime) -> Differ | None:
    """The first of them about which the two differ, as far as the unit may see what the other said."""
    here = actor(unit, at)
    ours = settled({row.medium_id for row in rows}) if rows else {}
    for row in rows:
        said = row.theirs
        if row.medium_id not in ours or not may(here, said.source, said.condition.value, Action.SEE, at):
            continue
        own = Judgement(unit.name, unit.country, *ours[row.medium_id])
        other = judgement_of(said.unit, said.country, said.body.get("assessment"))
        if other is not None and other.baseline is not own.baseline:
            return Differ(said, own, other)
    return None


def _told(unit: Unit, found: Differ, at: datetime) -> dict[str, object]:
    row = found.row
    told = {"by": row.unit, "country": row.country, "reference": called_for(unit, row, at)}
    return told | {
        "contact": row.body.get("contact", ""),
        "ours": {"label": found.ours.label, "baseline": found.ours.baseline},
        "theirs": {"label": found.theirs.label, "baseline": found.theirs.baseline},
    }
