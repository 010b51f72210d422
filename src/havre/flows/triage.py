"""Show the next stacks to judge, each with why it is here: a page of them costs the same however many there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.assessments.models import Assessment, Stack, Tab
from havre.assessments.queries import (
    Counts,
    Place,
    categories_of,
    counts_of,
    stacks_after,
    stacks_asked_for,
    under_headings,
    words_for,
)
from havre.cases.models import Intake
from havre.compiled import Most, compiled
from havre.errors import Invalid, NotFound
from havre.flows.assess import WORKING
from havre.flows.home import Home, consulted
from havre.linking.links import Kind, Link, between
from havre.matches.models import Match, MatchKind
from havre.media.models import Fact
from havre.restrictions.visible import visible_to
from havre.series import models as series
from havre.series.findings import told_of
from havre.series.queries import OVER
from havre.units.acting import Acting
from havre.units.models import Person

PAGE = 30
"""Stacks of one page: a screen shows some twenty; the next page comes before somebody reaches its first stack."""

REASONS = 3
"""Matches and links of a stack that are told: compare and series tell them all."""

LINKS_READ = 300
"""Links of a page's media that are read to find those."""

FRESH = 100
"""New stacks are counted so far: `4 new` is told, not `2,000 new`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stacks somebody wants to see."""

    tab: str = Tab.NEW
    intake: int | None = None
    after: Place | None = None
    stacks: Sequence[int] = ()
    """Only these, whatever their tab: that of the first is told."""
    medium: int | None = None
    """Only the stack that this is in."""

    @property
    def by_name(self) -> bool:
        """Whether it is asked for stacks, not for a tab."""
        return bool(self.stacks) or self.medium is not None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as a link between this stack and another medium."""

    link: Link
    known: str = ""
    """The label of what is known, where that is the other."""
    match: int | None = None
    """What can be compared."""


@dataclass(frozen=True, slots=True)
class Told:
    """One stack with everything the page says of it."""

    stack: Stack
    reasons: Sequence[Reason]
    taken: str
    """When the file says it was taken."""
    words: Sequence[Assessment]
    categories: Mapping[int, Mapping[str, str]]
    """By word and mapping."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page."""

    asked: Asked
    intake: Intake | None
    stacks: Sequence[Told]
    counts: Counts
    under: Mapping[str, int]
    """Stacks under each heading of this page."""
    statuses: Mapping[int, str]
    """Of the series that are named, by number."""
    names: Mapping[int, str]
    """What those that have a name are called."""
    more: bool = field(default=False)


def triage(home: Home, acting: Acting, asked: Asked) -> Listed:
    """The next stacks of a tab, with counters and reasons."""
    acting.must_be(*WORKING, to="look at media")
    viewer = acting.person
    if asked.tab not in Tab.values:
        raise Invalid(
            _("there is no tab %(tab)r: take one of %(choices)s") % {"tab": asked.tab, "choices": ", ".join(Tab.values)}
        )
    intake = _intake(viewer, asked.intake)
    if asked.by_name:
        shown, more = stacks_asked_for(viewer, asked.stacks, asked.medium), False
        asked = replace(asked, tab=shown[0].tab)
    else:
        stacks = stacks_after(viewer, asked.tab, asked.intake, asked.after, PAGE + 1)
        shown, more = stacks[:PAGE], len(stacks) > PAGE
    detail = {"tab": str(asked.tab), "intake": asked.intake, "shown": [stack.pk for stack in shown]}
    consulted(home, acting, "triage", detail)
    counts, headings = counts_of(viewer, asked.intake), Counter(stack.heading for stack in shown)
    under = headings if asked.by_name else under_headings(viewer, asked.intake, asked.tab, set(headings))
    named = _series(viewer, shown)
    statuses, names = {row[0]: row[1] for row in named}, {row[0]: row[2] for row in named if row[2]}
    return Listed(asked, intake, _told(viewer, shown), counts, under, statuses, names, more)


