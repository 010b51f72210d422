"""The unit's numbers: the global indicator, time per step, known share, workload. Nobody is singled out by them."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import StringIO
from statistics import median

from django.db.models import Count, DateTimeField, Model, Q, QuerySet
from django.db.models.functions import TruncMonth

from havre.cases.models import Intake, Outcome
from havre.flows.desk import outcomes_of
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.series_listed import LIVE
from havre.matches.formats.table import guarded
from havre.restrictions.visible import visible_to
from havre.series.models import Decision, Status, Step
from havre.series.queries import courses, series_page
from havre.series.steps import Stage
from havre.units.acting import Acting
from havre.units.models import Person, RoleName
from havre.victims.indicator import COLUMNS, Indicator, indicators
from havre.victims.queries import global_indicator
from havre.victims.suppress import LEAST

SERIES_TIMED = 100
"""Of so many of the newest series the steps are timed."""

INTAKES_SHOWN = 12
MONTHS = 12

HIDDEN = "hidden"
"""What an export says instead of a count."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one step took."""

    step: Step
    series: int | None
    """Of how many; None where they are too few to be told."""
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What one intake turned out to be."""

    intake: Intake
    outcomes: Mapping[str, int]

    @property
    def found(self) -> int:
        """Every file."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Worked:
    """One month of the unit; never of one person."""

    month: datetime
    intakes: int
    decisions: int | None
    """On series; None where they are too few to be told."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that the page shows."""

    indicators: Sequence[Indicator]
    timings: Sequence[Timing]
    brought: Sequence[Brought]
    worked: Sequence[Worked]


def numbers(home: Home, acting: Acting) -> Numbers:
    """The unit's numbers, now; that they were looked at is logged."""
    _may_count(acting)
    consulted(home, acting, "statistics")
    viewer, now = acting.person, acting.now()
    return Numbers(_indicators(acting), _timings(viewer, now), _brought(viewer), _worked(viewer, now))


class Export(StrEnum):
    """The tables that can be taken out."""

    INDICATOR = "indicator"
    STEPS = "steps"
    INTAKES = "intakes"
    WORK = "work"


def exported(home: Home, acting: Acting, which: Export) -> str:
    """One of the tables as CSV, with the same counts hidden; that it was taken out is logged first."""
    _may_count(acting)
    with durable():
        log(home, acting, "disclosure", "statistics", {"act": "exported", "table": which.value})
        seal_log(home, acting)
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(map(_cell, line) for line in LINES[which](acting))
    return out.getvalue()


Line = Sequence[object]


def _cell(value: object) -> object:
    return HIDDEN if value is None else guarded(value) if isinstance(value, str) else value


def _indicator_lines(acting: Acting) -> Iterator[Line]:
    yield "counted", "by", "value", *COLUMNS, "all"
    for each in _indicators(acting):
        yield from ((each.what, each.by, value or "all", *counts) for value, counts in each.lines())


def _step_lines(acting: Acting) -> Iterator[Line]:
    yield "step", "series", "median hours"
    for each in _timings(acting.person, acting.now()):
        took = each.median
        yield each.step.value, each.series, None if took is None else round(took.total_seconds() / 3600, 2)


def _intake_lines(acting: Acting) -> Iterator[Line]:
    yield "case", "begun (UTC)", *(outcome.value for outcome in Outcome)
    for each in _brought(acting.person):
        counts = (each.outcomes[outcome] for outcome in Outcome)
        yield each.intake.case.reference, each.intake.begun_at.date().isoformat(), *counts


def _work_lines(acting: Acting) -> Iterator[Line]:
    yield "month (UTC)", "intakes", "decisions on series"
    for each in _worked(acting.person, acting.now()):
        yield f"{each.month:%Y-%m}", each.intakes, each.decisions


LINES: Mapping[Export, Callable[[Acting], Iterator[Line]]] = {
    Export.INDICATOR: _indicator_lines,
    Export.STEPS: _step_lines,
    Export.INTAKES: _intake_lines,
    Export.WORK: _work_lines,
}


def _indicators(acting: Acting) -> list[Indicator]:
    return indicators(global_indicator(acting.person), acting.now().year)


def _may_count(acting: Acting) -> None:
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="see the unit's numbers")


def _timings(viewer: Person, now: datetime) -> list[Timing]:
    newest = series_page(viewer, LIVE & Q(status=Status.CONFIRMED), None, SERIES_TIMED)
    took: dict[Step, list[timedelta]] = {step: [] for step in Step}
    for course in courses(viewer, newest, now).values():
        for each in course.steps:
            if each.stage is Stage.DONE and each.took is not None:
                took[each.step].append(each.took)
    return [_timing(step, times) for step, times in took.items()]


def _timing(step: Step, times: Sequence[timedelta]) -> Timing:
    if len(times) < LEAST:
        return Timing(step, None, None)
    return Timing(step, len(times), timedelta(seconds=median(took.total_seconds() for took in times)))


def _brought(viewer: Person) -> list[Brought]:
    intakes = visible_to(viewer, Intake.objects, "case__unit").filter(case__erased_at=None, finished_at__isnull=False)
    newest = intakes.select_related("case").order_by("-id")[:INTAKES_SHOWN]
    return [Brought(each, outcomes_of([each])) for each in newest]


def _worked(viewer: Person, now: datetime) -> list[Worked]:
    months = list(_months(now))
    intakes = visible_to(viewer, Intake.objects, "case__unit")
    decisions = visible_to(viewer, Decision.objects)
    begun, said = _by_month(intakes, "begun_at", months[-1]), _by_month(decisions, "at", months[-1])
    named = [(month, month.strftime("%Y-%m")) for month in months]
    return [Worked(month, begun[name], said[name] if said[name] >= LEAST else None) for month, name in named]


def _by_month(rows: "QuerySet[Model]", at: str, since: datetime) -> Counter[str]:
    dated = rows.filter(**{f"{at}__gte": since}).order_by()
    counted = dated.values_list(TruncMonth(at, output_field=DateTimeField())).annotate(count=Count("id"))
    return Counter({month.strftime("%Y-%m"): count for month, count in counted})


def _months(now: datetime) -> Iterator[datetime]:
    """The first moments of the last twelve months, the running one first."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)
