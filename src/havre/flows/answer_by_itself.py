"""What Havre tells reporters by itself: that it was judged, that it was passed on, that it is gone. In their language,
calmly, and without detail: whoever reports a page to learn what is known of it learns nothing of what it shows.
"""

import os
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.hotline.letters import seal_answer
from havre.hotline.life import OPEN
from havre.hotline.models import Answer, Mention, Page, Report, State, Told
from havre.hotline.policy import Times
from havre.restrictions.visible import owned_by
from havre.sealing.receipt import Random
from havre.units.models import Unit

AT_ONCE = 100
"""Reporters told in one transaction."""

PASSED_ON = frozenset({State.ROUTED, State.ACTED_ON})


def due_words(pages: list[Page]) -> list[str]:
    """What a report of these pages may be told by now; only once it holds for all of them."""
    states = {page.state for page in pages}
    if not states or State.RECEIVED in states:
        return []
    told = [Told.JUDGED]
    if State.TRIAGED not in states and states & PASSED_ON:
        told.append(Told.PASSED_ON)
    closed = [page for page in pages if page.state == State.CLOSED]
    if closed and all(page.gone_at is not None for page in closed) and states <= {State.CLOSED, State.NOT_ACTIONABLE}:
        told.append(Told.GONE)
    return [str(each) for each in told]


def words_for(kind: str, language: str) -> str:
    """The sentences, in this language."""
    with override(language):
        return {
            Told.JUDGED: _("A person has looked at what you reported. Thank you for telling us."),
            Told.PASSED_ON: _("What you reported is with the people who can act on it."),
            Told.GONE: _("What you reported can no longer be reached at that address. Thank you for your help."),
        }[Told(kind)]


def tell_reporters(page: Page, at: datetime, random: Random = os.urandom) -> int:
    """Tell who reported this page what is due; each is told each thing once. Inside a transaction.

    Where many reported it, the first ones now and the others in the background: nobody waits for thousands of seals.
    """
    mentioning = Report.objects.filter(mentions__page=page, withdrawn_at=None, erased_at=None)
    told = mentioning.select_related("receipt").order_by("pk").distinct()[:AT_ONCE]
    return sum(tell(report, at, random) for report in told)


def tell(report: Report, at: datetime, random: Random = os.urandom) -> int:
    """Tell one reporter what is due and was not told yet; how much that was."""
    before = set(Answer.objects.filter(receipt=report.receipt).values_list("kind", flat=True))
    pages = list(Page.objects.filter(mentions__report=report))
    fresh = [kind for kind in due_words(pages) if kind not in before]
    sealing = bytes(report.receipt.sealing)
    for kind in fresh:
        sealed = seal_answer(sealing, words_for(kind, report.language), random)
        Answer.objects.create(receipt=report.receipt, kind=kind, sealed=sealed, at=at)
    return len(fresh)


def untold(unit: Unit, at: datetime, times: Times) -> list[Report]:
    """Reports that something is due to and that were not told of it, some at a time.

    They wait as long as judging may take: whoever reports a page must not learn from a quick answer that others had
    reported it before.
    """
    waited = owned_by(unit, Report.objects).filter(at__lte=at - timedelta(hours=times.judge), withdrawn_at=None)
    named = waited.filter(erased_at=None, mentions__isnull=False).exclude(mentions__page__state=State.RECEIVED)
    found: dict[int, Report] = {}
    for rows in (_unjudged(named), _not_passed_on(named), _not_gone(named)):
        for report in rows.select_related("receipt").order_by("pk").distinct()[:AT_ONCE]:
            found[report.pk] = report
    return list(found.values())


def _unjudged(named: "QuerySet[Report]") -> "QuerySet[Report]":
    return named.exclude(receipt__answers__kind=Told.JUDGED)


def _not_passed_on(named: "QuerySet[Report]") -> "QuerySet[Report]":
    passed = named.filter(mentions__page__state__in=PASSED_ON).exclude(mentions__page__state=State.TRIAGED)
    return passed.exclude(receipt__answers__kind=Told.PASSED_ON)


def _not_gone(named: "QuerySet[Report]") -> "QuerySet[Report]":
    over = named.filter(mentions__page__state=State.CLOSED).exclude(mentions__page__state__in=OPEN)
    there = Mention.objects.filter(report=OuterRef("pk"), page__state=State.CLOSED, page__gone_at=None)
    return over.exclude(Exists(there)).exclude(receipt__answers__kind=Told.GONE)