def _intake(viewer: Person, key: int | None) -> Intake | None:
    if key is None:
        return None
    found = visible_to(viewer, Intake.objects.select_related("case"), "case__unit").filter(id=key).first()
    if found is None:
        raise NotFound(_("there is no such intake"))
    return found


def _series(viewer: Person, stacks: Collection[Stack]) -> list[tuple[int, str, str]]:
    return list(_numbered(viewer, list({stack.series for stack in stacks if stack.series is not None})))


@compiled
def _numbered(viewer: Person, numbers: Collection[int]) -> "QuerySet[series.Series, tuple[int, str, str]]":
    return visible_to(viewer, series.Series.objects).filter(number__in=numbers).values_list("number", "status", "name")


def _told(viewer: Person, stacks: Sequence[Stack]) -> list[Told]:
    words = words_for(viewer, stacks)
    categories = categories_of(viewer, [word for said in words.values() for word in said])
    reasons, taken = _reasons(viewer, stacks), _taken(viewer, stacks)
    return [
        Told(stack, reasons[stack.pk], taken.get(stack.medium_id, ""), words.get(stack.pk, ()), categories)
        for stack in stacks
    ]


def _taken(viewer: Person, stacks: Sequence[Stack]) -> dict[int, str]:
    return dict(_facts(viewer, [stack.medium_id for stack in stacks]))


@compiled
def _facts(viewer: Person, media: Collection[int]) -> "QuerySet[Fact, tuple[int, str]]":
    rows = visible_to(viewer, Fact.objects.all(), "medium__unit").filter(name="taken", medium__in=media)
    return rows.values_list("medium", "value")


# ---- why a stack is here ----


def _reasons(viewer: Person, stacks: Sequence[Stack]) -> dict[int, list[Reason]]:
    """What each was found to be near to, then its links, the surest first."""
    found: dict[int, list[Reason]] = defaultdict(list)
    of_item = {stack.item_id: stack for stack in stacks}
    for match in _matches(viewer, list(of_item)):
        told = found[of_item[match.item_id].pk]
        if len(told) < REASONS:
            told.append(_of_match(match))
    for stack, row in _links(viewer, stacks):
        told = found[stack.pk]
        if len(told) < REASONS and row.kind not in {reason.link.kind for reason in told}:
            told.append(Reason(_link(row)))
    return found


@compiled
def _matches(viewer: Person, items: Collection[int]) -> QuerySet[Match]:
    rows = visible_to(viewer, Match.objects.all(), "item__intake__case__unit").filter(item__in=items)
    return rows.exclude(kind=MatchKind.IDENTICAL).select_related("knowledge").order_by("id")


def _of_match(match: Match) -> Reason:
    # The sentence is of two media; that the other has no number here changes no word of it.
    link = between(1, 2, Kind(match.kind), max(match.expected_false, 0.0), told_of(match))
    return Reason(link, match.knowledge.label if match.knowledge else "", match.pk)


def _links(viewer: Person, stacks: Sequence[Stack]) -> list[tuple[Stack, series.Link]]:
    of_medium = {stack.medium_id: stack for stack in stacks}
    rows = _touching(viewer, list(of_medium))
    pairs = [(end, row) for row in rows for end in (row.one_id, row.other_id) if end in of_medium]
    return [(of_medium[end], row) for end, row in pairs]


@compiled
def _touching(viewer: Person, media: Collection[int]) -> QuerySet[series.Link]:
    mine = Q(one__in=media) | Q(other__in=media)
    return visible_to(viewer, series.Link.objects).filter(mine).order_by("expected_false", "id")[:LINKS_READ]


def _link(row: series.Link) -> Link:
    return between(row.one_id, row.other_id, Kind(row.kind), row.expected_false, row.evidence)


def choices(viewer: Person, most: int = 30) -> list[series.Series]:
    """Series that a stack may be put into, the newest first."""
    return _open(viewer, Most(most))


@compiled
def _open(viewer: Person, most: int) -> QuerySet[series.Series]:
    return visible_to(viewer, series.Series.objects).exclude(status__in=OVER).order_by("-number")[:most]
