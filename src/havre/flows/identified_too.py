"""A series of a unit is as far as others say of the same: identified by their word, and safe once all of it is."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from havre.exchange.models import Kind, SameMedium, Shared
from havre.exchange.notify import may_know
from havre.series.models import Life, Move, Series, Status
from havre.series.moves import FORWARD, move, told_by, told_reason


def follow(series: Series, row: Shared, at: datetime) -> list[Move]:
    """What this identification of the same makes of the series: how it moved, if it did."""
    if series.status != Status.CONFIRMED or Life(series.life) not in FORWARD or not _same(series, row):
        return []
    return list(_moves(series, row, at))


def _same(series: Series, row: Shared) -> bool:
    """Whether it is that series, or has media that are the same: a place or a camera alone makes nobody identified."""
    own = Shared.objects.filter(kind=Kind.SERIES, series=series, ref__in=[row.series_ref], node="")
    same = SameMedium.objects.filter(medium__member__series=series, theirs__series_ref=row.series_ref)
    return own.exists() or same.filter(kind__in=("identical", "near"), theirs__withdrawn_at=None).exists()


def _moves(series: Series, row: Shared, at: datetime) -> Iterator[Move]:
    if FORWARD.index(Life(series.life)) < FORWARD.index(Life.IDENTIFIED):
        yield _told(series, Life.IDENTIFIED, row, at)
    safe = _all_are_safe(series, row, at)
    if safe and series.life == Life.IDENTIFIED:
        yield _told(series, Life.SAFEGUARDED, row, at)
    elif not safe and series.life == Life.SAFEGUARDED and _was_told(series):
        yield _told(series, Life.IDENTIFIED, row, at)


def _told(series: Series, to: Life, row: Shared, at: datetime) -> Move:
    return move(series, to, None, at, told_reason(to, row.unit, row.country))


def _was_told(series: Series) -> bool:
    """Whether only others said that it is safe: then they may take it back. Its own victims are its to know."""
    last = series.moves.order_by("pk").last()
    return last is not None and bool(told_by(last)) and not series.victims.exists()


def _all_are_safe(series: Series, row: Shared, at: datetime) -> bool:
    """Its own victims, and everybody whom others identified in the same, as far as its unit may know of them."""
    if series.victims.filter(safeguarded_at=None).exists():
        return False
    said = Shared.objects.filter(
        kind=Kind.IDENTIFICATION, withdrawn_at=None, series_ref__in={*_refs(series), row.series_ref}
    )
    known = [each for each in said.select_related("condition") if may_know(series.unit, each, at)]
    return bool(known) and all(each.body.get("safeguarded_at") and _source_agrees(each) for each in known)


def _refs(series: Series) -> set[UUID]:
    """How the board calls it, and how others call the same."""
    own = Shared.objects.filter(kind=Kind.SERIES, series=series, node="").values_list("ref", flat=True)
    same = SameMedium.objects.filter(medium__member__series=series, theirs__withdrawn_at=None)
    theirs = same.exclude(theirs__series_ref=None).values_list("theirs__series_ref", flat=True).distinct()
    return {ref for ref in (*own, *theirs) if ref is not None}


def _source_agrees(said: Shared) -> bool:
    """Whoever identified somebody in a series of its own may know of others there who are not safe."""
    source = Shared.objects.filter(kind=Kind.SERIES, node=said.node, unit=said.unit)
    rows = source.filter(ref__in=[said.series_ref])
    return all(row.body.get("life") == Life.SAFEGUARDED for row in rows.filter(withdrawn_at=None))
