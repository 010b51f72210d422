"""A notice is drafted: for a page that stands judged actionable, to whom its route means, and nobody unverified.

A person confirms the first of each kind; those after it go by themselves. A judgement that is undone takes back
whatever was sent because of it.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused
from havre.flows.at_page import alone, said
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_letter import next_number
from havre.flows.notice_route import (
    Way,
    contact_wanted,
    lacks,
    must_be_meant,
    must_be_verified,
    must_go,
    nobody_known,
    way_of,
    where_is_meant,
)
from havre.flows.one_letter import take_back
from havre.hotline.models import Page
from havre.notices.due import ONCE
from havre.notices.ladder import Wanted
from havre.notices.life import become
from havre.notices.models import Act, First, Kind, Letter, Notice, Recipient, State, Transmission
from havre.notices.queries import about_page, contact_for, notice_for, page_known
from havre.notices.references import new_reference
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import Random
from havre.units.acting import Acting
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
LONGEST_BASIS = 1_000
LONGEST_NAMED = 200
MOST_PAGES = 10_000
"""Drafted in one go."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody decided of the letters."""

    basis: str = ""
    named: bool = True
    """Whether they name the unit."""


AS_USUAL = Wording()


def draft(
    home: Home,
    acting: Acting,
    page: str,
    *,
    to: str = "",
    wording: Wording = AS_USUAL,
    random: Random = os.urandom,
) -> list[Notice]:
    """The notices with which a page begins, or one to the contact that is named; those that exist are left alone.

    Raises Refused where the page does not stand judged actionable, its route does not mean them, or nobody has
    verified them; Invalid where no contact is known.
    """
    acting.must_be(*WORKING, to="draft notices")
    _must_be_basis(wording)
    made = _drafted(home, acting, page, to, wording, random)
    seal_log(home, acting)
    return made


@dataclass
class Drafts:
    """What became of many pages: each is drafted, as it was, or wrong."""

    pages: int = 0
    drafted: int = 0
    same: int = 0
    """Pages of which every notice was there already."""
    notices: list[Notice] = field(default_factory=list)
    """Those that are new."""
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    """The place of each page of which nothing was drafted, from 1; how it was named; and why."""


def draft_all(
    home: Home,
    acting: Acting,
    pages: Iterable[str],
    *,
    to: str = "",
    wording: Wording = AS_USUAL,
    random: Random = os.urandom,
) -> Drafts:
    """The notices of many pages: each page by itself, so that one of which nothing can be drafted costs no other."""
    acting.must_be(*WORKING, to="draft notices")
    _must_be_basis(wording)
    done = Drafts()
    for place, page in enumerate(pages, start=1):
        if place > MOST_PAGES:
            raise Invalid(_("so many pages at once at most: %(most)s; those before are done") % {"most": MOST_PAGES})
        done.pages += 1
        try:
            before = set(about_page(acting.person, page_known(acting.person, page)).values_list("pk", flat=True))
            made = [each for each in _drafted(home, acting, page, to, wording, random) if each.pk not in before]
        except (Invalid, NotFound, Refused) as error:
            done.wrong.append((place, page[:LONGEST_NAMED], str(error)))
            continue
        done.notices += made
        done.drafted += bool(made)
        done.same += not made
    if done.notices:
        seal_log(home, acting)
    return done


def _must_be_basis(wording: Wording) -> None:
    if len(wording.basis) > LONGEST_BASIS or not wording.basis.isprintable():
        raise Invalid(_("the legal basis is one line of at most %(most)s characters") % {"most": LONGEST_BASIS})


def _drafted(home: Home, acting: Acting, page: str, to: str, wording: Wording, random: Random) -> list[Notice]:
    with durable():
        take_turn()
        way = way_of(home, acting, page_known(acting.person, page))
        pairs = [_pair(acting, way, to)] if to else _first_pairs(acting, way)
        return [drafted(home, acting, way, wanted, contact, wording, random) for wanted, contact in pairs]


