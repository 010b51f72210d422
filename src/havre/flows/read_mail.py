"""Mail that came in is read once, put to the notice or request that it is about, or kept for a person; nothing is lost.

By itself a mail decides nothing: a receipt says that a notice came in, a bounce that it did not, and whatever else it
says is read by a person who decides what it means.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import HavreError, Invalid
from havre.flows.ask_platform import reply_came
from havre.flows.home import Home, consulted, durable, log, must_go_on, seal_log, take_turn
from havre.flows.notice_answered import answered
from havre.flows.sealed_words import open_words, seal_words
from havre.notices.models import Answers, Letter, Notice, Recipient, Transmission
from havre.notices.queries import notice_for
from havre.notices.reading_mail import Incoming, Kind, read_mail
from havre.notices.references import reference_in
from havre.platforms.models import ReadMail, Request, Stray
from havre.platforms.queries import request_for, requests_of, stray_for, strays_of
from havre.sealing.envelope import Random
from havre.units.acting import Acting
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

BY_ITSELF = {
    Kind.RECEIPT: Answers.RECEIPT,
    Kind.BOUNCE: Answers.BOUNCE,
    Kind.AUTOMATIC: Answers.AUTOMATIC,
    Kind.OTHER: Answers.OTHER,
}
BOUND = "mail"
"""What mail that waits is bound to."""
MOST_SHOWN = 200


@dataclass
class MailRead:
    """What became of the mails of one look."""

    placed: int = 0
    """Put to a notice or request."""
    stray: int = 0
    """Waiting for a person."""
    before: int = 0
    """Read before."""
    trouble: int = 0
    """Could not be kept: left where they were, for the next look."""


def take_mails(home: Home, acting: Acting, mails: Iterable[bytes], random: Random = os.urandom) -> MailRead:
    """Read these mails; each is kept before the next is asked for, and one that fails costs no other."""
    acting.must_be(*WORKING, RoleName.ADMINISTRATOR, to="take in mail")
    done = MailRead()
    for raw in mails:
        try:
            take_mail(home, acting, raw, done, random)
        except HavreError:
            done.trouble += 1
    if done.placed or done.stray:
        seal_log(home, acting)
    return done


def take_mail(home: Home, acting: Acting, raw: bytes, done: MailRead, random: Random = os.urandom) -> None:
    """Read one mail; when this returns it is kept. Raises what the database or the keys raise."""
    mail = read_mail(raw)
    with durable():
        must_go_on(home)
        take_turn()
        _row, new = ReadMail.objects.get_or_create(digest=mail.digest, defaults={"at": acting.now()})
        if new:
            about, letter = _meant(mail)
            _put(home, acting, mail, about, letter, random)
            detail = {"act": "mail read", "kind": str(mail.kind), "about": about.reference if about else None}
            log(home, acting, "change", "mail", detail)
    if not new:
        done.before += 1
    elif about is not None:
        done.placed += 1
    else:
        done.stray += 1


def _meant(mail: Incoming) -> tuple[Notice | Request | None, Transmission | None]:
    """What it is about: by the letter it answers or gives back, which is told too, else by the reference it names.

    The name of a letter holds chance that only its recipient saw. References are published (decision 0226).
    """
    names = [name for name in mail.names if "\x00" not in name]
    with_all = ("notice__unit", "notice__recipient", "handed__request__unit", "handed__request__provider")
    sent = Transmission.objects.filter(message_id__in=names).select_related(*with_all)
    letters = {each.message_id: each for each in sent}
    named = next((letters[name] for name in names if name in letters), None)
    if named is not None:
        return named.notice or named.handed.request, named
    for text in (mail.subject, mail.inside, mail.text):
        reference = reference_in(text)
        found = _of_reference(reference) if reference else None
        if found is not None:
            return found, None
    return None, None


def _kind(mail: Incoming, contact: Recipient, letter: Transmission | None) -> Answers:
    """What it is to what it is about. It came back only where it gives back a letter to the address that is still
    theirs: whoever read a reference, or an address that was corrected since, stops no letter. What takes something back
    goes to every address that had it, and counts at each.
    """
    if mail.kind is not Kind.BOUNCE:
        return BY_ITSELF[mail.kind]
    counts = letter is not None and (letter.to == contact.email or letter.letter == Letter.RETRACTION)
    return Answers.BOUNCE if counts else Answers.AUTOMATIC


def _of_reference(reference: str) -> Notice | Request | None:
    notice = Notice.objects.filter(reference=reference).select_related("unit", "recipient").first()
    return notice or Request.objects.filter(reference=reference).select_related("unit", "provider").first()


def _put(
    home: Home,
    acting: Acting,
    mail: Incoming,
    about: Notice | Request | None,
    letter: Transmission | None,
    random: Random,
) -> None:
    told, now = words_of(mail), acting.now()
    if isinstance(about, Notice):
        answered(home, about, _kind(mail, about.recipient, letter), told, now, random=random, letter=letter)
    elif about is not None:
        reply_came(home, about, _kind(mail, about.provider, letter), told, now, letter, random)
    else:
        sealed = seal_words(home, acting.unit, told, BOUND, random)
        Stray.objects.create(unit=acting.unit, kind=str(mail.kind), sealed=sealed, at=now)


def words_of(mail: Incoming) -> str:
    """What a person reads of a mail: who says they wrote it, what, and what hung on it by name."""
    lines = [
        f"From: {mail.sender}",
        f"Subject: {mail.subject}",
        *([f"Date: {mail.said_at.isoformat()}"] if mail.said_at else []),
        *(f"Not reached: {each.address} {each.status} {each.says}".rstrip() for each in mail.failures),
        *(f"Attached, not kept: {each.name} ({each.type}, {each.size} bytes)" for each in mail.attachments),
        *(["Only its beginning was read."] if mail.cut else []),
    ]
    return "\n".join(lines) + "\n\n" + mail.text.strip()


# ---- what belongs nowhere ----


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits for a person."""

    number: int
    kind: str
    at: datetime
    text: str


