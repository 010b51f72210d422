"""Somebody looks whether a page is gone; what was gone and is back is said, and waits for a person to look again."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.answer_by_itself import tell_reporters
from havre.flows.at_page import WORKING, at_page, policy_for
from havre.flows.draft_notice import begin_again
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.hotline.life import OVER
from havre.hotline.life import become as page_becomes
from havre.hotline.models import Page, Why
from havre.hotline.models import State as PageState
from havre.hotline.reopen import reopen
from havre.hotline.retention import set_erasure
from havre.media.models import Exhibit
from havre.notices.life import become
from havre.notices.models import Look, Notice, Return, State
from havre.notices.queries import about_page, notices_of, pages_meant
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BY_PERSON = "a person looked"
REPORTED = "reported again"
SAME_SITE, MIRROR = "same media, same site", "same media, elsewhere"
NAMES_IT = "an archive or mirror of it"

NOT_TOLD = (State.REMOVED, State.RETRACTED)


def gone(home: Home, acting: Acting, named: str, at: datetime | None = None) -> Look:
    """Somebody looked, and it is not there any more: all its notices end, and the page is closed.

    `at` is when they looked, where that was earlier. Raises Invalid for a time to come, or before it was reported.
    """
    acting.must_be(*WORKING, to="say whether a page is gone")
    meant = pages_meant(acting.person, named)
    seen = at or acting.now()
    if not meant.first_at <= seen <= acting.now():
        raise Invalid(_("somebody looked between when it was reported and now"))
    with at_page(home, acting, meant.pk) as desk:
        page = desk.page
        look = Look.objects.create(page=page, gone=True, by=acting.person, at=seen, how=BY_PERSON)
        for notice in about_page(acting.person, page).exclude(state__in=NOT_TOLD):
            become(notice, State.REMOVED, seen)
        _close(page, seen, desk.at, home, acting)
        desk.log("gone", at=seen.isoformat())
    return look


def _close(page: Page, seen: datetime, now: datetime, home: Home, acting: Acting) -> None:
    policy = policy_for(home, acting.unit)
    page.gone_at = page.gone_at or seen
    page.save(update_fields=["gone_at"])
    if page.state in (PageState.ROUTED, PageState.ACTED_ON, PageState.TRIAGED):
        page_becomes(page, PageState.CLOSED, now, policy.times)
        set_erasure(page, now, policy.days)
        tell_reporters(page, now)


def still_there(home: Home, acting: Acting, named: str) -> Look:
    """Somebody looked, and it is there: whoever said that it is gone was wrong, or it came back.

    What had ended begins again at the lowest rung, now: a person has just seen it.
    """
    acting.must_be(*WORKING, to="say whether a page is gone")
    meant = pages_meant(acting.person, named)
    with at_page(home, acting, meant.pk) as desk:
        page = desk.page
        look = Look.objects.create(page=page, gone=False, by=acting.person, at=desk.at, how=BY_PERSON)
        if page.state in OVER:
            reopen(page, Why.SEEN, desk.at, desk.policy, acting.person)
        for notice in about_page(acting.person, page).filter(rung=0, state__in=(State.REMOVED, State.REAPPEARED)):
            if notice.state == State.REMOVED:
                Return.objects.create(notice=notice, page=page, how=BY_PERSON, at=desk.at)
                begin_again(notice, desk.at)
            elif notice.due_at is None:
                start(notice, desk.at)
        desk.log("still there")
    return look


def start(notice: Notice, at: datetime) -> None:
    """A person has seen what came back: its letters are due from now on."""
    notice.due_at = at
    notice.save(update_fields=["due_at"])


# ---- what comes back ----


def see_returns(home: Home, acting: Acting) -> int:
    """Link what was gone and was reported again, or whose media were found elsewhere; how many notices that moved.

    Nothing is sent of it before a person has looked: a report alone must not make a host hear of a page that is gone.
    """
    removed = notices_of(acting.person).filter(state=State.REMOVED, rung=0)
    found = [(each, each.page, REPORTED) for each in removed.filter(page__last_at__gt=F("ended_at"))]
    found += [(each, *where) for each in removed.exclude(page__case=None) for where in elsewhere(each)]
    found += [(each, page, NAMES_IT) for each in removed for page in _naming(each)]
    for notice, page, how in found:
        with durable():
            take_turn()
            _returned(home, acting, notice, page, how)
    if found:
        seal_log(home, acting)
    return len(found)


def _returned(home: Home, acting: Acting, notice: Notice, page: Page, how: str) -> None:
    Return.objects.create(notice=notice, page=page, how=how, at=acting.now())
    notice.refresh_from_db()
    if notice.state == State.REMOVED:
        begin_again(notice, acting.now())
        # A person looks first.
        notice.due_at = None
        notice.save(update_fields=["due_at"])
    detail = {"act": "reappeared", "how": how, "page": page.pk}
    log(home, acting, "change", f"notice {notice.reference}", detail)


def elsewhere(notice: Notice) -> list[tuple[Page, str]]:
    """Pages reported after it was gone in whose dossier the same media lie; those linked already left out."""
    media = Exhibit.objects.filter(item__intake__case=notice.page.case).values("medium")
    cases = Exhibit.objects.filter(medium__in=media).values("item__intake__case")
    rows = _later(notice).filter(case__in=cases)
    return [(page, SAME_SITE if page.site == notice.page.site else MIRROR) for page in rows]


def _naming(notice: Notice) -> list[Page]:
    return list(_later(notice).filter(inner=notice.page.address))


def _later(notice: Notice) -> "QuerySet[Page]":
    linked = Return.objects.filter(notice=notice).values("page")
    rows = owned_by(notice.unit, Page.objects).exclude(pk=notice.page_id).exclude(pk__in=linked)
    return rows.filter(first_at__gt=notice.ended_at).order_by("pk")