def _first_pairs(acting: Acting, way: Way) -> list[tuple[Wanted, Recipient]]:
    pairs = []
    for wanted in way.ladder.first:
        contact = contact_wanted(acting, wanted, way.where)
        if contact is None:
            raise nobody_known(wanted, way.where)
        must_be_verified(contact)
        pairs.append((wanted, contact))
    if not pairs:
        raise Refused(_("the route of this page names nobody to write to"))
    return pairs


def _pair(acting: Acting, way: Way, to: str) -> tuple[Wanted, Recipient]:
    """Somebody whom the route means, at whatever rung. Raises Refused for anybody else."""
    contact = contact_for(acting.person, to)
    wanted = must_be_meant(way, contact)
    must_be_verified(contact)
    return wanted, contact


def drafted(
    home: Home,
    acting: Acting,
    way: Way,
    wanted: Wanted,
    contact: Recipient,
    wording: Wording,
    random: Random = os.urandom,
) -> Notice:
    """The notice of this rung, inside the caller's transaction: the one that exists, begun anew where it was over."""
    must_be_verified(contact)
    now, act, page = acting.now(), wanted.act, way.page
    found = about_page(acting.person, page).filter(recipient=contact, act=act).exclude(state=State.RETRACTED).first()
    if found is not None:
        if found.state == State.REMOVED:
            begin_again(found, now)
        return found
    where = where_is_meant(way, contact)
    made = Notice.objects.create(
        unit=acting.unit,
        reference=new_reference(random),
        page=page,
        recipient=contact,
        rung=wanted.rung,
        act=act,
        preserve=wanted.preserve,
        basis=wording.basis,
        named=wording.named,
        holder=(where.holder or where.host)[:200],
        country=where.country,
        hours=wanted.hours,
        drafted_at=now,
        drafted_by=acting.person,
        due_at=now if goes_by_itself(acting, Kind(contact.kind), act) and not lacks(acting, way, act) else None,
    )
    detail = {"act": "drafted", "kind": contact.kind, "asks": act, "rung": wanted.rung, "page": page.pk}
    log(home, acting, "change", f"notice {made.reference}", detail)
    return made


def goes_by_itself(acting: Acting, kind: Kind, act: Act) -> bool:
    """Whether a person confirmed one of this kind before; what is published is confirmed each time."""
    return kind not in ONCE and First.objects.filter(unit=acting.unit, kind=kind, act=act).exists()


def begin_again(notice: Notice, at: datetime) -> None:
    """What was gone is there again: its first letter is due now, and silence is counted anew.

    What is published waits for a person again.
    """
    become(notice, State.REAPPEARED, at)
    notice.due_at = None if notice.recipient.kind in ONCE else at
    notice.acknowledged_at, notice.raised_at = None, None
    notice.save(update_fields=["due_at", "acknowledged_at", "raised_at"])


def confirm(home: Home, acting: Acting, reference: str) -> Notice:
    """A person says that it may go: it is due now. Those of its kind that come after it need no word any more.

    Raises Refused for whoever drafted it, where the policy wants a second person and there is one.
    """
    acting.must_be(*WORKING, to="confirm notices")
    with durable():
        take_turn()
        notice = notice_for(acting.person, reference)
        if not may_be_confirmed(notice):
            raise Invalid(_("this notice does not wait to be confirmed"))
        way = must_go(home, acting, notice)
        second = notice.recipient.kind in way.policy.two_people and not alone(acting.unit, acting.person.pk)
        if second and notice.drafted_by_id == acting.person.pk:
            raise Refused(_("you drafted this notice: another person of your unit must confirm it"))
        if notice.due_at is None:
            needed = lacks(acting, way, Act(notice.act))
            _goes(home, acting, notice)
            detail = {"act": "confirmed", "second": second, "so it is": needed}
            log(home, acting, "change", f"notice {notice.reference}", detail)
    seal_log(home, acting)
    return notice


def may_be_confirmed(notice: Notice) -> bool:
    """Whether it waits for this word, or did; what came back waits for somebody to look, unless it is published."""
    return notice.state == State.DRAFTED or (notice.state == State.REAPPEARED and notice.recipient.kind in ONCE)


