"""What a recipient says is put to the notice, and moves it: received, decided, refused, came back undelivered.

That they say it is gone does not make it gone: somebody looks.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import Broken, Invalid, Refused
from havre.flows.at_page import WORKING
from havre.flows.contest import log_for
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.sealed_words import open_words, seal_words
from havre.notices.life import MAY_BECOME, become
from havre.notices.models import Answers, How, Letter, Notice, Outcome, Recipient, Response, State, Transmission
from havre.notices.queries import notice_for, responses_of
from havre.sealing.envelope import Random
from havre.units.acting import Acting
from havre.units.models import Person

LONGEST = 100_000
SAYS_SO = {Answers.RECEIPT: State.ACKNOWLEDGED, Answers.DECISION: State.ACKNOWLEDGED}
"""Answers by which it is known that somebody there has it; an automatic one says nothing of that."""
BY_MAIL = frozenset({State.SENT, State.UNANSWERED, State.REAPPEARED})
"""What a mail alone moves on, once."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came from somebody who was written to."""

    kind: str
    text: str
    at: datetime
    by: Person | None = None
    """Who wrote it down; None where it came by mail."""
    letter: Transmission | None = None
    """What it answers or gives back, where it names one."""
    refused: bool = False


def answered(home: Home, notice: Notice, said: Said, random: Random = os.urandom) -> Response:
    """Put an answer to its notice: sealed to the unit, and with what it changes. Raises Invalid for no kind."""
    if said.kind not in Answers.values:
        raise Invalid(_("an answer is one of: %(kinds)s") % {"kinds": ", ".join(Answers.values)})
    with durable():
        take_turn()
        row = Notice.objects.select_for_update(of=("self",)).select_related("unit", "recipient").get(pk=notice.pk)
        if said.kind == Answers.BOUNCE:
            return came_back(home, row, said, random)
        made = _kept(home, row, said, random)
        to = State.REFUSED if said.refused else SAYS_SO.get(Answers(said.kind))
        # A mail prolongs silence once, and undoes nothing that a person said.
        may = said.by is not None or (row.acknowledged_at is None and row.state in BY_MAIL)
        if to is not None and may and to in MAY_BECOME[State(row.state)]:
            become(row, to, said.at)
        by = "person" if said.by else "mail"
        detail = {"act": "answer", "kind": said.kind, "refused": said.refused, "by": by}
        log_for(home, row.unit, "change", f"notice {row.reference}", said.at, detail)
    return made


def came_back(home: Home, notice: Notice, said: Said, random: Random = os.urandom) -> Response:
    """A letter came back: nobody is there, inside the caller's transaction.

    The contact has to be verified again, unless it has another address by now.
    """
    made = _kept(home, notice, said, random)
    to = notice.recipient.email if said.letter is None else said.letter.to
    if to == notice.recipient.email:
        nobody_there(notice.recipient)
    if notice.state == State.RETRACTED:
        backs = Transmission.objects.filter(notice=notice, letter=Letter.RETRACTION, to=to)
        if trouble := by_hand(backs, said.at):
            Notice.objects.filter(pk=notice.pk).update(trouble=trouble)
    log_for(home, notice.unit, "change", f"notice {notice.reference}", said.at, {"act": "answer", "kind": "bounce"})
    return made


def nobody_there(contact: Recipient) -> None:
    """Mail to a contact came back: nothing is sent there before somebody has verified where they are."""
    told = {"verified_at": None, "verified_by": None, "doubt": _("mail to this address came back")}
    Recipient.objects.filter(pk=contact.pk).update(**told)


def by_hand(backs: "QuerySet[Transmission]", at: datetime) -> str:
    """What takes something back and reached nobody is put where somebody takes it to hand it over.

    What is to be said of it; empty where all of it lay there already.
    """
    put = backs.exclude(how=How.FILE).update(how=How.FILE, outcome=Outcome.BEGUN, again_at=at, tries=0)
    return _("mail to them came back: hand them what takes it back, which lies among the letters") if put else ""


def _kept(home: Home, notice: Notice, said: Said, random: Random) -> Response:
    sealed = seal_words(home, notice.unit, said.text[:LONGEST], bound(notice), random)
    about = {"kind": said.kind, "at": said.at, "by": said.by, "letter": said.letter}
    return Response.objects.create(notice=notice, sealed=sealed, **about)


def bound(notice: Notice) -> str:
    """What an answer is bound to."""
    return f"notice {notice.reference}"


def record_answer(
    home: Home, acting: Acting, reference: str, kind: str, text: str, *, refused: bool = False
) -> Response:
    """Somebody types in what a recipient said by telephone or letter."""
    acting.must_be(*WORKING, to="record answers")
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(_("say what they answered, in at most %(most)s characters") % {"most": LONGEST})
    if "\x00" in text:
        raise Invalid(_("a text may not hold NUL characters"))
    if refused and kind != Answers.DECISION:
        raise Invalid(_("a refusal is a decision: record it as one"))
    notice = notice_for(acting.person, reference)
    made = answered(home, notice, Said(kind, text, acting.now(), acting.person, refused=refused))
    seal_log(home, acting)
    return made


def decided(home: Home, acting: Acting, reference: str) -> Notice:
    """Somebody read that they refuse: silence ends, and the next rung is due."""
    acting.must_be(*WORKING, to="record answers")
    with durable():
        take_turn()
        notice = notice_for(acting.person, reference)
        become(notice, State.REFUSED, acting.now())
        log(home, acting, "change", f"notice {notice.reference}", {"act": "refused"})
    seal_log(home, acting)
    return notice


def read_answers(home: Home, acting: Acting, notice: Notice) -> list[tuple[Response, str]]:
    """What a recipient said, in clear, once it is written down who reads it; of one that was altered, that it was."""
    acting.must_be(*WORKING, to="read answers")
    rows = list(responses_of(acting.person, notice).exclude(sealed=b""))
    if rows:
        consulted(home, acting, f"notice {notice.reference}", {"act": "answers read", "shown": len(rows)})
        shown = responses_of(acting.person, notice).filter(pk__in=[row.pk for row in rows])  # none that came since
        shown.filter(by=None, read_at=None).update(read_at=acting.now())
    return [(row, _opened(home, acting, row, notice)) for row in rows]


def _opened(home: Home, acting: Acting, row: Response, notice: Notice) -> str:
    try:
        return open_words(home, acting.unit, bytes(row.sealed), bound(notice))
    except (Refused, Broken):
        return _("this answer was altered, or sealed with another key: look at the backup")
