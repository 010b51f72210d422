"""Stacks stand under what the series that they are in, or are proposed for, has come to."""

from collections.abc import Mapping
from functools import partial

from django.db import transaction

from havre.assessments.gather import in_series
from havre.assessments.models import InSeries, SeriesIs, Stacked
from havre.flows.source import holding
from havre.restrictions.visible import owned_by
from havre.series.models import Life, Member, Series
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

    Not before: who holds a unit may go on to wait for the turn of the board, so nobody waits the other way round. Cut
    off in between, the next look at what series there are does it.
    """
    if _come_to(series.life) != _come_to(was):
        transaction.on_commit(partial(_follow, series.unit, series.pk))


def _follow(unit: Unit, series: int) -> None:
    with holding(unit):
        stacks_follow(unit, series)


def _come_to(life: str) -> SeriesIs:
    return COME_TO.get(life, SeriesIs.OPEN)
