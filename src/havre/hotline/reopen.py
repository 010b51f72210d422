"""A page that was over is open again, and linked to what it had been."""

from datetime import datetime

from havre.hotline.life import become
from havre.hotline.models import Judgement, Page, Reopening, State, Verdict
from havre.hotline.policy import Policy
from havre.hotline.retention import set_erasure
from havre.units.models import Person


def reopen(page: Page, why: str, at: datetime, policy: Policy, by: Person | None = None) -> Reopening:
    """From closed to its judgement, where one holds: it is judged once. Else it is judged anew."""
    kept = Reopening.objects.create(
        page=page, why=why, at=at, was=page.state, closed_at=page.closed_at, gone_at=page.gone_at, by=by
    )
    to = State.TRIAGED if page.state == State.CLOSED and _holds(page) else State.RECEIVED
    page.gone_at, page.gone_hours, page.reason = None, None, ""
    if to == State.RECEIVED:
        take_back(page, at, f"{why}")
    become(page, to, at, policy.times)
    set_erasure(page, at, policy.days)
    return kept


def _holds(page: Page) -> bool:
    return Judgement.objects.filter(page=page, undone_at=None, verdict=Verdict.ACTIONABLE).exists()


def take_back(page: Page, at: datetime, because: str) -> int:
    """All words on a page hold no more; how many."""
    return Judgement.objects.filter(page=page, undone_at=None).update(undone_at=at, undone_because=because)
