"""When what is personal of a report is erased: so many days after the last of its pages was over, by the policy."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from havre.hotline.life import OVER
from havre.hotline.models import Page, Report, State
from havre.hotline.policy import Days


def set_erasure(page: Page, at: datetime, days: Days) -> None:
    """Set for all reports that name this page when they are erased; a page that is open again takes it back."""
    mentioning = Report.objects.filter(mentions__page=page, erased_at=None)
    for report in mentioning.order_by("pk").distinct():
        wanted = erase_after(Page.objects.filter(mentions__report=report), at, days)
        if report.erase_after != wanted:
            Report.objects.filter(pk=report.pk).update(erase_after=wanted)


def erase_after(pages: Iterable[Page], at: datetime, days: Days) -> date | None:
    """The day after which a report of these pages is erased; None while one of them is open."""
    states = {page.state for page in pages}
    if states - OVER:
        return None
    kept = days.closed if State.CLOSED in states else days.not_actionable
    return (at + timedelta(days=kept)).date()
