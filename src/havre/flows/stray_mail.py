"""Mail that belongs to nothing that is known waits, sealed, with whoever runs the node's mailbox: a person puts it to
what it is about, passes it on to the unit that it is for, or sets it aside with a reason. It is erased on its day.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from havre.errors import Broken, Invalid, NotFound, Refused
from havre.flows.ask_platform import reply_came
from havre.flows.at_page import WORKING, said
from havre.flows.contest import log_for
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.notice_answered import SAYS_SO, Said, answered
from havre.flows.sealed_words import open_words, seal_words
from havre.hotline.letters import bound
from havre.hotline.models import Addition, LetterKind
from havre.hotline.queries import report_for
from havre.hotline.telling import LONGEST_TEXT, Told, body_of, told_of
from havre.notices.models import Answers, Notice
from havre.notices.queries import notice_for
from havre.notices.references import reference_in
from havre.platforms.models import Request, Stray
from havre.platforms.policy import answering
from havre.platforms.queries import request_for, requests_of, stray_for, strays_of
from havre.sealing.door import door_opener
from havre.sealing.envelope import Random
from havre.sealing.secret import seal_to
from havre.units.acting import Acting, Clock
from havre.units.models import Unit

BOUND = "mail"
"""What mail that waits is bound to."""
MOST_SHOWN = 200
AT_ONCE = 100
REPORT = re.compile(r"(?i)(?:report |r)?([1-9][0-9]{0,8})")
"""How people call a report: 12, R12, report 12."""


# ---- who runs the mailbox ----


def writing_units() -> list[Unit]:
    """The units that wrote to anybody outside, in their order."""
    notices, requests = Notice.objects.filter(unit=OuterRef("pk")), Request.objects.filter(unit=OuterRef("pk"))
    return list(Unit.objects.filter(Exists(notices) | Exists(requests)).order_by("pk"))


def keeper(home: Home) -> Unit | None:
    """Whose people read what belongs nowhere: the unit that HAVRE_IMAP names; None where it names none.

    Raises Invalid where this node has no such unit.
    """
    named = home.settings.imap.unit if home.settings.imap is not None else ""
    if not named:
        return None
    found = Unit.objects.filter(name=named).first()
    if found is None:
        raise Invalid(_("HAVRE_IMAP names the unit %(unit)s, which this node does not have") % {"unit": named})
    return found


def keep_stray(home: Home, acting: Acting, kind: str, told: str, random: Random = os.urandom) -> Stray:
    """It waits with whoever runs the mailbox, else with the unit that took it in; inside the caller's transaction."""
    unit = keeper(home) or acting.unit
    return Stray.objects.create(
        unit=unit, kind=kind, sealed=seal_words(home, unit, told, BOUND, random), at=acting.now()
    )


