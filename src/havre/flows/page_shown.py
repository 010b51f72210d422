"""One page of the hotline with everything that is known of it, as somebody of its unit looks at it; logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from havre.flows.at_page import WORKING, alone, policy_for, thing_of
from havre.flows.home import Home, consulted
from havre.flows.hotline_queue import due_of, waits_for
from havre.flows.route_page import Routed, way_for
from havre.hotline.category import Derived, category_of
from havre.hotline.models import Finding, Judgement, Page, Reopening, Report, Routing
from havre.hotline.policy import Policy
from havre.hotline.queries import every_word_on, findings_on, page_for, reopenings_of, reports_naming, routings_of
from havre.hotline.standing import Standing, standing_of
from havre.units.acting import Acting

MOST_REPORTS = 20
"""Reports listed beside a page; all are counted."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page and what is known of it."""

    page: Page
    policy: Policy
    reports: Sequence[Report]
    words: Sequence[Judgement]
    """Also those taken back, in the order they were said."""
    standing: Standing
    category: Derived | None
    findings: Sequence[Finding]
    way: Routed
    """The way it would take now, with where its host is."""
    routings: Sequence[Routing]
    """Those it took, the newest first."""
    reopenings: Sequence[Reopening]
    waits: str
    due_at: datetime
    late: bool
    alone: bool
    """Whether nobody else of the unit could be a second person."""

    @property
    def told(self) -> Mapping[str, object]:
        """What the log is told of it."""
        return {"act": "page looked at", "state": str(self.page.state), "reports": len(self.reports)}


def page_shown(home: Home, acting: Acting, number: int) -> PageShown:
    """The page of this number, once it is written down who looks. What reporters said is not on it."""
    acting.must_be(*WORKING, to="see what waits at the hotline")
    found = read_page(home, acting, page_for(acting.person, number))
    consulted(home, acting, thing_of(found.page), found.told)
    return found


def read_page(home: Home, acting: Acting, page: Page) -> PageShown:
    """The same, for whoever logs the look themselves."""
    policy, person = policy_for(home, acting.unit), acting.person
    words = every_word_on(person, page)
    by_oneself = alone(acting.unit, person.pk)
    standing = standing_of([word for word in words if word.undone_at is None], policy, by_oneself)
    due_at = due_of(page, policy.times)
    return PageShown(
        page,
        policy,
        list(reports_naming(person, page)[:MOST_REPORTS]),
        words,
        standing,
        category_of(acting.unit.country, standing.verdict, standing.facts) if standing.verdict else None,
        findings_on(person, page),
        way_for(home, acting, page, policy),
        routings_of(person, page),
        reopenings_of(person, page),
        waits_for(page),
        due_at,
        page.closed_at is None and due_at <= acting.now() and waits_for(page) != "nothing",
        by_oneself,
    )
