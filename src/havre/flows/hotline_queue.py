"""What waits at the hotline, in the order in which it matters, with the reasons; and that nothing waits unseen.

First where a child is in danger now; then new material; then what is near an open series; then what many reported;
then what waits beyond its time; and among these, what waits longest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from havre.cases.models import Item, Outcome
from havre.corrections.queries import waiting as challenges_waiting
from havre.flows.at_page import WORKING, policy_for
from havre.flows.home import Home, consulted
from havre.hotline.models import Addition, Judgement, Letter, Page, Report, State
from havre.hotline.policy import Policy, Times
from havre.hotline.queries import letters_waiting, numbers_of, page_for, pages_of, reports_of
from havre.series.models import Life, Member
from havre.units.acting import Acting

MANY = 5
"""Reports from which on many people saw a page. Havre's own number: nobody publishes one."""

RANKS = ("danger", "new", "series", "many", "late")
"""The reasons by which pages are ordered, the gravest first."""

PAGE = 50
"""Pages shown at once."""

LOOKED_THROUGH = 5_000
"""Pages among which the next one is looked for; behind them one begins again."""

CLOSED_SERIES = (Life.SAFEGUARDED, Life.WITHDRAWN, Life.MERGED)

DESKS: Mapping[str, Sequence[str]] = {
    "waiting": (State.RECEIVED, State.TRIAGED),
    "passed": (State.ROUTED, State.ACTED_ON),
    "over": (State.CLOSED, State.NOT_ACTIONABLE),
}
"""What one looks at: what waits for us, what waits for others, what is over."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page with why it stands where it does."""

    page: Page
    reasons: tuple[str, ...]
    """Words of Havre's, the gravest first: danger, new, series, many, late; and what it waits for."""
    waits: str
    due_at: datetime
    late: bool
    reports: Sequence[int]
    """Numbers of the reports that name it."""
    mine: bool = False
    """Whether whoever asks said their word on it already, and somebody else's is waited for."""

    @property
    def first(self) -> str:
        """The gravest of its reasons, by which it stands where it does; empty where it only waits its turn."""
        return next((name for name in self.reasons if name in RANKS), "")

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return {
            "page": self.page.pk,
            "address": self.page.address,
            "state": str(self.page.state),
            "waits_for": self.waits,
            "reasons": list(self.reasons),
            "due_at": self.due_at.isoformat(),
            "late": self.late,
            "reports": list(self.reports),
        }


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could be overlooked, counted."""

    letters: int
    """At the door, not taken in yet."""
    letters_danger: int
    """Of those, and of those that could not be taken in, where a child may be in danger now."""
    oldest_letter: str | None
    trouble: int
    """Letters that could not be taken in: somebody must look."""
    without_pages: int
    """Reports that name no address that can be read, and that nobody settled."""
    additions: int
    """What reporters added and nobody read."""
    received: int
    second: int
    """Of those received, waiting for a second person."""
    disputed: int
    triaged: int
    routed: int
    acted_on: int
    late: int
    """Pages beyond their service time."""
    danger: int
    """Open pages where a child may be in danger now."""
    challenges: int
    """What people say is wrong, and nobody decided; or said more of since."""
    challenges_danger: int
    """Of those, where they say that a child is in danger now."""

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return asdict(self)


def queue(home: Home, acting: Acting, desk: str = "waiting", after: int = 0) -> list[Waiting]:
    """One part of the queue, in order, from this place on; one more than a page shows. Logged as looked at."""
    acting.must_be(*WORKING, to="see what waits at the hotline")
    policy = policy_for(home, acting.unit)
    states = DESKS.get(desk, DESKS["waiting"])
    rows = ordered(pages_of(acting.person).filter(state__in=states), acting.now(), policy.times)
    found = list(rows.annotate(mine=_mine(acting)).select_related("case")[after : after + PAGE + 1])
    numbers = numbers_of(acting.person, found)
    consulted(home, acting, "hotline", {"act": "queue", "desk": desk, "pages": [page.pk for page in found]})
    return [_waiting(page, acting.now(), policy, numbers.get(page.pk, [])) for page in found]


def next_page(home: Home, acting: Acting, after: int = 0) -> Page | None:
    """Of the pages that wait for this person the one behind the page they come from, as far as that still waits; else
    the first. None where nothing more waits.
    """
    acting.must_be(*WORKING, to="see what waits at the hotline")
    times = policy_for(home, acting.unit).times
    rows = ordered(pages_of(acting.person).filter(state__in=DESKS["waiting"]), acting.now(), times)
    keys = list(rows.annotate(mine=_mine(acting)).filter(mine=False).values_list("pk", flat=True)[:LOOKED_THROUGH])
    place = keys.index(after) + 1 if after in keys else 0
    return page_for(acting.person, keys[place]) if place < len(keys) else None


def _mine(acting: Acting) -> Case:
    """Whether a page waits for others than this person, who said their word already."""
    own = Judgement.objects.filter(page=OuterRef("pk"), person=acting.person, undone_at=None)
    asks = Q(state=State.RECEIVED, disputed=False) & Exists(own)
    return Case(When(asks, then=Value(True)), default=Value(False), output_field=BooleanField())


def ordered(pages: "QuerySet[Page]", at: datetime, times: Times) -> "QuerySet[Page]":
    """Pages in the order in which they matter, each with what that rests on."""
    worded = Exists(Judgement.objects.filter(page=OuterRef("pk"), undone_at=None))
    fresh = _media(Item.objects.filter(outcome=Outcome.NEW))
    marked = pages.annotate(worded=worded, fresh=fresh, near=_near()).annotate(
        rank=Case(
            When(danger=True, then=Value(0)),
            When(fresh=True, then=Value(1)),
            When(near=True, then=Value(2)),
            When(reports__gte=MANY, then=Value(3)),
            When(late(at, times), then=Value(4)),
            default=Value(5),
            output_field=IntegerField(),
        )
    )
    return marked.order_by("rank", Coalesce("due_at", "first_at"), "pk")


def _media(items: "QuerySet[Item]") -> Exists:
    return Exists(items.filter(intake__case=OuterRef("case")))


def _near() -> Exists:
    """Whether media of the page's case are in a series that is not over."""
    members = Member.objects.filter(medium__exhibits__item__intake__case=OuterRef("case"))
    return Exists(members.exclude(series__life__in=CLOSED_SERIES))


