"""Reads of victims and offenders; the first parameter is who asks. Nothing of them is ever another unit's to see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.series.models import Life, Series, Status
from havre.units.models import Person
from havre.victims.models import Offender, Victim

FOUND = (Life.IDENTIFIED, Life.SAFEGUARDED)
"""Lives of a series whose child is known."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the global indicator: how many series or victims have all of this in common."""

    what: str
    """`series` or `victims`."""
    identified: bool
    age: str
    """Of victims, as ChildAge has it; empty for series."""
    sex: str
    """Of victims, as Sex has it; empty for series."""
    country: str
    """Of victims, two letters, empty where unknown; empty for series."""
    year: int
    """In which it was identified; else in which the series was found, the victim recorded."""
    number: int


def global_indicator(viewer: Person, since: datetime | None = None) -> list[Counted]:
    """Series and victims by identified or not, age band, sex, country and year; nothing in it is hidden yet."""
    return [*_series_counted(viewer, since), *_victims_counted(viewer, since)]


def _series_counted(viewer: Person, since: datetime | None) -> list[Counted]:
    found = Min("moves__at", filter=Q(moves__became=Life.IDENTIFIED))
    over = (Status.REJECTED, Status.MERGED, Status.DISSOLVED)
    live = visible_to(viewer, Series.objects).exclude(status__in=over).exclude(life=Life.WITHDRAWN)
    dated = live.annotate(when=Coalesce(found, "created_at"))
    rows = dated.filter(when__gte=since) if since else dated
    counts: dict[tuple[bool, int], int] = {}
    for life, when in rows.values_list("life", "when"):
        key = (life in FOUND, when.year)
        counts[key] = counts.get(key, 0) + 1
    return [Counted("series", known, "", "", "", year, number) for (known, year), number in sorted(counts.items())]


def _victims_counted(viewer: Person, since: datetime | None) -> list[Counted]:
    dated = visible_to(viewer, Victim.objects).annotate(when=Coalesce("identified_at", "recorded_at"))
    rows = dated.filter(when__gte=since) if since else dated
    known, year = Q(identified_at__isnull=False), ExtractYear("when")
    grouped = rows.annotate(known=known, year=year).values_list("known", "age", "sex", "country", "year")
    counted = grouped.annotate(number=Count("id")).order_by("known", "age", "sex", "country", "year")
    return [Counted("victims", *row) for row in counted]


@compiled
def victims_of(viewer: Person, series: Collection[int]) -> QuerySet[Victim]:
    """The victims of these series, the first recorded first."""
    found = visible_to(viewer, Victim.objects).filter(series__in=series).distinct()
    return found.select_related("recorded_by").order_by(F("id").asc())


@compiled
def offenders_of(viewer: Person, series: Collection[int]) -> QuerySet[Offender]:
    """The offenders of these series, the first recorded first."""
    found = visible_to(viewer, Offender.objects).filter(series__in=series).distinct()
    return found.select_related("recorded_by").order_by(F("id").asc())


def victim_for(viewer: Person, series: Collection[int], number: int) -> Victim:
    """A victim of these series, if this viewer may know of it."""
    found = next((victim for victim in victims_of(viewer, series) if victim.pk == number), None)
    if found is None:
        raise NotFound(_("there is no such victim in this series"))
    return found


def offender_for(viewer: Person, series: Collection[int], number: int) -> Offender:
    """An offender of these series, if this viewer may know of it."""
    found = next((offender for offender in offenders_of(viewer, series) if offender.pk == number), None)
    if found is None:
        raise NotFound(_("there is no such offender in this series"))
    return found
