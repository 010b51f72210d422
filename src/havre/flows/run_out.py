"""Memberships of groups end by the clock: what was opened to a group is withdrawn from whom it reaches no longer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from havre.audit.record import record
from havre.exchange.board import renumber
from havre.flows.contest import BOARD
from havre.flows.home import Home, durable, take_turn
from havre.flows.tell_countries import tell_members
from havre.restrictions import groups
from havre.restrictions.models import Group, GroupMember

Which = Callable[[datetime], "QuerySet[GroupMember]"]
"""Memberships that are to be turned at this moment."""


def run_out(home: Home, at: datetime) -> int:
    """What is open to groups counts as changed where members are so no longer, whatever node leads them; how many.

    Whom a clock that was ahead ended too early is in it again, so that the true end is told when it comes.
    """
    _turned(home, groups.not_over, at, ended=False)
    return _turned(home, groups.run_out, at, ended=True)


def _turned(home: Home, which: Which, at: datetime, *, ended: bool) -> int:
    done = 0
    for group, members in groupby(which(at), key=lambda each: each.group):
        with durable():
            take_turn()
            # Who did it meanwhile, or was let in for longer, is not among them any more.
            still = list(which(at).filter(pk__in=[each.pk for each in members]))
            if still:
                _turn(home, group, still, at, ended=ended)
        done += len(still)
    return done


def _turn(home: Home, group: Group, members: Sequence[GroupMember], at: datetime, *, ended: bool) -> None:
    GroupMember.objects.filter(pk__in=[each.pk for each in members]).update(ended=ended)
    conditions = list(groups.conditions_naming([group.code]))
    renumber(conditions)
    tell_members(home, conditions, at)
    act = "memberships ran out" if ended else "memberships are not over yet"
    detail = {"act": act, "units": [f"{each.unit} ({each.country})" for each in members]}
    unit = group.led_by.name if group.led_by is not None else ""
    thing = f"group {group.code}"
    record(home.signer, person=BOARD, unit=unit, verb="change", thing=thing, reason="", at=at, detail=detail)
