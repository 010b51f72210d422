"""A person looks whether a page is gone; what was gone and is back is said, and waits for a person to look again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.answer_by_itself import tell_reporters
from havre.flows.at_page import WORKING, Desk, at_page
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
from havre.notices.models import BY_PERSON, Look, Notice, Return, State
from havre.notices.queries import about_page, notices_of, pages_meant
from havre.restrictions.visible import owned_by
from havre.sites.models import Capture
from havre.sites.queries import Sighting, captures_since, seen_at
from havre.units.acting import Acting
from havre.units.models import Unit

REPORTED = "reported again"
SAME_SITE, MIRROR = "same media, same site", "same media, elsewhere"
NAMES_IT = "an archive or mirror of it"
IN_CAPTURE = "same media, in a capture"

LATELY = timedelta(days=30)
"""So long after it came in, a page or a capture is looked through for what had gone: a node may have stood still."""
AT_ONCE = 200
"""Digests in one question."""

Back = tuple[Notice, Page, str, Sighting | None]
"""What is back, the page where it is, how that is known, and where a capture has it, if that is how."""

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
        ends(desk, seen)
        desk.log("gone", at=seen.isoformat())
    return look


def ends(desk: Desk, seen: datetime) -> None:
    """It was gone at that time: all its notices end, and the page is closed."""
    page = desk.page
    for notice in about_page(desk.acting.person, page).exclude(state__in=NOT_TOLD):
        become(notice, State.REMOVED, seen)
    page.gone_at = page.gone_at or seen
    page.save(update_fields=["gone_at"])
    if page.state in (PageState.ROUTED, PageState.ACTED_ON, PageState.TRIAGED):
        page_becomes(page, PageState.CLOSED, desk.at, desk.policy.times)
        set_erasure(page, desk.at, desk.policy.days)
        tell_reporters(page, desk.at)


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
                begin_again(notice, desk.at)
            elif notice.due_at is None:
                start(notice, desk.at)
            else:
                continue
            Return.objects.create(notice=notice, page=page, how=BY_PERSON, at=desk.at)
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
    since = acting.now() - LATELY
    found: list[Back] = [(each, each.page, REPORTED, None) for each in removed.filter(page__last_at__gt=F("ended_at"))]
    found += [(each, *where, None) for each in _may_share(acting.unit, removed, since) for where in elsewhere(each)]
    named = owned_by(acting.unit, Page.objects).exclude(inner="").values("inner")
    found += [
        (each, page, NAMES_IT, None) for each in removed.filter(page__address__in=named) for page in _naming(each)
    ]
    found += _captured(acting, removed, since)
    for each in found:
        with durable():
            take_turn()
            is_back(home, acting, *each)
    if found:
        seal_log(home, acting)
    return len(found)


def is_back(home: Home, acting: Acting, notice: Notice, page: Page, how: str, seen: Sighting | None = None) -> None:
    """Link what seems to be there again; a person looks before anything is sent. Inside a transaction with its turn."""
    held = {} if seen is None else {"capture": seen.capture, "where": seen.address}
    Return.objects.create(notice=notice, page=page, how=how, at=acting.now(), **held)
    notice.refresh_from_db()
    if notice.state == State.REMOVED:
        begin_again(notice, acting.now())
        # A person looks first.
        said = _("the same media stand in a capture of %(site)s")
        notice.due_at = None
        notice.trouble = "" if seen is None else said % {"site": seen.site.name}
        notice.save(update_fields=["due_at", "trouble"])
    detail = {"act": "reappeared", "how": how, "page": page.pk}
    log(home, acting, "change", f"notice {notice.reference}", detail)


def _may_share(unit: Unit, removed: "QuerySet[Notice]", since: datetime) -> "QuerySet[Notice]":
    """Those of which some medium lies in the dossier of a page that was reported lately: one question for all."""
    lately = owned_by(unit, Page.objects).filter(first_at__gt=since).exclude(case=None)
    media = Exhibit.objects.filter(item__intake__case__in=lately.values("case")).values("medium")
    return removed.filter(page__case__in=Exhibit.objects.filter(medium__in=media).values("item__intake__case"))


def _captured(acting: Acting, removed: "QuerySet[Notice]", since: datetime) -> list[Back]:
    """Those of which media stand in a capture, of whatever site, that was taken in after they were gone."""
    if not captures_since(acting.person, since).exists():
        return []
    by_case: dict[int, list[Notice]] = {}
    for each in removed.exclude(page__case=None):
        by_case.setdefault(each.page.case_id or 0, []).append(each)
    by_digest: dict[bytes, set[int]] = {}
    rows = Exhibit.objects.filter(item__intake__case__in=removed.values("page__case"))
    columns = ("item__intake__case", "medium__sha256", "medium__sha1", "medium__md5")
    for case, *digests in rows.values_list(*columns):
        for digest in digests:
            by_digest.setdefault(bytes(digest), set()).add(case)
    found: dict[int, Back] = {}
    for seen in _seen(acting, list(by_digest), since):
        for each in (each for case in by_digest[seen.digest] for each in by_case.get(case, ())):
            if each.ended_at is not None and seen.at > each.ended_at:
                found.setdefault(each.pk, (each, each.page, IN_CAPTURE, seen))
    return list(found.values())


def _seen(acting: Acting, digests: list[bytes], since: datetime) -> Iterator[Sighting]:
    for first in range(0, len(digests), AT_ONCE):
        yield from seen_at(acting.person, *digests[first : first + AT_ONCE], since=since)


def forget_where(capture: Capture) -> None:
    """At which addresses a capture had what came back; that it had it stays."""
    Return.objects.filter(capture=capture).update(where="")


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
