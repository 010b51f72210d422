"""One series as a page shows it: its stacks a page at a time, why they hang together, when they were made.

What is asked of the database does not grow with the series: reasons are told of the stacks that are shown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from havre.compiled import compiled
from havre.flows import clue
from havre.flows.home import Home, consulted
from havre.flows.series import thing_of
from havre.linking.bridges import Bridge
from havre.linking.group import reasons
from havre.linking.links import Link
from havre.linking.stated import Stated
from havre.linking.web import of_links
from havre.media.models import Medium
from havre.media.queries import media_of
from havre.restrictions.visible import visible_to
from havre.series.decide import decisions_about
from havre.series.models import Claim, Comment, Decision, Move, Series
from havre.series.origins import origins_then
from havre.series.queries import Held, held_media, in_stacks, series_for, series_holding
from havre.series.stacks import Stack
from havre.series.weigh import Weighing
from havre.units.acting import Acting
from havre.units.models import Person, RoleName
from havre.victims.models import Offender, Victim

RECORDS: dict[str, Callable[[Collection[int]], "QuerySet[Any]"]] = {
    "claims": lambda family: Claim.objects.filter(series__in=family, released_at=None),
    "comments": lambda family: Comment.objects.filter(series__in=family, withdrawn_at=None),
    "moves": lambda family: Move.objects.filter(series__in=family),
    "decisions": lambda family: Decision.objects.filter(series__in=family),
    "victims": lambda family: Victim.objects.filter(series__in=family),
    "offenders": lambda family: Offender.objects.filter(series__in=family),
}
"""What people record of a series and those that became part of it: most series have little of it."""

A_PAGE = 36
"""Stacks shown at once."""
READ = 3
"""Media of a stack whose links are told: the others are copies of these."""
LEAVING = 12
"""Links out of the series that are told."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of one series."""

    series: Series
    stacks: Sequence[Stack]
    """Those of this page."""
    after: int | None
    """Where the next page begins; None where there is none."""
    all_stacks: int
    media: int
    films: int
    links: Sequence[Link]
    """Between media of different stacks of this page, the rarest first."""
    apart: Sequence[Link]
    """Links out of the series that were not enough to join anything."""
    bridges: Sequence[Bridge]
    """What one medium alone holds together; told where the whole series is shown."""
    held: Mapping[int, Held]
    shown: Mapping[int, Medium]
    """The medium each stack is shown by, and those outside that links lead to."""
    stated: Mapping[int, Stated]
    homes: Mapping[int, Series]
    """The series that media outside are in."""
    size: int
    """Media of the unit: among so many the links are as rare as is said."""
    clues: clue.Desk
    """What clues say of it."""
    recorded: frozenset[str]
    """Of what people record of a series, what there is at all; the names are those of RECORDS."""

    @property
    def whole(self) -> bool:
        """Whether this page is all of it."""
        return len(self.stacks) == self.all_stacks


def open_series(
    home: Home, acting: Acting, named: str | Series, after: int = 0, on: int = 0, pictures: int = 0
) -> Opened:
    """The stacks of a series behind a medium, with everything that speaks for them; that it was looked at is logged.

    The series is named, or the row that whoever asks was told of by its name. `on` is the member that clues are drawn
    on, of those behind `pictures` to choose from.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at series")
    series = series_for(acting.person, named) if isinstance(named, str) else named
    stacks = in_stacks(acting.person, series)
    behind = [stack for stack in stacks if stack.first > after]
    page = behind[:A_PAGE]
    desk = clue.read_desk(acting, series, on, pictures)
    opened = _opened(
        home, acting, series, stacks, page, behind[A_PAGE - 1].first if len(behind) > A_PAGE else None, desk
    )
    consulted(home, acting, thing_of(series), {"shown": len(page), **(desk.told if desk.clues else {})})
    return opened


def _opened(
    home: Home,
    acting: Acting,
    series: Series,
    stacks: Sequence[Stack],
    page: Sequence[Stack],
    after: int | None,
    desk: clue.Desk,
) -> Opened:
    told = [medium for stack in page for medium in stack.media[:READ]]
    origins = origins_then(acting.unit, home.tally)
    found = Weighing(origins).around(series, told, LEAVING) if told else []
    around = {*told, *(end for link in found for end in (link.one, link.other))}
    said = decisions_about(acting.unit, around)
    proposal = reasons(told, of_links(found), said, origins.size) if told else None
    links = _between_stacks(proposal.links if proposal else (), page)
    apart = proposal.held_apart if proposal else ()
    ends = {end for link in (*links, *apart) for end in (link.one, link.other)}
    shown = [stack.first for stack in page]
    return Opened(
        series,
        page,
        after,
        len(stacks),
        sum(len(stack.media) for stack in stacks),
        sum(stack.film for stack in stacks),
        links,
        apart,
        proposal.bridges if proposal and len(page) == len(stacks) else (),
        held_media(acting.person, {*told, *ends}),
        {medium.pk: medium for medium in media_of(acting.person, {*shown, *ends})},
        origins.of(told),
        series_holding(acting.person, ends - set(told)),
        origins.size,
        desk,
        recorded_of(acting.person, series, desk.family),
    )


def recorded_of(viewer: Person, series: Series, family: Sequence[int]) -> frozenset[str]:
    """Which of RECORDS there are any of: a page asks for no others."""
    return frozenset(
        name for row in _any(viewer, series.pk, family) for name, there in zip(RECORDS, row, strict=True) if there
    )


@compiled
def _any(viewer: Person, series: int, family: Collection[int]) -> "QuerySet[Series, tuple[bool, ...]]":
    rows = visible_to(viewer, Series.objects).filter(pk=series)
    return rows.values_list(*(Exists(records(family)) for records in RECORDS.values()))


def _between_stacks(links: Iterable[Link], page: Iterable[Stack]) -> list[Link]:
    """Of links between the same two stacks the rarest of each kind, rarest first: those inside a stack say nothing."""
    home = {medium: stack.first for stack in page for medium in stack.media}
    found: dict[tuple[int, int, str], Link] = {}
    for link in sorted(links, key=lambda each: (each.expected_false, each.one, each.other, each.kind)):
        low, high = sorted((home[link.one], home[link.other]))
        if low != high:
            found.setdefault((low, high, link.kind), link)
    return list(found.values())