# ---- reading it ----


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits for a person."""

    number: int
    kind: str
    at: datetime
    text: str
    erased_on: datetime
    """When it is erased, if nobody does anything."""


def waiting_mail(home: Home, acting: Acting) -> list[Waiting]:
    """Mail that belongs to nothing that is known, the oldest first, opened once it is written down who reads it."""
    acting.must_be(*WORKING, to="read mail")
    rows, kept = list(strays_of(acting.person)[:MOST_SHOWN]), _kept(home)
    consulted(home, acting, "mail", {"act": "read", "shown": len(rows)})
    return [Waiting(each.pk, each.kind, each.at, _opened(home, acting, each), each.at + kept) for each in rows]


def _opened(home: Home, acting: Acting, stray: Stray) -> str:
    """What it says; of one that was altered, that it was: it must not hide the others."""
    try:
        return open_words(home, acting.unit, bytes(stray.sealed), BOUND)
    except (Refused, Broken):
        return _("this mail was altered, or sealed with another key: look at the backup")


def _kept(home: Home) -> timedelta:
    return timedelta(days=answering(home.settings.home).erase_waiting)


# ---- what a person does with it ----


def place_mail(home: Home, acting: Acting, number: int, reference: str, kind: str = Answers.OTHER) -> Stray:
    """A person says to which notice, request or report of the unit it belongs, and what kind of answer it is."""
    acting.must_be(*WORKING, to="place mail")
    if kind not in Answers.values or kind == Answers.BOUNCE:
        raise Invalid(_("an answer is one of: %(kinds)s") % {"kinds": ", ".join(each for each in Answers.values)})
    with durable():
        take_turn()
        stray = stray_for(acting.person, number)
        told = open_words(home, acting.unit, bytes(stray.sealed), BOUND)
        stray.placed = _place(home, acting, reference, kind, told, stray.at)
        _ended(acting, stray)
        log(home, acting, "change", "mail", {"act": "placed", "about": stray.placed})
    seal_log(home, acting)
    return stray


def _place(home: Home, acting: Acting, reference: str, kind: str, told: str, at: datetime) -> str:
    """Put it there; how what it was put to is called."""
    report = REPORT.fullmatch(reference.strip())
    if report is not None:
        _to_report(home, acting, int(report[1]), told, at)
        return f"R{report[1]}"
    named = reference_in(reference)
    if named is None:
        raise NotFound(_("name the reference of a notice or request, or the number of a report"))
    if requests_of(acting.person).filter(reference=named).exists():
        reply_came(home, request_for(acting.person, named), Said(kind, told, at), heard=True)
    else:
        # Who says that they have it, or decided, says so with their own name.
        by = acting.person if Answers(kind) in SAYS_SO else None
        answered(home, notice_for(acting.person, named), Said(kind, told, at, by))
    return named


def _to_report(home: Home, acting: Acting, number: int, told: str, at: datetime) -> None:
    report = report_for(acting.person, number)
    if report.withdrawn_at is not None or report.erased_at is not None:
        raise Invalid(_("nothing can be added to this report any more: what it said was erased"))
    public = door_opener(home.keys.unit(str(acting.unit.pk))).public_key().public_bytes_raw()
    for start in range(0, len(told), LONGEST_TEXT):
        body = body_of(told_of(Told(seen=told[start : start + LONGEST_TEXT])))
        sealed = seal_to(public, body, bound(bytes(report.receipt.digest), LetterKind.ADDITION), os.urandom)
        Addition.objects.create(report=report, told=sealed, at=at)


def set_aside(home: Home, acting: Acting, number: int, because: str) -> Stray:
    """A person says that it is none of anybody's business here, and why; what it said is erased at once."""
    acting.must_be(*WORKING, to="place mail")
    kept = said(because, must=True)
    with durable():
        take_turn()
        stray = stray_for(acting.person, number)
        stray.aside = kept
        _ended(acting, stray)
        log(home, acting, "change", "mail", {"act": "set aside"})
    seal_log(home, acting)
    return stray


def _ended(acting: Acting, stray: Stray) -> None:
    """What it said lies where it was put from now on, and nowhere else."""
    stray.sealed, stray.placed_at, stray.placed_by = b"", acting.now(), acting.person
    stray.save()


def pass_on(home: Home, acting: Acting, number: int, unit: str, random: Random = os.urandom) -> None:
    """It is for another unit of this node: from now on it waits there, sealed to that unit, and nowhere else."""
    acting.must_be(*WORKING, to="place mail")
    to = Unit.objects.filter(name=unit.strip()).first() if "\x00" not in unit else None
    if to is None or to == acting.unit:
        raise Invalid(_("name another unit of this node"))
    with durable():
        take_turn()
        stray = stray_for(acting.person, number)
        told = open_words(home, acting.unit, bytes(stray.sealed), BOUND)
        stray.unit, stray.sealed = to, seal_words(home, to, told, BOUND, random)
        stray.save(update_fields=["unit", "sealed"])
        log(home, acting, "disclosure", "mail", {"act": "passed on", "to": to.name})
        log_for(home, to, "change", "mail", acting.now(), {"act": "passed on to the unit", "from": acting.unit.name})
    seal_log(home, acting)


# ---- on its day ----


def erase_mail(home: Home, clock: Clock) -> int:
    """Mail that waited as long as the policy lets it, and what was written down of mail that was placed; how many."""
    erased, before = 0, clock() - _kept(home)
    rows = Stray.objects.filter(at__lt=before).select_related("unit").order_by("pk")
    while some := list(rows[:AT_ONCE]):
        with durable():
            take_turn()
            for each in some:
                told = {"act": "erased on its day", "read": each.placed_at is not None}
                log_for(home, each.unit, "erasure", "mail", clock(), told)
            Stray.objects.filter(pk__in=[each.pk for each in some]).delete()
        erased += len(some)
    return erased
