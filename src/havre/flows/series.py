"""Propose series from what media show and state: what came since the last time is read, and what it touches grouped.

Killed at any moment and run again, it goes on where it was.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.flows.group_anew import group_anew
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.source import holding
from havre.flows.stacks_follow import stacks_follow, where_it_is
from havre.flows.tell_countries import bring, bring_all
from havre.linking.group import What
from havre.series.claims import renewed
from havre.series.keep import drop_withdrawn
from havre.series.models import Series, Status
from havre.series.queries import (
    OVER,
    series_for,
    series_of,
)
from havre.series.reading import read_on, start_anew
from havre.units.acting import Acting
from havre.units.models import RoleName

Tell = Callable[[int], None]
"""Told how many media were read so far."""

COUNTED = (What.CREATED, What.GROWN, What.SHRUNK, What.CHANGED, What.MERGED, What.DISSOLVED)
"""What of series is told; those that were looked at and stayed as they were are not."""


@dataclass
class Proposed:
    """What came of one look."""

    media: int = 0
    """Media read: those that came since the last time, or were found in another place."""
    links: int = 0
    became: Counter[str] = field(default_factory=Counter)
    """How many series were created, grown, shrunk, changed, merged, dissolved."""
    proposed: int = 0
    """Series that wait for an analyst's word."""
    confirmed: int = 0

    @property
    def anything(self) -> bool:
        """Whether anything belongs together, or no longer does, that had not been said."""
        return bool(self.links or any(self.became[what] for what in COUNTED))

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told = {str(what): self.became[what] for what in COUNTED}
        waiting = {"proposed": self.proposed, "confirmed": self.confirmed}
        return {"media": self.media, "links": self.links} | told | waiting


def propose(home: Home, acting: Acting, *, anew: bool = False, tell: Tell = lambda _: None) -> Proposed:
    """Bring the unit's proposed series up to date; `anew` reads everything again, not only what is new."""
    acting.must_be(RoleName.ANALYST, to="propose series")
    if anew:
        with holding(acting.unit):
            start_anew(acting.unit)
            log(home, acting, "change", "series", {"act": "read anew"})
    found = propose_after(home, acting, tell=tell)
    if not found.anything:
        consulted(home, acting, "series", {"act": "nothing new to propose"})
    return found


def propose_after(home: Home, acting: Acting, *, tell: Tell = lambda _: None) -> Proposed:
    """The same within another flow, which has asked already whether the person may; cheap where nothing is new."""
    found = Proposed()
    _read(acting, found, tell)  # (1) media and matches since the last time -> links
    with holding(acting.unit):
        found.became = group_anew(home, acting.unit, acting.now())  # (2) what they touch -> series
        stacks_follow(acting.unit)
        if found.anything:
            bring_all(home, acting.unit, acting.now())
        _count(acting, found)
        if found.anything:
            log(home, acting, "change", "series", {"act": "proposed", **found.to_json()})  # (3) written down
    if found.anything:
        seal_log(home, acting)
    return found


def _read(acting: Acting, found: Proposed, tell: Tell) -> None:
    with holding(acting.unit):
        drop_withdrawn(acting.unit)
    while True:
        with holding(acting.unit):
            read = read_on(acting.unit)
        if read is None:
            return
        found.media += read.media
        found.links += read.links
        tell(found.media)


def _count(acting: Acting, found: Proposed) -> None:
    live: list[Series] = list(series_of(acting.person))
    found.proposed = sum(series.status == Status.PROPOSED for series in live)
    found.confirmed = sum(series.status == Status.CONFIRMED for series in live)


@contextmanager
def working_on(home: Home, acting: Acting, named: str, to: str) -> Iterator[Series]:
    """One transaction in which a person does something on a series that is not over; a claim of theirs goes on."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to=to)
    with durable():
        take_turn()
        series = series_for(acting.person, named)
        rows = Series.objects.select_for_update(of=("self",), no_key=True)
        series = rows.select_related(None).get(pk=series.pk)
        if series.status in OVER:
            raise over(series)
        was = series.life
        yield series
        renewed(series, acting.person, acting.now())
        bring(home, series, acting.now(), media=False)
        seal_log(home, acting)
        where_it_is(series, was)


def over(series: Series) -> Refused:
    """The sentence for a series that is over: what became of it, and what to do instead."""
    if series.status == Status.MERGED and series.merged_into is not None:
        return Refused(
            _("%(series)s became part of %(merged_into)s: decide on that one")
            % {"series": series.reference, "merged_into": series.merged_into.reference}
        )
    if series.status == Status.REJECTED and series.decided_by is not None and series.decided_at is not None:
        when = series.decided_at.date().isoformat()
        return Refused(
            _("%(series)s was rejected by %(decided_by)s on %(when)s: that word stays")
            % {"series": series.reference, "decided_by": series.decided_by.name, "when": when}
        )
    return Refused(
        _("%(series)s is dissolved, nothing holds it together any more: there is nothing to decide")
        % {"series": series.reference}
    )


def thing_of(series: Series) -> str:
    """How the log calls a series."""
    return f"series {series.reference}"
