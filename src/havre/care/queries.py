"""Reads of what somebody revealed; each reads of themselves, and of their unit in sum."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Least

from havre.care.models import DAY_SECONDS, PAUSE_SECONDS, STRETCH_SECONDS, Pause, Reveal, UnitLimits, Viewing
from havre.care.rules import Limits, Spent, day_of, ended, shorter, stands, stretch_of
from havre.cases.models import Intake
from havre.compiled import compiled
from havre.restrictions.visible import visible_to
from havre.units.models import Person

FEWEST = 3
"""A sum over fewer people is not shown: it would speak of one."""

SUM_DAYS = 7
"""Over so many whole days the unit's sum is made; the running day is left out, or it could be watched growing."""


def viewing_of(viewer: Person) -> Viewing:
    """How this person wants to see; the defaults where they chose nothing."""
    return Viewing.objects.filter(person=viewer).first() or Viewing(person=viewer)


def viewing_then(viewer: Person) -> Viewing:
    """How this person wanted to see when they were read: what a page is drawn with."""
    return getattr(viewer, "viewing", None) or Viewing(person=viewer)


def limits_then(viewer: Person) -> Limits:
    """What held for this person when they were read: what a page is drawn with."""
    own, units = viewing_then(viewer), getattr(viewer.unit, "limits", None) or UnitLimits(unit=viewer.unit)
    return Limits(
        day=shorter(own.day_seconds, units.day_seconds),
        stretch=shorter(own.stretch_seconds, units.stretch_seconds),
        pause=units.pause_seconds,
    )


def unit_limits(viewer: Person) -> UnitLimits:
    """The limits of the viewer's unit; the defaults where it set none."""
    return visible_to(viewer, UnitLimits.objects).first() or UnitLimits(unit=viewer.unit)


def limits_of(viewer: Person) -> Limits:
    """What holds for this person, in one query."""
    day, stretch, pause, own_day, own_stretch = _limits(viewer)[0]
    return Limits(
        day=shorter(own_day, day or DAY_SECONDS),
        stretch=shorter(own_stretch, stretch or STRETCH_SECONDS),
        pause=pause or PAUSE_SECONDS,
    )


@compiled
def _limits(viewer: Person) -> "QuerySet[Person, tuple[int | None, ...]]":
    units = ("unit__limits__day_seconds", "unit__limits__stretch_seconds", "unit__limits__pause_seconds")
    return Person.objects.filter(pk=viewer.pk).values_list(*units, "viewing__day_seconds", "viewing__stretch_seconds")


def spent_by(viewer: Person, at: datetime, limits: Limits) -> Spent:
    """How long this person looked today and in this stretch; a reveal that goes on counts with what it has so far."""
    last = next(iter(_last_with_sums(viewer, day_of(at))), None)
    if last is None:
        return Spent(0.0, 0.0)
    going = 0.0 if last.ended_at else _running(viewer, at)
    goes_on = stretch_of(last, at, limits) == last.stretch_began_at
    return Spent((last.day or 0.0) + going, (last.stretch or 0.0 if goes_on else 0.0) + going)


def looked_at_crop(viewer: Person, medium: int, crop: int) -> bool:
    """Whether this person has looked at this crop of a medium; a look at all of the medium is none."""
    return Reveal.objects.filter(person=viewer, medium_id=medium, crop=crop).exists()


def last_reveal(viewer: Person) -> Reveal | None:
    """Where this person looked last."""
    return next(iter(_last_reveal(viewer)), None)


@compiled
def _last_reveal(viewer: Person) -> "QuerySet[Reveal]":
    return _newest_first(viewer)[:1]


def _newest_first(viewer: Person) -> "QuerySet[Reveal]":
    return Reveal.objects.filter(person=viewer.pk).order_by("-began_at", "-id")


@compiled
def _last_with_sums(viewer: Person, day: datetime) -> "QuerySet[Any]":
    """Where this person looked last, with the seconds since the day began and those of that look's stretch."""
    own, began = Reveal.objects.filter(person=viewer.pk), OuterRef("stretch_began_at")
    since = Least(began, Value(day))  # where a clock was set back, looks of a stretch began before it
    of_day, of_stretch = own.filter(began_at__gte=day), own.filter(began_at__gte=since, stretch_began_at=began)
    return _newest_first(viewer).annotate(day=_seconds(of_day), stretch=_seconds(of_stretch))[:1]


def _seconds(reveals: QuerySet[Reveal]) -> Subquery:
    return Subquery(reveals.order_by().values("person").annotate(sum=Sum("seconds")).values("sum"))


def _running(viewer: Person, at: datetime) -> float:
    first = next(iter(going_on(viewer)), None)
    return 0.0 if first is None else (ended(first, at) - first.began_at).total_seconds()


@compiled
def going_on(viewer: Person) -> "QuerySet[Reveal]":
    """The looks of this person that have not ended, the first first."""
    return Reveal.objects.filter(person=viewer.pk, ended_at=None).order_by("began_at", "id")


def standing_pauses(viewer: Person, at: datetime, spent: Spent, limits: Limits) -> list[Pause]:
    """The pauses this person is on or that are about to begin, the first first; a limit raised since lifts its own."""
    return [pause for pause in _waiting(viewer, at) if stands(pause, spent, limits)]


@compiled
def _waiting(viewer: Person, at: datetime) -> "QuerySet[Pause]":
    return Pause.objects.filter(person=viewer.pk, until__gt=at, ended_at=None).order_by("began_at", "id")


@dataclass(frozen=True, slots=True)
class Spared:
    """What this person did not have to look at in the cases of their day."""

    known: int
    """Files that were known already."""
    repeats: int
    """Files that only repeat another one's picture or bytes."""


def spared(viewer: Person, at: datetime) -> Spared:
    """Known and repeated files of the cases in which this person revealed something today."""
    counted = _spared(viewer, day_of(at))
    return Spared(sum(known for known, _ in counted), sum(repeats for _, repeats in counted))


@compiled
def _spared(viewer: Person, since: datetime) -> "QuerySet[Intake, tuple[int, int]]":
    cases = Reveal.objects.filter(person=viewer.pk, began_at__gte=since).values("case")
    intakes = visible_to(viewer, Intake.objects, "case__unit").filter(case__in=cases)
    return intakes.values_list("known", "repeat")


@dataclass(frozen=True, slots=True)
class UnitSum:
    """How long a unit looked in the last whole days, over all its people."""

    seconds: float
    people: int


def unit_sum(viewer: Person, at: datetime) -> UnitSum | None:
    """The unit's sum over the last whole days; None where fewer than three people would stand behind it."""
    until = day_of(at)
    days = Q(began_at__gte=until - timedelta(days=SUM_DAYS), began_at__lt=until)
    row = (
        visible_to(viewer, Reveal.objects, "person__unit")
        .filter(days)
        .aggregate(seconds=Sum("seconds"), people=Count("person", distinct=True))
    )
    return UnitSum(row["seconds"] or 0.0, row["people"]) if row["people"] >= FEWEST else None