def waiting_mail(home: Home, acting: Acting) -> list[Waiting]:
    """Mail that belongs to nothing that is known, the oldest first, opened once it is written down who reads it."""
    acting.must_be(*WORKING, to="read mail")
    rows = list(strays_of(acting.person)[:MOST_SHOWN])
    consulted(home, acting, "mail", {"act": "read", "shown": len(rows)})
    return [
        Waiting(each.pk, each.kind, each.at, open_words(home, acting.unit, bytes(each.sealed), BOUND)) for each in rows
    ]


def place_mail(home: Home, acting: Acting, number: int, reference: str, kind: str = Answers.OTHER) -> Stray:
    """A person says to what a mail belongs, and what kind of answer it is; empty where it is none of the unit's."""
    acting.must_be(*WORKING, to="place mail")
    if kind not in Answers.values:
        raise Invalid(_("an answer is one of: %(kinds)s") % {"kinds": ", ".join(Answers.values)})
    with durable():
        take_turn()
        stray = stray_for(acting.person, number)
        named = reference_in(reference) or reference.strip()
        if named:
            told = open_words(home, acting.unit, bytes(stray.sealed), BOUND)
            _place(home, acting, named, kind, told, stray.at)
        # What it said lies where it was put from now on, and nowhere else.
        stray.sealed, stray.placed = b"", named
        stray.placed_at, stray.placed_by = acting.now(), acting.person
        stray.save()
        log(home, acting, "change", "mail", {"act": "placed" if named else "none of ours", "about": named or None})
    seal_log(home, acting)
    return stray


def _place(home: Home, acting: Acting, named: str, kind: str, told: str, at: datetime) -> None:
    if requests_of(acting.person).filter(reference=named).exists():
        reply_came(home, request_for(acting.person, named), kind, told, at)
    else:
        answered(home, notice_for(acting.person, named), kind, told, at)
