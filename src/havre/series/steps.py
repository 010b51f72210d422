"""Where the hours went: the eight steps of a series and its one clock, from times alone; nothing is asked or read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from havre.series.models import Step

BY_ITSELF = (Step.FIND, Step.UPLOAD, Step.COMPARE)
"""Steps that Havre times; the others are done when somebody says so."""


class Stage(StrEnum):
    """What a step is at a moment."""

    DONE = "done"
    PASSED = "passed"
    """Never said to be done, though a later one was."""
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Timed:
    """One step of one series."""

    step: Step
    stage: Stage
    at: datetime | None = None
    """When it was done."""
    took: timedelta | None = None
    """Since whatever was done before it; so far, of the one under way."""


@dataclass(frozen=True, slots=True)
class Course:
    """The eight steps of a series, and the clock that runs over all of them."""

    steps: Sequence[Timed]
    clock: timedelta
    """From the first step to its end; the times that the steps took add up to it."""
    running: bool

    @property
    def now(self) -> Step | None:
        """The step under way; None where all are done, or the clock stands."""
        return next((each.step for each in self.steps if each.stage is Stage.NOW), None)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(each.stage is Stage.DONE for each in self.steps)


def course(stamped: Mapping[Step, datetime], now: datetime, ended: datetime | None = None) -> Course:
    """The steps with what each took, until now or until the series' story ended.

    Steps may be done in any order: each took the time since whatever was done before it.
    """
    order = list(Step)
    by_time = sorted((step for step in order if step in stamped), key=lambda step: (stamped[step], order.index(step)))
    took = {
        step: stamped[step] - stamped[before]
        for before, step in zip([*by_time[:1], *by_time[:-1]], by_time, strict=True)
    }
    last = max((order.index(step) for step in by_time), default=-1)
    start = stamped[by_time[0]] if by_time else now
    latest = stamped[by_time[-1]] if by_time else now
    until = max(ended or now, latest)
    steps = [_timed(step, order.index(step), last, stamped, took, until, latest, ended) for step in order]
    return Course(steps, until - start, running=ended is None)


def _timed(
    step: Step,
    place: int,
    last: int,
    stamped: Mapping[Step, datetime],
    took: Mapping[Step, timedelta],
    until: datetime,
    latest: datetime,
    ended: datetime | None,
) -> Timed:
    if step in stamped:
        return Timed(step, Stage.DONE, stamped[step], took[step])
    if place < last:
        return Timed(step, Stage.PASSED)
    if place == last + 1 and ended is None:
        return Timed(step, Stage.NOW, None, until - latest)
    return Timed(step, Stage.AHEAD)
