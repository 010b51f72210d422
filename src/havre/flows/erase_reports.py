"""What is personal of reports goes on its day: what was said, added and answered, and what the code opened.

What stays says nothing of anybody: that there was a report, of which pages, on which day, by which way it came. Done
again, or killed and run again, it does nothing more.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from havre.errors import Invalid
from havre.flows.at_page import policy_for
from havre.flows.contest import log_for
from havre.flows.forget import forget, wipe
from havre.flows.home import Home, durable, take_turn
from havre.hotline.models import Letter, LetterKind, Relation, Report
from havre.sealing.receipt import Random
from havre.units.acting import Clock
from havre.units.models import Unit

AT_ONCE = 100


def erase_reports(home: Home, clock: Clock, random: Random = os.urandom) -> int:
    """Erase every report whose day has come; how many."""
    erased = 0
    while batch := list(due_reports(home, clock()).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with durable():
            take_turn()
            due = due_reports(home, clock()).filter(pk__in=batch)
            erased += sum(_erase(home, report, clock(), random) for report in due)
    if erased:
        wipe()
    return erased


def due_reports(home: Home, at: datetime) -> "QuerySet[Report]":
    """Reports whose day has come, of all units, also where their pages never end; of those withdrawn, what is left."""
    left = Q(erased_at=None) | Q(told__isnull=False) | ~Q(relation=Relation.NOT_SAID)
    over = Q(erase_after__lt=at.date()) | Q(withdrawn_at__isnull=False)
    for unit in Unit.objects.filter(pk__in=Report.objects.filter(erased_at=None).values("unit")):
        with suppress(Invalid):  # a policy with a fault says nothing of its own unit, and stops no other's day
            over |= Q(unit=unit, at__lt=at - timedelta(days=policy_for(home, unit).days.open))
    unread = Exists(said_unread()) & Q(withdrawn_at=None)
    return Report.objects.filter(left & over).exclude(unread).select_related("unit", "receipt")


def said_unread() -> "QuerySet[Letter]":
    """What somebody added under a row's code and nobody took in yet: it is read before anything is destroyed.

    What does not open holds nothing up, unless a child may be in danger: that waits for a person.
    """
    waits = Letter.objects.filter(receipt=OuterRef("receipt"), kind=LetterKind.ADDITION, taken_at=None)
    return waits.filter(Q(trouble="") | Q(danger=True))


def _erase(home: Home, report: Report, at: datetime, random: Random) -> bool:
    forget(report.receipt, at, random)
    log_for(home, report.unit, "erasure", f"report {report.number}", at, {"act": "erased on its day"})
    return True
