"""What somebody said is destroyed wherever it lies, with what was made of their code; of when it was, the day stays."""

import os
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import Model

from havre.corrections.models import Added, Challenge
from havre.hotline.models import (
    Addition,
    Answer,
    Judgement,
    Letter,
    Page,
    Receipt,
    Relation,
    Reopening,
    Report,
    Tip,
    TipFile,
    TipText,
    Via,
    Why,
)
from havre.sealing.receipt import Random
from havre.selfservice.models import Protected, Submission

TABLES = (Report, Receipt, Letter, Addition, Answer, Challenge, Added, Submission, Protected, TipFile, TipText)
"""Where it lies."""


def forget(receipt: Receipt, at: datetime, random: Random = os.urandom) -> None:
    """Destroy what somebody said and was answered, wherever it lies, and what was made of their code.

    Nobody can tell any more whether a code they found was this one. What is made of a partner's reference nobody but
    this unit can make; sent again, it must be known again.
    """
    report = Report.objects.filter(receipt=receipt.pk).first()
    challenge = Challenge.objects.filter(receipt=receipt.pk).first()
    _forget_when(_pages(report, challenge), _moments(receipt, report, challenge), at)
    Addition.objects.filter(report__receipt=receipt.pk).delete()
    for table in (Answer, Letter):
        table.objects.filter(receipt=receipt.pk).delete()
    if report is not None:
        _forget_report(report, at)
    _forget_tip(receipt)
    if challenge is not None:
        Added.objects.filter(challenge=challenge).delete()
        Challenge.objects.filter(pk=challenge.pk).update(
            told=None, again_at=None, at=day_of(challenge.at), erased_at=day_of(at)
        )
    again = report is not None and report.via in (Via.LIST, Via.PARTNER)
    kept = {} if again else {"digest": random(32)}
    Receipt.objects.filter(pk=receipt.pk).update(
        sealing=bytes(32), standing=b"", withdrawn_at=day_of(at), made_at=day_of(receipt.made_at), **kept
    )


def _forget_report(report: Report, at: datetime) -> None:
    days = {
        name: day_of(moment)
        for name in ("at", "taken_at", "settled_at", "withdrawn_at")
        if (moment := getattr(report, name)) is not None
    }
    gone = {"told": None, "relation": Relation.NOT_SAID, "language": "en", "partner": "", "erased_at": day_of(at)}
    Report.objects.filter(pk=report.pk).update(**gone, **days)


def _forget_tip(receipt: Receipt) -> None:
    """The files that a platform sent, whose keys are in their rows; that it finished the report stays, by its day."""
    tip = Tip.objects.filter(receipt=receipt.pk).first()
    if tip is not None:
        tip.files.all().delete()
        names = ("opened_at", "changed_at", "over_at")
        days = {name: day_of(moment) for name in names if (moment := getattr(tip, name)) is not None}
        Tip.objects.filter(pk=tip.pk).update(digest=b"", sealing=b"", **days)


def _moments(receipt: Receipt, report: Report | None, challenge: Challenge | None) -> set[datetime]:
    """When they said something, first or later, and when that was taken in."""
    letters = Letter.objects.filter(receipt=receipt.pk).values_list("at", "taken_at")
    found = {receipt.made_at, *(each for letter in letters for each in letter if each is not None)}
    if report is not None:
        found |= {report.at, report.taken_at, *Addition.objects.filter(report=report).values_list("at", flat=True)}
    if challenge is not None:
        found |= {challenge.at, *Added.objects.filter(challenge=challenge).values_list("at", flat=True)}
    return found


def _pages(report: Report | None, challenge: Challenge | None) -> list[Page]:
    """The pages at which it counted."""
    named = [] if report is None else list(Page.objects.filter(mentions__report=report))
    return named if challenge is None or challenge.page is None else [*named, challenge.page]


def _forget_when(pages: list[Page], moments: set[datetime], at: datetime) -> None:
    """Nor do the pages tell when it was said, once nothing of them waits by that clock any more.

    How long a page was there is counted before, in hours: else the times of removal would be wrong from now on.
    """
    for page in pages:
        days: dict[str, datetime] = {}
        if page.first_at in moments:
            days["first_at"] = day_of(page.first_at)
            page.gone_hours = None if page.hours is None else max(0, round(page.hours))
        if page.last_at in moments:
            days["last_at"] = day_of(page.last_at)
        if page.due_at is not None and page.due_at <= at:
            days["due_at"] = day_of(page.due_at)
        if page.since in moments and (page.due_at is None or "due_at" in days):
            days["since"] = day_of(page.since)
        if days:
            Page.objects.filter(pk=page.pk).update(gone_hours=page.gone_hours, **days)
    for moment in moments:
        Reopening.objects.filter(page__in=pages, why=Why.REPORTED, at=moment).update(at=day_of(moment))
        Judgement.objects.filter(page__in=pages, undone_at=moment).update(undone_at=day_of(moment))


def day_of(at: datetime) -> datetime:
    """The day of a time: too coarse to be found in anybody's list of who asked for what when."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def wipe(tables: Sequence[type[Model]] = TABLES) -> None:
    """Take what was erased, in these tables, out of the database's own files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # secure_delete has zeroed it in the pages; the write-ahead log still holds the pages before.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        try:
            for table in tables:
                cursor.execute(f'VACUUM "{table._meta.db_table}"')
        except DatabaseError:
            return  # this person may not: PostgreSQL's own vacuum does it later
