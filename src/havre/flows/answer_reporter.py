"""Read what a reporter said, which is written down before; answer them, sealed so that their code alone opens it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.errors import HavreError, Invalid, Refused
from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.letters_opened import opened_addition, opened_report
from havre.hotline.letters import seal_answer
from havre.hotline.models import Addition, Answer, Page, Report
from havre.hotline.queries import additions_of, pages_named, report_for
from havre.hotline.telling import Told
from havre.sealing.receipt import Random
from havre.units.acting import Acting

LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Read:
    """A report as somebody of its unit reads it."""

    report: Report
    pages: Sequence[Page]
    told: Told | None
    """What was said; None where it was erased or withdrawn."""
    additions: Sequence[tuple[Addition, Told | None]]
    """Each with what it says; None where it does not open."""
    answers: Sequence[Answer]
    """What the reporter was answered: when and by whom. The words open with their code alone."""


def read_report(home: Home, acting: Acting, number: int) -> Read:
    """A report with what was said, opened once it is written down who reads it; what was added counts as read."""
    acting.must_be(*WORKING, to="read reports")
    report = report_for(acting.person, number)
    consulted(home, acting, thing_of(report), {"act": "report read", "there": report.told is not None})
    added = additions_of(acting.person, report)
    unread = [each.pk for each in added if each.read_at is None]
    Addition.objects.filter(pk__in=unread, read_at=None).update(read_at=acting.now(), read_by=acting.person)
    return Read(
        report,
        pages_named(acting.person, report),
        opened_report(home, report) if report.told is not None else None,
        [(each, _opened(home, each)) for each in added],
        list(Answer.objects.filter(receipt=report.receipt_id).select_related("by").order_by("pk")),
    )


def _opened(home: Home, addition: Addition) -> Told | None:
    try:
        return opened_addition(home, addition)
    except HavreError:
        return None


def answer_reporter(home: Home, acting: Acting, number: int, text: str, random: Random = os.urandom) -> Answer:
    """Answer whoever reported this; they read it with their code. Raises Refused where nobody can any more."""
    acting.must_be(*WORKING, to="answer reporters")
    kept = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not kept:
        raise Invalid(_("write what the reporter is to read"))
    if len(kept) > LONGEST or not kept.replace("\n", "").isprintable():
        raise Invalid(_("an answer is text of %(most)s characters at most") % {"most": LONGEST})
    with durable():
        take_turn()
        report = report_for(acting.person, number)
        if report.withdrawn_at is not None or report.erased_at is not None:
            raise Refused(_("nobody can read an answer to this report any more: it was withdrawn, or erased"))
        sealed = seal_answer(bytes(report.receipt.sealing), kept, random)
        made = Answer.objects.create(receipt=report.receipt, sealed=sealed, at=acting.now(), by=acting.person)
        log(home, acting, "change", thing_of(report), {"act": "reporter answered", "characters": len(kept)})
    seal_log(home, acting)
    return made


def thing_of(report: Report) -> str:
    """How the log calls a report."""
    return f"report {report.number}"