def _goes(home: Home, acting: Acting, notice: Notice) -> None:
    """It may go, and with it those of its kind that wait for the same word and no other.

    What is published waits for its own, and so does what may only be asked once something has happened.
    """
    now, kind = acting.now(), notice.recipient.kind
    notice.due_at, notice.confirmed_at, notice.confirmed_by = now, now, acting.person
    notice.save(update_fields=["due_at", "confirmed_at", "confirmed_by"])
    told = {"notice": notice, "by": acting.person, "at": now}
    First.objects.get_or_create(unit=acting.unit, kind=kind, act=notice.act, defaults=told)
    if kind not in ONCE:
        alike = owned_by(acting.unit, Notice.objects).filter(state=State.DRAFTED, due_at=None, act=notice.act)
        for each in alike.filter(recipient__kind=kind).select_related("page"):
            if not _lacks(home, acting, each):
                Notice.objects.filter(pk=each.pk).update(due_at=now)


def _lacks(home: Home, acting: Acting, notice: Notice) -> bool:
    """Whether it waits for more than its kind; what may not go at all as things stand waits too."""
    try:
        return bool(lacks(acting, way_of(home, acting, notice.page), Act(notice.act)))
    except Refused:
        return True


def raise_rung(home: Home, acting: Acting, notice: Notice) -> Notice | None:
    """Silence lasted: the next rung for which somebody verified is known, inside the caller's transaction.

    Where there is none the notice says so in `trouble`, and it is tried again; at the top nothing follows.
    """
    way = way_of(home, acting, notice.page)
    # Whoever runs only the short address stands on no rung: above it are those of where it leads.
    aside = way.itself is not None and way.ladder.wanted(notice.recipient, way.where) is None
    above = [] if aside else way.ladder.above(notice.rung, Kind(notice.recipient.kind))
    if not above:
        must_be_meant(way, notice.recipient)  # routed elsewhere since, it is at the top of nothing
    if notice.state != State.REFUSED:
        become(notice, State.UNANSWERED, acting.now())
    trouble, made = list[str](), None
    for wanted in above:
        contact = contact_wanted(acting, wanted, way.where)
        if contact is not None and contact.verified_at is not None:
            made = drafted(home, acting, way, wanted, contact, Wording(notice.basis, notice.named))
            break
        trouble.append(wanted.kind)
    about = _("nobody verified is known as: %(kinds)s") % {"kinds": ", ".join(trouble)} if trouble else ""
    done = made is not None or not above
    if done or about != notice.trouble:
        notice.trouble, notice.raised_at = about, acting.now() if done else None
        notice.save(update_fields=["trouble", "raised_at"])
        detail = {"act": "silence", "state": notice.state, "next": made.reference if made else None, "passed": trouble}
        log(home, acting, "change", f"notice {notice.reference}", detail)
    return made


# ---- taking back ----


def overturned(home: Home, acting: Acting, page: Page, because: str = "") -> None:
    """The judgement is undone: every notice on the page is taken back, inside the caller's transaction.

    Whoever had a letter gets another that takes it back: queued here, sent like any, tried until it is taken.
    """
    for notice in about_page(acting.person, page).exclude(state=State.RETRACTED):
        retract(home, acting, notice, because)


def retract(home: Home, acting: Acting, notice: Notice, because: str) -> None:
    """Nothing more is demanded, and every address that was ever written to is told so, once each."""
    become(notice, State.RETRACTED, acting.now())
    rows = Transmission.objects.filter(notice=notice, letter=Letter.NOTICE)
    told = take_back(rows, notice.reference, next_number(notice), acting.now())
    detail = {"act": "retracted", "told": len(told), "because": because}
    log(home, acting, "change", f"notice {notice.reference}", detail)


def retract_notice(home: Home, acting: Acting, reference: str, because: str) -> Notice:
    """A person takes one notice back. Raises Invalid without a reason."""
    acting.must_be(*WORKING, to="take notices back")
    kept = said(because, must=True)
    with durable():
        take_turn()
        notice = notice_for(acting.person, reference)
        if notice.state != State.RETRACTED:
            retract(home, acting, notice, kept)
    seal_log(home, acting)
    return notice
