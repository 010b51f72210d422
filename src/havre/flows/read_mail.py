"""Mail that came in is read once, put to the notice or request that it is about, or kept for a person; nothing is lost.

By itself a mail decides nothing: a receipt says that a notice came in, a bounce that it did not, and whatever else it
says is read by a person who decides what it means.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from havre.errors import HavreError
from havre.flows.ask_platform import reply_came
from havre.flows.home import Home, durable, log, must_go_on, seal_log, take_turn
from havre.flows.notice_answered import Said, answered
from havre.flows.stray_mail import keep_stray
from havre.notices.believing import believed, from_them
from havre.notices.models import Answers, Notice, Recipient, Transmission
from havre.notices.reading_mail import Incoming, Kind, read_mail
from havre.notices.references import reference_in
from havre.platforms.models import ReadMail, Request
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
    """What it is to what it is about: a receipt or a bounce only where `believed` says so (decision 0238); else it
    changes nothing and a person reads it.
    """
    if mail.kind in (Kind.RECEIPT, Kind.BOUNCE) and not believed(mail, contact, letter):
        return Answers.AUTOMATIC
    return BY_ITSELF[mail.kind]


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
        answered(home, about, Said(_kind(mail, about.recipient, letter), told, now, letter=letter), random)
    elif about is not None:
        said = Said(_kind(mail, about.provider, letter), told, now, letter=letter)
        reply_came(home, about, said, random, heard=letter is not None or from_them(mail.sender, about.provider))
    else:
        keep_stray(home, acting, str(mail.kind), told, random)


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
