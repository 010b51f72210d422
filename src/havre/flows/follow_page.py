"""What happens to a page after its route: somebody acts on it, it is closed, and it is there again."""

from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.answer_by_itself import tell_reporters
from havre.flows.at_page import WORKING, at_page, held, policy_for, said, thing_of
from havre.flows.contest import log_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.hotline.life import OVER, become, due_after
from havre.hotline.models import Page, Report, State, Why
from havre.hotline.queries import pages_named, report_for
from havre.hotline.reopen import reopen, take_back
from havre.hotline.retention import set_erasure, settle
from havre.units.acting import Acting
from havre.units.models import Unit


def acted_on(home: Home, acting: Acting, number: int, what: str) -> Page:
    """Whoever has it by the route acts on it: what they said or did, in words."""
    acting.must_be(*WORKING, to="follow pages")
    kept = said(what, must=True)
    with at_page(home, acting, number) as desk:
        page = become(desk.page, State.ACTED_ON, desk.at, desk.policy.times)
        tell_reporters(page, desk.at)
        desk.log("acted on", what=kept)
    return page


def close_page(home: Home, acting: Acting, number: int, because: str, *, gone: bool = False) -> Page:
    """Nothing is to be done about this page any more; `gone` where somebody saw that it is not there."""
    acting.must_be(*WORKING, to="close pages")
    kept = said(because, must=not gone)
    with at_page(home, acting, number) as desk:
        page = desk.page
        if page.state in OVER:
            raise Invalid(_("this page is closed already"))
        if page.state == State.RECEIVED:  # what some said of it settled nothing, and must not where it is open again
            take_back(page, desk.at, "closed before it was judged")
        page.reason, page.gone_at = kept, (page.gone_at or desk.at) if gone else page.gone_at
        become(page, State.CLOSED, desk.at, desk.policy.times)
        set_erasure(page, desk.at, desk.policy.days)
        tell_reporters(page, desk.at)
        desk.log("closed", gone=gone, because=kept)
    return page


def seen_again(home: Home, acting: Acting, number: int) -> Page:
    """Somebody saw a closed page where it had been: it is open again, and linked to what it was."""
    acting.must_be(*WORKING, to="follow pages")
    with at_page(home, acting, number) as desk:
        if desk.page.state not in OVER:
            raise Invalid(_("this page is not closed"))
        reopen(desk.page, Why.SEEN, desk.at, desk.policy, acting.person)
        desk.log("seen again", now=desk.page.state)
    return desk.page


def reported_again(home: Home, unit: Unit, page: Page, at: datetime, *, danger: bool = False) -> bool:
    """A page that was over was reported again; whether it is open by that. Inside a transaction that has its turn.

    "Not actionable" holds for some days, by the policy: judged once, whoever reports. What stands there later may be
    something else; and where somebody says that a child is in danger now, a person looks.
    """
    now, policy = held(page), policy_for(home, unit)
    if now.state not in OVER:
        return False
    if not danger and not _worth(now, at, policy.days.judgement):
        return False
    reopen(now, Why.REPORTED, at, policy)
    log_for(home, unit, "change", thing_of(now), at, {"act": "reported again", "now": str(now.state)})
    return True


def said_of(
    home: Home, unit: Unit, page: Page, said_at: datetime, at: datetime, *, danger: bool, begun: bool = False
) -> bool:
    """What somebody said of a page at that time counts there from now on; whether the page is over all the same.

    Inside a transaction that has its turn.
    """
    due_at = due_after(page, said_at, policy_for(home, unit).times, danger=danger, begun=begun)
    Page.objects.filter(pk=page.pk).update(danger=page.danger or danger, due_at=due_at)
    if page.state in OVER:
        return not reported_again(home, unit, page, at, danger=danger)
    if danger and not page.danger and not begun:
        danger_said(home, unit, page, at)
    return False


def danger_said(home: Home, unit: Unit, page: Page, at: datetime) -> bool:
    """Of a page that went its way somebody says only now that a child is in danger; whether a person looks again.

    By the policy its way may be another, and who has it already does not know. Inside a transaction that has its turn.
    """
    now = held(page)
    if now.state not in (State.ROUTED, State.ACTED_ON):
        return False
    become(now, State.TRIAGED, at, policy_for(home, unit).times)
    log_for(home, unit, "change", thing_of(now), at, {"act": "danger said", "now": str(now.state)})
    return True


def _worth(page: Page, at: datetime, days: int) -> bool:
    if page.state == State.CLOSED or page.since is None:
        return True
    return (at - page.since).days >= days


def close_report(home: Home, acting: Acting, number: int, because: str, *, gone: bool = False) -> Report:
    """Every page of a report that is open is closed; one that names none is settled by whoever read it."""
    acting.must_be(*WORKING, to="close pages")
    report = report_for(acting.person, number)
    pages = pages_named(acting.person, report)
    if pages:
        for page in pages:
            if page.state not in OVER:
                close_page(home, acting, page.pk, because, gone=gone)
        return report_for(acting.person, number)
    kept = said(because, must=True)
    with durable():
        take_turn()
        report = report_for(acting.person, number)
        if report.settled_at is not None or report.withdrawn_at is not None:
            raise Refused(_("this report is settled already"))
        settle(report, acting.now(), policy_for(home, acting.unit).days)
        log(home, acting, "change", f"report {report.number}", {"act": "settled", "because": kept})
    seal_log(home, acting)
    return report
