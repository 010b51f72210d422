"""Memberships of groups end by the clock: what was opened to a group is withdrawn from whom it reaches no longer."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from havre.audit.record import record
from havre.exchange.board import renumber
from havre.flows.contest import BOARD
from havre.flows.home import Home, durable, take_turn
from havre.flows.tell_countries import tell_members
from havre.restrictions import groups
from havre.restrictions.models import Group, GroupMember


def run_out(home: Home, at: datetime) -> int:
    """What is open to groups counts as changed where members are so no longer, whatever node leads them; how many."""
    done = 0
    for group, members in groupby(groups.run_out(at), key=lambda each: each.group):
        with durable():
            done += _end(home, group, list(members), at)
    return done


def _end(home: Home, group: Group, members: Sequence[GroupMember], at: datetime) -> int:
    take_turn()
    over = list(groups.run_out(at).filter(pk__in=[each.pk for each in members]))
    if not over:
        return 0  # somebody else did it meanwhile, or let them in for longer
    GroupMember.objects.filter(pk__in=[each.pk for each in over]).update(ended=True)
    conditions = list(groups.conditions_naming([group.code]))
    renumber(conditions)
    tell_members(home, conditions, at)
    detail = {"act": "memberships ran out", "units": [f"{each.unit} ({each.country})" for each in over]}
    unit = group.led_by.name if group.led_by is not None else ""
    thing = f"group {group.code}"
    record(home.signer, person=BOARD, unit=unit, verb="change", thing=thing, reason="", at=at, detail=detail)
    return len(over)
