"""Reads of the board; the first parameter is who asks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import Invalid, NotFound
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.rules import SAME, SUREST, no_series
from havre.restrictions.visible import known_to, seen_by, visible_to
from havre.series.models import Series
from havre.units.models import Person

MOST_WAITING = 99
"""Notices that are counted; more say nothing else."""


def standing_for(viewer: Person, at: datetime) -> QuerySet[Shared]:
    """What others let this viewer know of, at whatever level."""
    rows = known_to(viewer, Shared.objects.filter(withdrawn_at=None), at).exclude(owner=viewer.unit_id)
    return rows.select_related("condition")


def theirs_of(viewer: Person, at: datetime) -> QuerySet[Shared]:
    """The series of other sources that this viewer may see, what changed last first."""
    rows = seen_by(viewer, Shared.objects.filter(withdrawn_at=None), at).exclude(owner=viewer.unit_id)
    return rows.filter(kind=Kind.SERIES).select_related("condition").order_by("-changed")


def theirs_for(viewer: Person, named: str, at: datetime) -> Shared:
    """A series of another source by its reference, if this viewer may see it."""
    country, _dash, begun = named.strip().lower().partition("-")
    series = theirs_of(viewer, at).filter(country=country.upper())
    found = [row for row in series.filter(_between(begun)) if row.ref.hex.startswith(begun)] if begun else []
    if len(found) > 1:
        raise Invalid(_("several series begin with %(named)r: give more digits") % {"named": named})
    if not found:
        raise no_series()
    return found[0]


def _between(begun: str) -> Q:
    """The UUIDs that begin with these hex digits, as a range that an index serves."""
    try:
        return Q(ref__gte=UUID(begun.ljust(32, "0")), ref__lte=UUID(begun.ljust(32, "f")))
    except ValueError:
        return Q(pk__in=[])


def about_series(viewer: Person, refs: Collection[UUID], at: datetime) -> list[Shared]:
    """Everything but media that others let this viewer know of about these series, the oldest first."""
    rows = standing_for(viewer, at).filter(Q(series_ref__in=refs) | Q(ref__in=refs, kind=Kind.SERIES))
    return list(rows.exclude(kind=Kind.MEDIA).order_by("pk"))


def same_as(viewer: Person, series: Series | None, at: datetime) -> list[SameMedium]:
    """Media of a series, or of none, that agree with what others let this viewer know of; the surest first."""
    found = _same_as(viewer, None if series is None else series.pk, at)
    return sorted(found, key=lambda row: SUREST.index(row.kind))


@compiled
def _same_as(viewer: Person, series: int | None, at: datetime) -> QuerySet[SameMedium]:
    rows = visible_to(viewer, SameMedium.objects).filter(theirs__in=standing_for(viewer, at))
    which = Q(medium__member=None) if series is None else Q(medium__member__series=series)
    return rows.filter(which).select_related("theirs__condition", "theirs__body_key").order_by("-percent", "pk")


def refs_of(viewer: Person, series: Series, at: datetime) -> set[UUID]:
    """How the board calls this series: as its own unit put it there, and as others have it who hold the same of it.

    What is only proposed for the series speaks for nothing.
    """
    own = visible_to(viewer, Shared.objects, "owner").filter(kind=Kind.SERIES, series=series)
    same = visible_to(viewer, SameMedium.objects).filter(theirs__in=standing_for(viewer, at), kind__in=SAME)
    found = same.filter(medium__member__series=series, medium__member__confirmed=True)
    refs = {*own.values_list("ref", flat=True), *found.values_list("theirs__series_ref", flat=True)}
    return {ref for ref in refs if ref is not None}


def comments_told(viewer: Person, ref: UUID) -> frozenset[int]:
    """The numbers of the viewer's unit's own comments that others may read beside its series of this reference."""
    own = visible_to(viewer, Shared.objects, "owner").filter(kind=Kind.COMMENT, series_ref=ref, withdrawn_at=None)
    return frozenset(key for key in own.values_list("key", flat=True) if key is not None)


def notices_for(viewer: Person, at: datetime) -> QuerySet[Notice]:
    """What the viewer's unit was told and may still know, the newest first."""
    standing = known_to(viewer, Shared.objects.filter(withdrawn_at=None), at)
    known = Q(about=About.WITHDRAWN) | Q(shared=None) | Q(shared__in=standing)
    rows = (
        visible_to(viewer, Notice.objects)
        .filter(known)
        .select_related("shared__condition", "shared__body_key", "series", "read_by")
    )
    return rows.order_by("-pk")


def waiting_for(viewer: Person, at: datetime) -> QuerySet[Notice]:
    """Those that nobody there has read and that are not over."""
    return notices_for(viewer, at).filter(read_at=None, closed_at=None)


def notice_for(viewer: Person, number: int, at: datetime) -> Notice:
    """The notice of this number, if this viewer may know that it exists."""
    found = notices_for(viewer, at).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such notice"))
    return found


@compiled
def waiting_to_count(viewer: Person, at: datetime) -> "QuerySet[Notice, int]":
    """Those that wait; no more than MOST_WAITING and one."""
    return waiting_for(viewer, at).values_list("pk", flat=True)[: MOST_WAITING + 1]
