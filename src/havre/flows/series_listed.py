"""Series in a list, the newest first, each with its steps, its clock and who works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.flows.home import Home, consulted
from havre.series.models import Claim, Life, Series, Status
from havre.series.queries import OVER, claims_of, courses, series_page
from havre.series.steps import Course
from havre.units.acting import Acting
from havre.units.models import RoleName

A_PAGE = 30
"""Series of one page."""

LIVE = ~Q(status__in=OVER)

MINE = "mine"
"""Those that whoever asks has a claim on."""

WHICH: Mapping[str, Q] = {
    "open": LIVE & ~Q(life__in=(Life.SAFEGUARDED, Life.WITHDRAWN)),
    MINE: LIVE,
    "proposed": Q(status=Status.PROPOSED),
    "unidentified": LIVE & Q(life=Life.UNIDENTIFIED),
    "investigated": LIVE & Q(life=Life.INVESTIGATED),
    "located": LIVE & Q(life=Life.LOCATED),
    "identified": LIVE & Q(life=Life.IDENTIFIED),
    "safeguarded": LIVE & Q(life=Life.SAFEGUARDED),
    "withdrawn": LIVE & Q(life=Life.WITHDRAWN),
    "over": Q(status__in=OVER),
}
"""What may be asked for, by its word in the address."""


@dataclass(frozen=True, slots=True)
class Row:
    """One series of a list."""

    series: Series
    course: Course
    claim: Claim | None
    holds: bool
    """Whether the claim holds, or ran out."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    rows: Sequence[Row]
    before: int | None
    """The number below which the next page begins; None where there is none."""


def list_page(home: Home, acting: Acting, which: str, before: int | None = None) -> Listed:
    """The series that are this, below a number; that they were looked at is logged."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at series")
    now = acting.now()
    found = series_page(acting.person, _asked(which), before, A_PAGE + 1, now if which == MINE else None)
    page = found[:A_PAGE]
    keys = [series.pk for series in page]
    timed, claims = courses(acting.person, page, now), claims_of(acting.person, keys)
    consulted(home, acting, "series", {"shown": len(page), "which": which})
    rows = [_row(acting, series, timed[series.pk], claims.get(series.pk)) for series in page]
    return Listed(rows, page[-1].number if len(found) > A_PAGE else None)


def _asked(which: str) -> Q:
    if which not in WHICH:
        raise NotFound(_("there is no list of series that are %(which)r") % {"which": which})
    return WHICH[which]


def _row(acting: Acting, series: Series, course: Course, claim: Claim | None) -> Row:
    return Row(series, course, claim, claim is not None and claim.until > acting.now())
