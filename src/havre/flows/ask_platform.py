"""A provider is asked to preserve, disclose, remove or be informed; the clock runs, and what it answers is kept."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from havre.cases.queries import case_for
from havre.errors import Invalid, Refused
from havre.flows.at_page import policy_for
from havre.flows.contest import log_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_answered import Said
from havre.flows.notice_route import must_be_verified, must_stand
from havre.flows.sealed_words import seal_words
from havre.flows.send_requests import JUDGED, came_back, thing_of, withdraw
from havre.hotline.models import Page
from havre.notices.following import LEFT
from havre.notices.models import Answers
from havre.notices.queries import contact_for, page_known
from havre.notices.references import new_reference
from havre.platforms.life import OVER, UNSURE, become
from havre.platforms.models import Asks, Completeness, Reply, Request, State
from havre.platforms.policy import answering
from havre.platforms.queries import (
    ANSWERED,
    ending,
    request_for,
)
from havre.sealing.envelope import Random
from havre.series.queries import series_for
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
LONGEST_BASIS = 1_000
LONGEST_TEXT = 20_000
MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a provider is asked, as people type it: of a page, a series or a case, at least."""

    kind: str
    provider: str
    basis: str
    page: str = ""
    series: str = ""
    case: str = ""
    days: int | None = None
    """To answer; None: as the policy has it."""


def ask(home: Home, acting: Acting, wanted: Wanted, *, random: Random = os.urandom) -> Request:
    """A new request to a provider whom somebody verified.

    Raises Invalid for what is no request, Refused where nobody verified the provider, or where a provider would remove
    or hear of a page that does not stand judged actionable, by two people where the policy says so. Its letter leaves
    with the next ones, and the provider's clock begins then.
    """
    acting.must_be(*WORKING, to="ask providers")
    with durable():
        take_turn()
        request = composed(home, acting, wanted, random=random)
        request.save()
        detail = {"act": "asked", "kind": request.kind, "provider": request.provider_id, "days": request.days}
        log(home, acting, "disclosure", thing_of(request), detail)
    seal_log(home, acting)
    return request


def composed(home: Home, acting: Acting, wanted: Wanted, *, random: Random = os.urandom) -> Request:
    """The request that this would be, kept nowhere: its letter can be read before anything is asked."""
    acting.must_be(*WORKING, to="ask providers")
    asks, law = _kind(wanted.kind), line(wanted.basis, LONGEST_BASIS, _("say by which law it is asked"))
    days = answering(home.settings.home).deadlines[asks] if wanted.days is None else wanted.days
    if not 0 < days <= MOST_DAYS:
        raise Invalid(_("a deadline is between 1 and %(most)s days") % {"most": MOST_DAYS})
    if not (wanted.page or wanted.series or wanted.case):
        raise Invalid(_("say what it is about: a page, a series or a case"))
    contact = contact_for(acting.person, wanted.provider)
    must_be_verified(contact)
    return Request(
        unit=acting.unit,
        reference=new_reference(random),
        kind=asks,
        provider=contact,
        basis=law,
        page=_page(home, acting, asks, wanted.page),
        series=series_for(acting.person, wanted.series) if wanted.series else None,
        case=case_for(acting.person, wanted.case) if wanted.case else None,
        asked_at=acting.now(),
        asked_by=acting.person,
        days=days,
    )


def _page(home: Home, acting: Acting, asks: Asks, named: str) -> Page | None:
    """The page it is about. Raises Refused where that may not be asked of it."""
    page = page_known(acting.person, named) if named else None
    if asks == Asks.REMOVE and page is None:
        raise Refused(_("a removal is asked of a page that stands judged actionable"))
    if asks in JUDGED and page is not None:
        must_stand(acting, page, policy_for(home, acting.unit))
    return page


def answer_request(
    home: Home,
    acting: Acting,
    reference: str,
    complete: str,
    text: str = "",
    *,
    refused: bool = False,
    random: Random = os.urandom,
) -> Request:
    """Somebody writes down what a provider answered: how complete it is is theirs to say, whatever a mail says."""
    acting.must_be(*WORKING, to="write down answers")
    if complete not in (Completeness.NONE, Completeness.PARTIAL, Completeness.FULL):
        raise Invalid(_("say how complete the answer is: none, partial or full"))
    if refused and complete != Completeness.NONE:
        raise Invalid(_("what was refused is not there: say that nothing of it came"))
    kept = words(text)
    with durable():
        take_turn()
        request = request_for(acting.person, reference)
        become(request, State.REFUSED if refused else State.ANSWERED, acting.now())
        request.completeness = complete
        request.answered_at = request.answered_at or acting.now()
        request.save(update_fields=["completeness", "answered_at"])
        if kept:
            sealed = seal_words(home, acting.unit, kept, request.reference, random)
            Reply.objects.create(request=request, sealed=sealed, at=acting.now(), by=acting.person)
        log(home, acting, "change", thing_of(request), {"act": "answered", "complete": complete, "refused": refused})
    seal_log(home, acting)
    return request


def reply_came(home: Home, request: Request, said: Said, random: Random = os.urandom, *, heard: bool) -> Reply:
    """A mail about a request, for a person to read, inside the caller's transaction: by itself it decides nothing.

    What they wrote counts as their first word, whenever a person reads it; a letter that came back as none, and
    neither does what is not `heard` from them: references are published, and anybody can write.
    """
    sealed = seal_words(home, request.unit, said.text, request.reference, random)
    # A letter comes back once: another has left since.
    if said.kind == Answers.BOUNCE and said.letter is not None and said.letter.outcome in LEFT:
        came_back(home, request, said.letter, said.at)
    elif heard and said.kind in ANSWERED and request.answered_at is None:
        Request.objects.filter(pk=request.pk).update(answered_at=said.at)
    log_for(home, request.unit, "change", thing_of(request), said.at, {"act": "mail came", "kind": said.kind})
    return Reply.objects.create(request=request, kind=said.kind, sealed=sealed, at=said.at)


