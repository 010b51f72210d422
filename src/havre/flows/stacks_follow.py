"""Stacks stand under what the series that they are in, or are proposed for, has come to."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.db.models import Max

from havre.assessments.gather import in_series
from havre.assessments.models import InSeries, SeriesIs, Stacked
from havre.errors import HavreError
from havre.flows.home import durable, take_turn
from havre.flows.source import holding
from havre.restrictions.visible import owned_by
from havre.series.models import Life, Member, Move, Series
from havre.series.queries import OVER
from havre.units.models import Unit

COME_TO: Mapping[str, SeriesIs] = {Life.SAFEGUARDED: SeriesIs.SAFE, Life.WITHDRAWN: SeriesIs.WITHDRAWN}
"""What is neither is open: a child who is identified is not safe yet."""


def stacks_follow(unit: Unit, series: int | None = None) -> None:
    """All stacks of the unit stand where their series are now; or those of one series, by its key. In a transaction
    that holds the unit."""
    members = owned_by(unit, Member.objects, "series__unit").exclude(series__status__in=OVER)
    among = None
    if series is not None:
        among = Stacked.objects.filter(medium__member__series=series).values("stack")
        members = members.filter(medium__stacked__stack__in=among)
    rows = members.values_list("medium", "series__life", "series__number")
    in_series(unit, {medium: InSeries(_come_to(life), number) for medium, life, number in rows}, among)


def where_it_is(series: Series, was: str) -> None:
    """Once this transaction is over, the stacks of a series that was something else stand where it is now.

    Not before: who holds a unit may go on to wait for the turn of the board, so nobody waits the other way round. What
    was committed stays so whatever this meets, and `Following` does it then. Said last, after the log is sealed.
    """
    if _come_to(series.life) == _come_to(was):
        return

    def follow() -> None:
        try:
            with holding(series.unit):
                stacks_follow(series.unit, series.pk)
        except (HavreError, DatabaseError) as error:
            logging.getLogger(__name__).error(
                "%s moved, its stacks do once `havre work` runs: %s", series.reference, error
            )

    transaction.on_commit(follow, robust=True)


@dataclass
class Following:
    """What goes on behind everything else: stacks follow whatever moved, by whomever; at first, all that there are."""

    last: int | None = None
    """The last move that was read; None where none was."""
    behind: set[tuple[int, int | None]] = field(default_factory=set)
    """Units, each with the series that moved, or with None for all of its series."""

    def look(self) -> int:
        """Stacks stand where their series are now; in how many units or series. A unit that somebody holds at this
        moment is left to the next look."""
        self._read()
        done, met = 0, list[Exception]()
        for one in list(self.behind):
            try:
                followed = _follow_now(*one)
            except HavreError as error:  # whatever one unit meets, the next goes on
                met.append(error)
                continue
            self.behind -= {one} if followed else set()
            done += followed
        if met:
            raise met[0]
        return done

    def _read(self) -> None:
        if self.last is not None and not Move.objects.filter(pk__gt=self.last).exists():
            return
        with durable():
            take_turn()  # who moves by the word of others has it: no move that is younger is seen before theirs
            newest = Move.objects.aggregate(newest=Max("pk"))["newest"] or 0
            if self.last is None:
                self.behind |= {(unit, None) for unit in Unit.objects.values_list("pk", flat=True)}
            else:
                moved = Move.objects.filter(pk__gt=self.last, pk__lte=newest)
                self.behind |= set(moved.values_list("series__unit", "series"))
        self.last = newest


def _follow_now(unit: int, series: int | None) -> bool:
    with durable():
        held = Unit.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=unit).first()
        if held is not None:
            stacks_follow(held, series)
        return held is not None


def _come_to(life: str) -> SeriesIs:
    return COME_TO.get(life, SeriesIs.OPEN)
