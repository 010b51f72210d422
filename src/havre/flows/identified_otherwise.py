"""Two units say two countries whose police know the child of one series: each side and the source of the series are
told, until they say the same. Sides on different nodes do not see one another: their source sees both.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from havre.exchange.identified import country_said, differ
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.notify import Concerned, may_know, notify, own_too
from havre.exchange.rules import SAME
from havre.exchange.support import supported
from havre.flows.contest import called_for
from havre.flows.identified_too import same_refs
from havre.series.models import Series
from havre.units.models import Unit


def tell_sides(ref: UUID | None, at: datetime) -> None:
    """What is said of who the child of this series is changed: each side here hears who says otherwise, or that nobody
    does any more."""
    if ref is None:
        return
    for unit, series in dict.fromkeys(_sides(ref, at)):
        _tell(unit, series, {ref}, at)


def tell_side(series: Series, at: datetime) -> None:
    """The same for a unit that says it of its own series, of all that is the same."""
    _tell(series.unit, series, set(), at)


def tell_found(same: QuerySet[SameMedium], at: datetime) -> None:
    """These media agree with others': the series that they are in may say otherwise than those."""
    rows = Series.objects.filter(pk__in=same.values("medium__member__series"))
    for series in _identified_here(rows):
        tell_side(series, at)


def waits(unit: Unit, ref: UUID | None) -> bool:
    """Whether others say otherwise than this unit does of that series, for all that it was told."""
    found = Notice.objects.filter(unit=unit, about=About.OTHERWISE, closed_at=None, shared__series_ref=ref)
    return ref is not None and found.exists()


def _sides(ref: UUID, at: datetime) -> Iterator[tuple[Unit, Series | None]]:
    """Units here that say who the child is, each with its own series where it has one; and those that were told."""
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, series_ref=ref, node="", key=None, withdrawn_at=None)
    for row in said.select_related("owner").order_by("pk"):
        own = [series for series in own_too(row) if supported(series, ref, at)]
        yield from ((series.unit, series) for series in own)
        if row.owner is not None and not own:
            yield row.owner, None
    its = Series.objects.filter(shared__kind=Kind.SERIES, shared__ref=ref, shared__node="")
    yield from ((series.unit, series) for series in its.select_related("unit"))
    same = SameMedium.objects.filter(theirs__series_ref=ref, kind__in=SAME, medium__member__confirmed=True)
    rows = Series.objects.filter(pk__in=same.values("medium__member__series"))
    yield from ((series.unit, series) for series in _identified_here(rows))
    told = Notice.objects.filter(about=About.OTHERWISE, closed_at=None, shared__series_ref=ref)
    yield from ((each.unit, each.series) for each in told.select_related("unit", "series__unit").order_by("pk"))


def _identified_here(rows: QuerySet[Series]) -> QuerySet[Series]:
    """Those of them in which the unit itself has identified somebody."""
    return rows.filter(victims__identified_at__isnull=False).select_related("unit").order_by("pk").distinct()


def _tell(unit: Unit, series: Series | None, refs: Collection[UUID], at: datetime) -> None:
    all_refs = {*refs, *(same_refs(series, at) if series is not None else ())}
    ours = _ours(unit, series, all_refs)
    others, stands = _others(unit, all_refs if ours else _own_refs(unit, all_refs), at), list[int]()
    for place, rows in enumerate(others):
        before = [ours] if ours else [_countries(each) for each in others[:place]]
        against = next((each for each in before if differ(each, _countries(rows))), None)
        if against is not None:
            row = next(each for each in rows if country_said(each.body) not in against)
            told = _told(unit, row, at) | {"you say" if ours else "others say": sorted(against)}
            notify(Concerned(unit, series), About.OTHERWISE, row, told, at)
            stands.append(row.pk)
    over = Notice.objects.filter(unit=unit, series=series, about=About.OTHERWISE, closed_at=None)
    over.filter(shared__series_ref__in=all_refs).exclude(shared__in=stands).update(told={}, closed_at=at)


def _ours(unit: Unit, series: Series | None, refs: Collection[UUID]) -> set[str]:
    """What the unit says itself: of its own series, and beside those of others."""
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, owner=unit, key=None, series_ref__in=refs, withdrawn_at=None)
    found = {country_said(row.body) for row in said}
    if series is not None:
        found |= set(series.victims.exclude(identified_at=None).values_list("identified_by", flat=True))
    return found - {""}


def _others(unit: Unit, refs: Collection[UUID], at: datetime) -> list[list[Shared]]:
    """What each other source says, as far as the unit may know of it."""
    rows = Shared.objects.filter(kind=Kind.IDENTIFICATION, series_ref__in=refs, withdrawn_at=None)
    found: dict[tuple[str, str], list[Shared]] = {}
    for row in rows.exclude(owner=unit).select_related("condition").order_by("pk"):
        if country_said(row.body) and may_know(unit, row, at):
            found.setdefault((row.node, row.unit), []).append(row)
    return list(found.values())


def _countries(rows: Collection[Shared]) -> set[str]:
    return {country_said(row.body) for row in rows}


def _own_refs(unit: Unit, refs: Collection[UUID]) -> list[UUID]:
    """The series of these that are the unit's own: all that stands beside them is for its eyes."""
    own = Shared.objects.filter(kind=Kind.SERIES, owner=unit, ref__in=refs, withdrawn_at=None)
    return list(own.values_list("ref", flat=True))


def _told(unit: Unit, row: Shared, at: datetime) -> dict[str, object]:
    called = {"by": row.unit, "country": row.country, "reference": called_for(unit, row, at)}
    return called | {"by country": country_said(row.body), "contact": row.body.get("contact", "")}
