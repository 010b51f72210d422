"""Cases, intakes and orders as pages show them: counters, never a count; each look is written down once, not each poll."""

from collections.abc import Sequence
from dataclasses import dataclass

from havre.cases.models import Case, Intake, Item, Order, Outcome, State, Upload
from havre.cases.queries import cases_for, intake_for, intakes_for, left_out, order_for, orders_for, own_order, uploads_of
from havre.flows.home import Home, consulted
from havre.flows.intake import thing_of
from havre.media.models import WorkUnit
from havre.restrictions.visible import visible_to
from havre.series.models import Status
from havre.series.queries import series_of
from havre.units.acting import Acting
from havre.units.models import RoleName

PAGE = 50
"""Rows of a page."""

MANY = 1000
"""Where a page stops counting what waits."""

OPEN = (State.GATHERING, State.WAITING, State.RUNNING, State.STOPPED, State.FAILED)
"""Orders that somebody may still want to do something about."""


def must_work(acting: Acting) -> None:
    """Raises Refused for whoever does not work with media."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at intakes")


@dataclass(frozen=True, slots=True)
class Some[Thing]:
    """A page of a list, and what the next one begins behind; 0 where there is none."""

    rows: Sequence[Thing]
    next: int


@dataclass(frozen=True, slots=True)
class Running:
    """How far an intake is, read from its counters."""

    intake: Intake
    order: Order | None
    waiting: int
    """Media of the unit's intake that wait for slow work, counted up to MANY."""
    series: int
    """Series of the unit that wait for an analyst's word, counted up to MANY."""

    @property
    def runs(self) -> bool:
        """Whether it may change by itself."""
        open_order = self.order is not None and self.order.state in {State.WAITING, State.RUNNING}
        return open_order or bool(self.waiting) or (self.order is None and self.intake.finished_at is None)
