"""Cases, intakes and orders as pages show them: by counters, not by counting; a look is written down, a poll is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from havre.assessments.models import Tab
from havre.assessments.queries import counts_of
from havre.cases.models import Case, Intake, Item, Order, Outcome, State, Upload
from havre.cases.queries import (
    cases_for,
    intake_for,
    intakes_page,
    left_out,
    order_for,
    orders_of,
    orders_page,
    own_order,
    uploads_of,
)
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.flows.home import Home, consulted
from havre.flows.intake import thing_of
from havre.media.models import WorkUnit
from havre.restrictions.visible import visible_to
from havre.series.models import Series, Status
from havre.units.acting import Acting
from havre.units.models import Person, RoleName

PAGE = 50
"""Rows of a page."""

MANY = 1000
"""Where a page stops counting what waits."""

OPEN = (State.GATHERING, State.WAITING, State.RUNNING, State.STOPPED, State.FAILED)
"""Orders that somebody may still want to do something about."""


def must_work(acting: Acting) -> None:
    """Raises Refused for whoever does not work with media."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at intakes")


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Some(Generic[Row]):
    """A page of a list, and what the next one begins behind; 0 where there is none."""

    rows: Sequence[Row]
    next: int


def some(rows: "QuerySet[Row]") -> Some[Row]:
    """The first rows of an ordered list."""
    return _page_of(list(rows[: PAGE + 1]))


def _page_of(found: Sequence[Row]) -> Some[Row]:
    return Some(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


@dataclass(frozen=True, slots=True)
class Running:
    """How far an intake is, read from its counters."""

    intake: Intake
    order: Order | None
    waiting: int
    """Media of the unit's intake that wait for slow work, counted up to MANY."""
    series: int
    """Series of the unit that wait for an analyst's word, counted up to MANY."""
    stacks: int
    """What triage has of it that is not judged: by its own counters, for what is gathered later joins other stacks."""

    @property
    def runs(self) -> bool:
        """Whether it may change by itself."""
        open_order = self.order is not None and self.order.state in {State.WAITING, State.RUNNING}
        return open_order or bool(self.waiting) or (self.order is None and self.intake.finished_at is None)

    @property
    def share(self) -> int:
        """Percent of the source that is done, as far as one knows: archives hold more than was counted."""
        if self.intake.finished_at is not None:
            return 100
        return min(99, 100 * self.intake.found // max(self.intake.total, self.intake.found, 1))


def list_cases(home: Home, acting: Acting, before: int = 0) -> Some[Case]:
    """Cases of the unit, newest first."""
    must_work(acting)
    rows = cases_for(acting.person).select_related("opened_by").order_by("-id")
    found = some(rows.filter(id__lt=before) if before else rows)
    consulted(home, acting, "cases", {"shown": len(found.rows)})
    return found


def open_cases(acting: Acting) -> list[Case]:
    """The newest cases into which something may be brought."""
    must_work(acting)
    return list(cases_for(acting.person).filter(closed_at=None, erased_at=None)[:PAGE])


def list_intakes(home: Home, acting: Acting, before: int = 0) -> tuple[list[Order], Some[Intake]]:
    """Orders that have not become an intake, and a page of intakes, newest first."""
    must_work(acting)
    found = _page_of(intakes_page(acting.person, before or None, Most(PAGE + 1)))
    consulted(home, acting, "intakes", {"shown": len(found.rows)})
    waiting = orders_page(acting.person, [str(state) for state in OPEN], Most(PAGE)) if not before else []
    return waiting, found


def show_intake(home: Home, acting: Acting, number: int) -> Running:
    """One intake, written down."""
    found = progress_of(acting, number)
    consulted(home, acting, thing_of(found.intake))
    return found


def progress_of(acting: Acting, number: int) -> Running:
    """How far an intake is; asked every other second by whoever looks at it already."""
    must_work(acting)
    intake = intake_for(acting.person, number)
    order = next(iter(orders_of(acting.person, intake.pk)), None)
    waiting, proposed = len(_waiting(acting.person, intake.pk)), len(_proposed(acting.person))
    tabs = counts_of(acting.person, intake.pk).tabs
    return Running(intake, order, waiting, proposed, sum(tabs.values()) - tabs[Tab.JUDGED])


@compiled
def _waiting(viewer: Person, intake: int) -> "QuerySet[WorkUnit, int]":
    work = visible_to(viewer, WorkUnit.objects).filter(medium__exhibits__item__intake=intake)
    return work.order_by().values_list("id", flat=True).distinct()[:MANY]


@compiled
def _proposed(viewer: Person) -> "QuerySet[Series, int]":
    return visible_to(viewer, Series.objects).filter(status=Status.PROPOSED).values_list("id", flat=True)[:MANY]


def show_order(acting: Acting, number: int) -> Order:
    """An order that waits to become an intake."""
    must_work(acting)
    return order_for(acting.person, number)


def gathering(acting: Acting, number: int, after: int = 0) -> tuple[Order, Some[Upload]]:
    """An order of this person's own to which files are sent, with a page of them."""
    acting.must_be(RoleName.ANALYST, to="take in material")
    order = own_order(acting.person, number)
    return order, some(uploads_of(acting.person, order).filter(id__gt=after))


def sent_files(acting: Acting, order: Order) -> list[Upload]:
    """The first files that were sent to an order, with the digests that the server found."""
    must_work(acting)
    return list(uploads_of(acting.person, order).filter(order__by=acting.person)[:PAGE])


def show_left_out(acting: Acting, number: int, outcome: str, after: int = 0) -> Some[Item]:
    """Files of an intake that were refused or quarantined, each with its reason."""
    must_work(acting)
    if outcome not in {Outcome.REFUSED, Outcome.QUARANTINED}:
        raise NotFound(_("files are left out because they were refused or quarantined"))
    return some(left_out(acting.person, intake_for(acting.person, number), outcome, after))
