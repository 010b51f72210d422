"""When what is personal of a report is erased: so many days after the last of its pages was over, by the policy."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from havre.hotline.life import OVER
from havre.hotline.models import Mention, Page, Report, State
from havre.hotline.policy import Days


def set_erasure(page: Page, at: datetime, days: Days) -> None:
    """Set for all reports that name this page when they are erased; a page that is open again takes it back."""
    # Thousands may name one page: a report that was settled before keeps its day, and the others have one in common.
    named = Report.objects.filter(pk__in=Mention.objects.filter(page=page).values("report"), erased_at=None)
    pages = Mention.objects.filter(report=OuterRef("pk"))
    waits = Exists(pages.exclude(page__state__in=OVER))
    named.filter(waits).update(settled_at=None, erase_after=None)
    fresh = named.filter(~waits, settled_at=None)
    for state, of in ((State.CLOSED, pages.filter(page__state=State.CLOSED)), (State.NOT_ACTIONABLE, pages)):
        fresh.filter(Exists(of)).update(settled_at=at, erase_after=erase_after({state}, at, days))


def settle(report: Report, at: datetime, days: Days) -> None:
    """Whether all is done about a report, and then the day after which it is erased."""
    states = set(Page.objects.filter(mentions__report=report).values_list("state", flat=True))
    over = not states - OVER
    report.settled_at = (report.settled_at or at) if over else None
    report.erase_after = erase_after(states, report.settled_at, days) if report.settled_at is not None else None
    report.save(update_fields=["settled_at", "erase_after"])


def erase_after(states: set[str], at: datetime, days: Days) -> date:
    """The day after which a report is erased whose pages were over, like this, at this moment."""
    return (at + timedelta(days=days.closed if State.CLOSED in states else days.not_actionable)).date()
