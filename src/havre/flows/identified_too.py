"""A series of a unit is as far as others say of the same: identified by their word, and safe once all of it is."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.notify import may_know
from havre.exchange.rules import SAME
from havre.exchange.support import supported
from havre.series.models import Life, Move, Series, Status
from havre.series.moves import BY_TOLD, FORWARD, move, taken_back, told_reason, was_told
from havre.series.united import united


def follow(series: Series, row: Shared, at: datetime) -> list[Move]:
    """What this identification of the same makes of the series: how it moved, if it did. Where one picture that looks
    alike is all that speaks for it, nothing: a person is asked."""
    if series.status != Status.CONFIRMED or Life(series.life) not in FORWARD:
        return []
    if not supported(series, row.series_ref, at):
        return []
    return list(_moves(series, row, at))


def told_by_it(row: Shared) -> list[Series]:
    """The series here that are what they are perhaps by this identification; what each is to be is asked of all."""
    heard = Notice.objects.filter(shared=row, about__in=(About.IDENTIFIED, About.CORRECTED))
    same = SameMedium.objects.filter(theirs__series_ref=row.series_ref, kind__in=SAME)
    reason = told_reason(Life.IDENTIFIED, row.unit, row.country)
    found = Q(pk__in=heard.exclude(series=None).values("series")) | Q(moves__reason=reason, moves__by=None)
    if row.series_ref is not None:
        found |= Q(pk__in=same.filter(medium__member__confirmed=True).values("medium__member__series"))
    rows = Series.objects.filter(found, life__in=BY_TOLD).select_related("unit").order_by("pk").distinct()
    return [each for each in rows if was_told(each)]


def followed(series: Series, at: datetime) -> list[Shared]:
    """The identifications by which it may be what it is, as far as its unit may know of them: what it was told of for
    this series, and what it says itself of the series of others that agree. None where it is so by no word."""
    if series.life not in BY_TOLD or not was_told(series):
        return []
    heard = Notice.objects.filter(series=series, about__in=(About.IDENTIFIED, About.CORRECTED)).values("shared")
    same = SameMedium.objects.filter(medium__member__series=series, kind__in=SAME).values("theirs__series_ref")
    rows = Shared.objects.filter(Q(pk__in=heard) | Q(owner=series.unit_id, key=None, series_ref__in=same))
    said = rows.filter(kind=Kind.IDENTIFICATION, withdrawn_at=None).select_related("condition").order_by("pk")
    return [row for row in said if may_know(series.unit, row, at)]


def leaning_on(media: Collection[int] | QuerySet[Shared, Any]) -> list[Series]:
    """The series here that may be what they are because they agree with some of these media of others."""
    same = SameMedium.objects.filter(theirs__in=media, kind__in=SAME, medium__member__confirmed=True)
    rows = Series.objects.filter(pk__in=same.values("medium__member__series"), life__in=BY_TOLD)
    return list(rows.select_related("unit").order_by("pk"))


def no_longer(series: Series, row: Shared, at: datetime) -> Move | None:
    """What is made of it now that nobody may say this any more: what others still say, or what it was before."""
    known = list(_known(series, same_refs(series, at), at))
    if not known:
        return taken_back(series, f"{row.unit} ({row.country})", at)
    if series.life == Life.SAFEGUARDED and not _are_safe(known):
        return _told(series, Life.IDENTIFIED, known[0], at)
    return None


def _moves(series: Series, row: Shared, at: datetime) -> Iterator[Move]:
    if FORWARD.index(Life(series.life)) < FORWARD.index(Life.IDENTIFIED):
        yield _told(series, Life.IDENTIFIED, row, at)
    safe = _all_are_safe(series, row, at)
    if safe and series.life == Life.IDENTIFIED:
        yield _told(series, Life.SAFEGUARDED, row, at)
    elif not safe and series.life == Life.SAFEGUARDED and was_told(series):
        yield _told(series, Life.IDENTIFIED, row, at)


def _told(series: Series, to: Life, row: Shared, at: datetime) -> Move:
    return move(series, to, None, at, told_reason(to, row.unit, row.country))


def _all_are_safe(series: Series, row: Shared, at: datetime) -> bool:
    """Its own victims, also those that only a part of it has, and everybody whom others identified in the same, as far
    as its unit may know of them."""
    if Series.objects.filter(pk__in=united(series), victims__isnull=False, victims__safeguarded_at=None).exists():
        return False
    known = list(_known(series, {*same_refs(series, at), row.series_ref}, at))
    return bool(known) and _are_safe(known)


def _known(series: Series, refs: Collection[UUID | None], at: datetime) -> Iterator[Shared]:
    """Who was identified in the same, as far as its unit may know."""
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, withdrawn_at=None, series_ref__in=refs)
    rows = said.select_related("condition").order_by("pk")
    return (each for each in rows if may_know(series.unit, each, at))


def _are_safe(known: Iterable[Shared]) -> bool:
    return all(each.body.get("safeguarded_at") and _source_agrees(each) for each in known)


def same_refs(series: Series, at: datetime) -> set[UUID]:
    """How the board calls it, and how others call what is the same for all that anybody knows."""
    own = Shared.objects.filter(kind=Kind.SERIES, series=series, node="").values_list("ref", flat=True)
    same = SameMedium.objects.filter(
        medium__member__series=series, medium__member__confirmed=True, theirs__withdrawn_at=None, kind__in=SAME
    )
    theirs = same.exclude(theirs__series_ref=None).values_list("theirs__series_ref", flat=True).distinct()
    return {*own, *(ref for ref in theirs if ref is not None and supported(series, ref, at))}


def _source_agrees(said: Shared) -> bool:
    """Whoever identified somebody in a series of its own may know of others there who are not safe."""
    source = Shared.objects.filter(kind=Kind.SERIES, node=said.node, unit=said.unit)
    rows = source.filter(ref__in=[said.series_ref])
    return all(row.body.get("life") == Life.SAFEGUARDED for row in rows.filter(withdrawn_at=None))