def end_request(home: Home, acting: Acting, reference: str, *, withdrawn: bool = False) -> Request:
    """Nothing is asked any more; of one that is withdrawn, whoever was written to is told."""
    acting.must_be(*WORKING, to="ask providers")
    with durable():
        take_turn()
        request = request_for(acting.person, reference)
        if withdrawn:
            withdraw(home, acting, request)
        else:
            become(request, State.ENDED, acting.now())
            log(home, acting, "change", thing_of(request), {"act": "ended"})
    seal_log(home, acting)
    return request


def prolong_request(home: Home, acting: Acting, reference: str, days: int, basis: str) -> Request:
    """It is asked to be preserved for longer, by a law that is named; the provider is told with the next letters.

    Raises Invalid where nothing is preserved.
    """
    acting.must_be(*WORKING, to="ask providers")
    law = line(basis, LONGEST_BASIS, _("say by which law it is asked"))
    if not 0 < days <= MOST_DAYS:
        raise Invalid(_("a deadline is between 1 and %(most)s days") % {"most": MOST_DAYS})
    with durable():
        take_turn()
        request = request_for(acting.person, reference)
        if request.kept_until is None or request.sent_at is None or request.state in OVER:
            raise Invalid(_("nothing is preserved by this request"))
        request.kept_until, request.reminded_at, request.basis = request.kept_until + timedelta(days=days), None, law
        request.prolonged_at = acting.now()
        request.save(update_fields=["kept_until", "reminded_at", "basis", "prolonged_at"])
        log(home, acting, "change", thing_of(request), {"act": "prolonged", "days": days})
    seal_log(home, acting)
    return request


# ---- what time does ----


def deadlines_passed(home: Home, clock: Clock) -> int:
    """Requests whose deadline passed are unanswered; what is preserved no longer is ended. How many moved."""
    at, moved = clock(), 0
    with durable():
        take_turn()
        # What somebody wrote waits for a person here: that is no silence of theirs.
        late = Request.objects.filter(state=State.ASKED, deadline__lte=at, answered_at=None)
        late = late.exclude(UNSURE).select_related("unit")
        over = Request.objects.filter(kept_until__lte=at, sent_at__isnull=False).exclude(state__in=OVER)
        over = over.select_related("unit")
        for request, to in [*((each, State.UNANSWERED) for each in late), *((each, State.ENDED) for each in over)]:
            request.refresh_from_db(fields=["state"])
            become(request, to, at)
            log_for(home, request.unit, "change", thing_of(request), at, {"act": str(to)})
            moved += 1
    return moved


def erase_replies(home: Home, clock: Clock) -> int:
    """What providers said to requests that are over is erased on its day; how many answers."""
    at = clock()
    with durable():
        take_turn()
        before = at - timedelta(days=answering(home.settings.home).erase_replies)
        # What came after it was over has its own days: somebody reads it first.
        rows = (
            Reply.objects.filter(request__ended_at__lt=before, at__lt=before)
            .exclude(sealed=b"")
            .select_related("request__unit")
        )
        over = list(rows)
        for each in over:
            log_for(home, each.request.unit, "erasure", thing_of(each.request), at, {"act": "answer erased on its day"})
        Reply.objects.filter(pk__in=[each.pk for each in over]).update(sealed=b"")
    return len(over)


def to_be_reminded(home: Home, acting: Acting) -> list[Request]:
    """What is preserved and ends within the next of the policy's days, of which nobody was told at that day yet.

    They are told by this: asked again within the same days, nothing comes.
    """
    acting.must_be(*WORKING, to="look at requests")
    days, now = answering(home.settings.home).reminders, acting.now()
    with durable():
        take_turn()
        soon = list(ending(acting.person, now + timedelta(days=days[0])).select_for_update(of=("self",)))
        found = [each for each in soon if _new_reminder(each, days, now)]
        Request.objects.filter(pk__in=[each.pk for each in found]).update(reminded_at=now)
        for each in found:
            log(home, acting, "consultation", thing_of(each), {"act": "reminded"})
    if found:
        seal_log(home, acting)
    return found


def _new_reminder(request: Request, days: Sequence[int], now: datetime) -> bool:
    assert request.kept_until is not None
    begun = [
        request.kept_until - timedelta(days=day) for day in days if request.kept_until - timedelta(days=day) <= now
    ]
    return bool(begun) and (request.reminded_at is None or request.reminded_at < max(begun))


# ---- what people type ----


def _kind(text: str) -> Asks:
    if text not in Asks.values:
        raise Invalid(_("a provider is asked to: %(kinds)s") % {"kinds": ", ".join(Asks.values)})
    return Asks(text)


def line(text: str, most: int, otherwise: str) -> str:
    """One line of text. Raises Invalid with this sentence where there is none, or where it can't be kept."""
    kept = " ".join(text.split())
    if not kept:
        raise Invalid(otherwise)
    if len(kept) > most or not kept.isprintable():
        raise Invalid(_("this is one line of at most %(most)s characters") % {"most": most})
    return kept


def words(text: str) -> str:
    """Text of several lines. Raises Invalid where it can't be kept."""
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) > LONGEST_TEXT or not kept.replace("\n", "").replace("\t", "").isprintable():
        raise Invalid(_("this is text of at most %(most)s characters") % {"most": LONGEST_TEXT})
    return kept
