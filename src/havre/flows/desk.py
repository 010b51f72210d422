"""The desk: what moves, what came in last, and how the unit's last thirty days went. No media."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q, QuerySet

from havre.cases.models import Intake, Outcome
from havre.compiled import compiled
from havre.flows.home import Home, consulted
from havre.flows.series_listed import LIVE, Row
from havre.matches.queries import OUTCOMES
from havre.restrictions.visible import visible_to
from havre.series.models import Claim, Life, Move, Series, Stamp, Status, Step
from havre.series.queries import claims_of, courses, series_counted
from havre.series.steps import Course
from havre.units.acting import Acting
from havre.units.models import Person, RoleName
from havre.units.queries import is_a
from havre.victims.models import Victim

MOVING_SHOWN = 8
"""Series on the desk."""

MONTH = timedelta(days=30)

INTAKES_COUNTED = 20
"""Over so many of the newest intakes the known share is made."""

ALERTS_TIMED = 200
"""Over so many of the newest alerts the median is made."""

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Summary:
    """The newest intake, whose sums add up: found is the sum of the outcomes."""

    intake: Intake
    outcomes: Mapping[str, int]

    @property
    def found(self) -> int:
        """Every file so far."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Month:
    """What a unit came to in thirty days."""

    identified: int
    """Series whose child became known."""
    safeguarded: int
    """Children."""
    to_alert: timedelta | None
    """Median from upload to alert; None where no country was told."""
    known_share: float | None
    """Of the files of its newest intakes; None where there were none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person's desk shows; empty where they have nothing to do with media."""

    moving: Sequence[Row] = ()
    newest: Summary | None = None
    month: Month | None = None


def open_desk(home: Home, acting: Acting) -> Desk:
    """What moves, what came in, how it went; that somebody looked is logged. Who does not work with media sees none."""
    if not is_a(acting.person, *WORKING):
        return Desk()
    viewer, now = acting.person, acting.now()
    moving = _moving(viewer, now)
    consulted(home, acting, "desk", {"series": [row.series.reference for row in moving]})
    return Desk(moving, _newest(viewer), _month(viewer, now - MONTH))


def _moving(viewer: Person, now: datetime) -> list[Row]:
    found = series_counted(viewer, _under_way(viewer, now - MONTH))
    timed, claims = courses(viewer, found, now), claims_of(viewer, [series.pk for series in found])
    return [_row(series, timed[series.pk], claims.get(series.pk), now) for series in found]


@compiled
def _under_way(viewer: Person, since: datetime) -> "QuerySet[Series, int]":
    fresh = Q(life=Life.SAFEGUARDED, moves__became=Life.SAFEGUARDED, moves__at__gte=since)
    under_way = ~Q(life__in=(Life.SAFEGUARDED, Life.WITHDRAWN))
    found = visible_to(viewer, Series.objects).filter(LIVE & Q(status=Status.CONFIRMED) & (under_way | fresh))
    return found.order_by("-number").values_list("id", flat=True)[:MOVING_SHOWN]


def _row(series: Series, timed: Course, claim: Claim | None, now: datetime) -> Row:
    return Row(series, timed, claim, claim is not None and claim.until > now)


def _newest(viewer: Person) -> Summary | None:
    newest = next(iter(_newest_intake(viewer)), None)
    return Summary(newest, outcomes_of([newest])) if newest else None


@compiled
def _newest_intake(viewer: Person) -> QuerySet[Intake]:
    intakes = visible_to(viewer, Intake.objects, "case__unit").filter(case__erased_at=None)
    return intakes.select_related("case").order_by("-id")[:1]


def outcomes_of(intakes: Iterable[Intake]) -> dict[str, int]:
    """The files of these intakes by what each turned out to be, from their counters."""
    counted = list(intakes)
    return {outcome.value: sum(getattr(intake, outcome.value) for intake in counted) for outcome in OUTCOMES}


def known_share(outcomes: Mapping[str, int]) -> float | None:
    """Which part of the files that could be read somebody had judged before."""
    read = sum(outcomes.values()) - outcomes[Outcome.REFUSED] - outcomes[Outcome.QUARANTINED]
    return outcomes[Outcome.KNOWN] / read if read else None


def _month(viewer: Person, since: datetime) -> Month:
    return Month(
        identified=len(_identified(viewer, since)),
        safeguarded=len(_safe(viewer, since)),
        to_alert=_to_alert(viewer, since),
        known_share=known_share(outcomes_of(_intakes(viewer, since))),
    )


@compiled
def _identified(viewer: Person, since: datetime) -> "QuerySet[Move, int]":
    moves = visible_to(viewer, Move.objects, "series__unit").filter(became=Life.IDENTIFIED, at__gte=since)
    return moves.values_list("series", flat=True).distinct()


@compiled
def _safe(viewer: Person, since: datetime) -> "QuerySet[Victim, int]":
    return visible_to(viewer, Victim.objects).filter(safeguarded_at__gte=since).values_list("id", flat=True)


@compiled
def _intakes(viewer: Person, since: datetime) -> QuerySet[Intake]:
    intakes = visible_to(viewer, Intake.objects, "case__unit").filter(case__erased_at=None, begun_at__gte=since)
    return intakes.order_by("-id")[:INTAKES_COUNTED]


def _to_alert(viewer: Person, since: datetime) -> timedelta | None:
    took = [(at - upload).total_seconds() for at, upload in _alerted(viewer, since) if upload is not None]
    return timedelta(seconds=median(took)) if took else None


@compiled
def _alerted(viewer: Person, since: datetime) -> "QuerySet[Stamp, tuple[datetime, datetime | None]]":
    stamps = visible_to(viewer, Stamp.objects, "series__unit").filter(step=Step.ALERT, at__gte=since)
    return stamps.order_by("-at").values_list("at", "series__uploaded_at")[:ALERTS_TIMED]