def late(at: datetime, times: Times) -> Q:
    """Pages whose next thing should have been done by now."""
    untouched = Q(due_at=None, first_at__lte=at - timedelta(hours=times.judge))
    danger = Q(due_at=None, danger=True, first_at__lte=at - timedelta(hours=times.danger))
    return (Q(due_at__lte=at) | untouched | danger) & Q(state__in=(*DESKS["waiting"], *DESKS["passed"]))


def _waiting(page: Page, at: datetime, policy: Policy, reports: Sequence[int]) -> Waiting:
    due_at = due_of(page, policy.times)
    is_late = due_at <= at and page.state not in DESKS["over"]
    told = {
        "danger": page.danger,
        "new": bool(getattr(page, "fresh", False)),
        "series": bool(getattr(page, "near", False)),
        "many": page.reports >= MANY,
        "late": is_late,
        "disputed": page.disputed,
    }
    names = tuple(name for name, holds in told.items() if holds)
    mine = bool(getattr(page, "mine", False))
    return Waiting(page, names, waits_for(page), due_at, is_late, reports, mine)


def due_of(page: Page, times: Times) -> datetime:
    """When the next thing must have been done."""
    hours = times.danger if page.danger else times.judge
    return page.due_at or page.first_at + timedelta(hours=hours)


def waits_for(page: Page) -> str:
    """For what it waits, in a word of Havre's."""
    if page.state != State.RECEIVED:
        words = {State.TRIAGED: "route", State.ROUTED: "act", State.ACTED_ON: "gone"}
        return words.get(State(page.state), "nothing")
    if page.disputed:
        return "agreement"
    worded = page.__dict__.get("worded")  # as the queue asked it for all of its pages at once
    if worded is None:
        worded = page.judgements.filter(undone_at=None).exists()
    return "second" if worded else "judge"


def to_read(home: Home, acting: Acting, most: int = PAGE) -> list[Report]:
    """Reports that name no page, and those that were added to and nobody read it: danger first, then the oldest.

    A person reads them, or nobody ever does.
    """
    acting.must_be(*WORKING, to="see what waits at the hotline")
    reports = reports_of(acting.person)
    pages = Q(pk__in=without_pages(reports).values("pk")) | Q(pk__in=added_to(reports).values("pk"))
    found = reports.filter(pages).order_by("-danger", "at", "pk")[:most]
    consulted(home, acting, "hotline", {"act": "reports to read", "reports": [each.number for each in found]})
    return list(found)


def unseen(home: Home, acting: Acting) -> Unseen:
    """Everything that waits, counted: nothing of it is anybody's name or address."""
    acting.must_be(*WORKING, to="see what waits at the hotline")
    now, person, times = acting.now(), acting.person, policy_for(home, acting.unit).times
    pages, letters = pages_of(person), letters_waiting(person)
    waiting, received = letters.filter(trouble=""), pages.filter(state=State.RECEIVED)
    challenges = challenges_waiting(person)
    oldest = waiting.order_by("at").values_list("at", flat=True).first()
    return Unseen(
        letters=waiting.count(),
        letters_danger=letters.filter(danger=True).count(),
        oldest_letter=oldest.isoformat() if oldest else None,
        trouble=_trouble(letters).count(),
        without_pages=without_pages(reports_of(person)).count(),
        additions=added_to(reports_of(person)).count(),
        received=received.count(),
        second=received.filter(disputed=False, judgements__undone_at=None, judgements__isnull=False).distinct().count(),
        disputed=received.filter(disputed=True).count(),
        triaged=pages.filter(state=State.TRIAGED).count(),
        routed=pages.filter(state=State.ROUTED).count(),
        acted_on=pages.filter(state=State.ACTED_ON).count(),
        late=pages.filter(late(now, times)).count(),
        danger=pages.filter(danger=True, state__in=(*DESKS["waiting"], *DESKS["passed"])).count(),
        challenges=challenges.count(),
        challenges_danger=challenges.filter(danger=True).count(),
    )


def _trouble(letters: "QuerySet[Letter]") -> "QuerySet[Letter]":
    return letters.exclude(trouble="")


def without_pages(reports: "QuerySet[Report]") -> "QuerySet[Report]":
    """Reports that name no page: what was seen stands in their words alone, and somebody must read them."""
    return reports.filter(mentions=None, settled_at=None, withdrawn_at=None, erased_at=None)


def added_to(reports: "QuerySet[Report]") -> "QuerySet[Report]":
    """Reports to which something was added that nobody read."""
    return reports.filter(Exists(Addition.objects.filter(report=OuterRef("pk"), read_at=None)))
