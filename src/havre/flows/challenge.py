"""Somebody says that a notice, a judgement or a register is wrong: by the door, by a provider's record, or to somebody
of the unit; they get a code with which they follow it. What they say is sealed, and read by whoever decides.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.corrections.models import Added, Against, Challenge, State, Via
from havre.corrections.queries import added_to, challenge_for, challenges_of, waiting
from havre.corrections.taken_back import TakenBack, taken_back
from havre.errors import HavreError, Invalid
from havre.flows.follow_page import said_of
from havre.flows.forget import day_of
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.hotline.letters import bound
from havre.hotline.models import Letter, LetterKind, Page, Receipt
from havre.hotline.telling import Told, body_of, told_in, told_of
from havre.notices.models import Notice
from havre.notices.references import reference_in
from havre.platforms.door import OF_RECORD
from havre.platforms.models import AccessCode, Record
from havre.platforms.queries import editions_of
from havre.restrictions.visible import owned_by
from havre.sealing.door import door_opener
from havre.sealing.receipt import Code, Random, new_code
from havre.sealing.secret import seal_to, unseal_from
from havre.units.acting import Acting
from havre.units.models import Person, RoleName, Unit

if TYPE_CHECKING:
    from havre.flows.take_letters import Desk

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody says is wrong, once it was found."""

    against: Against = Against.UNKNOWN
    notice: Notice | None = None
    page: Page | None = None
    record: Record | None = None


# ---- how it comes ----


def take_challenge(desk: "Desk", letter: Letter, told: Told) -> None:
    """A letter of kind challenge is taken in, inside the transaction of whoever takes letters in."""
    meant = meant_by(desk.unit, told)
    via = Via.RECORD if meant.record is not None else Via.DOOR
    made = _begun(desk.unit, meant, via, letter.receipt, bytes(letter.sealed), letter.at)
    letter.taken_at, letter.sealed = desk.at, b""
    letter.save(update_fields=["taken_at", "sealed"])
    desk.taken.challenges += 1
    desk.log(thing_of(made), {"act": "challenged", "against": made.against, "via": made.via})


def challenge_withdrawn(receipt: int, at: datetime) -> None:
    """Whoever challenged wants no more of it, and nobody need decide; what they said is destroyed with their code."""
    mine = Challenge.objects.filter(receipt=receipt)
    mine.filter(state=State.WAITING).update(state=State.WITHDRAWN, decided_at=day_of(at))


def in_danger(home: Home, challenge: Challenge, said_at: datetime, at: datetime) -> None:
    """Whoever challenges said that a child is in danger now: it counts at the page, as if somebody reported it.

    Inside a transaction that has its turn.
    """
    if challenge.page is not None:
        said_of(home, challenge.unit, challenge.page, said_at, at, danger=True)


def write_down(
    home: Home,
    acting: Acting,
    about: str,
    text: str,
    contact: str = "",
    language: str = "en",
    random: Random = os.urandom,
) -> tuple[Challenge, Code]:
    """Somebody of the unit writes down what they were told; the code is for whoever challenges, and is shown once."""
    acting.must_be(*WORKING, to="take in challenges")
    told = told_of(Told(about=about, seen=text, contact=contact, language=language))
    if not told.seen:
        raise Invalid(_("write down what they say is wrong"))
    code = new_code(random)
    meant = meant_by(acting.unit, told)
    if meant.against == Against.UNKNOWN:
        meant = _record_named(acting, told.about) or meant
    with durable():
        take_turn()
        receipt = Receipt.objects.create(
            unit=acting.unit, digest=code.digest, sealing=code.sealing, made_at=acting.now()
        )
        public = door_opener(home.keys.unit(str(acting.unit.pk))).public_key().public_bytes_raw()
        sealed = seal_to(public, body_of(told), bound(code.digest, LetterKind.CHALLENGE), random)
        made = _begun(acting.unit, meant, Via.STAFF, receipt, sealed, acting.now(), acting.person)
        log(home, acting, "change", thing_of(made), {"act": "challenged", "against": made.against, "via": made.via})
    seal_log(home, acting)
    return made, code


def point_at(home: Home, acting: Acting, number: int, about: str) -> Challenge:
    """A person says what a challenge is about, where what it named was not found. Raises Invalid where this is not."""
    acting.must_be(*WORKING, to="take in challenges")
    with durable():
        take_turn()
        meant = meant_by(acting.unit, Told(about=about))
        if meant.against == Against.UNKNOWN:
            meant = _record_named(acting, about) or meant
        if meant.against == Against.UNKNOWN:
            raise Invalid(
                _("name the reference of a notice, an address that was judged, or a register and its provider")
            )
        challenge = challenge_for(acting.person, number)
        if not challenge.waits or challenge.state == State.WRONG:  # what it was about was taken back
            raise Invalid(_("this challenge was decided already"))
        challenge.against, challenge.notice = meant.against, meant.notice
        challenge.page, challenge.record = meant.page, meant.record
        challenge.save(update_fields=["against", "notice", "page", "record"])
        if challenge.danger:
            in_danger(home, challenge, acting.now(), acting.now())
        log(home, acting, "change", thing_of(challenge), {"act": "about", "against": meant.against})
    seal_log(home, acting)
    return challenge


def _begun(
    unit: Unit, meant: Meant, via: Via, receipt: Receipt, told: bytes, at: datetime, by: Person | None = None
) -> Challenge:
    number = (owned_by(unit, Challenge.objects).aggregate(most=Max("number"))["most"] or 0) + 1
    about = {"against": meant.against, "notice": meant.notice, "page": meant.page, "record": meant.record}
    came = {"via": via, "receipt": receipt, "told": told, "at": at, "entered_by": by}
    return Challenge.objects.create(unit=unit, number=number, **about, **came)


# ---- what it is about ----


def meant_by(unit: Unit, told: Told) -> Meant:
    """What a challenge names: the record of a code, a notice by its reference, or a page by its address."""
    record = _record_vouched(unit, told.about)
    if record is not None:
        return Meant(Against.RECORD, record=record)
    for text in (told.about, *told.addresses, told.seen):
        reference = reference_in(text.upper())
        rows = owned_by(unit, Notice.objects).select_related("page", "recipient")
        notice = rows.filter(reference=reference).first() if reference else None
        if notice is not None:
            return Meant(Against.NOTICE, notice, notice.page)
    for text in (told.about, *told.addresses):
        page = _page_at(unit, text)
        if page is not None:
            return Meant(Against.JUDGEMENT, page=page)
    return Meant()


def _page_at(unit: Unit, text: str) -> Page | None:
    try:
        address = address_of(text)
    except Invalid:
        return None
    return owned_by(unit, Page.objects).filter(digest=address.digest).first()


def _record_vouched(unit: Unit, about: str) -> Record | None:
    """The record whose own code was given: its hash stands in the letter, which only its holder can write."""
    if not about.startswith(OF_RECORD):
        return None
    try:
        digest = bytes.fromhex(about.removeprefix(OF_RECORD).split(" ")[0])
    except ValueError:
        return None
    held = AccessCode.objects.filter(digest=digest, record__edition__unit=unit).select_related("record__edition")
    found = held.first()
    return found.record if found is not None else None


def _record_named(acting: Acting, about: str) -> Meant | None:
    """A register and a provider as people of the unit name them: `3 Host A`."""
    number, _space, provider = about.strip().partition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) < 9 and provider):
        return None
    editions = editions_of(acting.person).filter(number=int(number))
    rows = Record.objects.filter(edition__in=editions, provider__name=provider.strip()).select_related("edition")
    record = rows.first()
    return Meant(Against.RECORD, record=record) if record is not None else None


# ---- reading them ----


@dataclass(frozen=True, slots=True)
class Opened:
    """A challenge as somebody of its unit reads it."""

    challenge: Challenge
    told: Told | None
    """None once it was erased."""
    added: Sequence[tuple[Added, Told | None]]
    """What they said later, in its order; None where it does not open."""
    taken_back: Sequence[TakenBack]
    """Where it was wrong: whom the retraction reached, and who confirmed."""


def read_challenge(home: Home, acting: Acting, number: int) -> Opened:
    """A challenge with what was said, opened once it is written down who reads it."""
    acting.must_be(*WORKING, to="read challenges")
    challenge = challenge_for(acting.person, number)
    consulted(home, acting, thing_of(challenge), {"act": "read", "there": challenge.told is not None})
    added = [(each, _opened(home, each)) for each in added_to(acting.person, challenge)]
    return Opened(challenge, told_by(home, challenge), added, _back(acting, challenge))


def told_by(home: Home, challenge: Challenge) -> Told | None:
    """What was said; None once it was erased. Whoever reads it writes that down before."""
    told = challenge.told
    return None if told is None else _unsealed(home, challenge, bytes(told), LetterKind.CHALLENGE)


def _opened(home: Home, added: Added) -> Told | None:
    try:
        return _unsealed(home, added.challenge, bytes(added.told), LetterKind.ADDITION)
    except HavreError:
        return None


def _unsealed(home: Home, challenge: Challenge, sealed: bytes, kind: LetterKind) -> Told | None:
    if challenge.receipt is None:
        return None
    opener = door_opener(home.keys.unit(str(challenge.unit_id)))
    return told_in(unseal_from(opener, sealed, bound(bytes(challenge.receipt.digest), kind)))


def _back(acting: Acting, challenge: Challenge) -> list[TakenBack]:
    if challenge.page is None:
        return []
    return taken_back(owned_by(acting.unit, Notice.objects).filter(page=challenge.page))


def list_challenges(home: Home, acting: Acting, *, old: bool = False) -> list[dict[str, Any]]:
    """The unit's challenges, danger first, then those that wait longest; with `old`, those decided too. Nothing of what
    they say.
    """
    acting.must_be(*WORKING, to="read challenges")
    rows = challenges_of(acting.person) if old else waiting(acting.person)
    shown = [challenge_fields(each) for each in rows]
    consulted(home, acting, "challenges", {"shown": len(shown)})
    return shown


def challenge_fields(challenge: Challenge) -> dict[str, Any]:
    """A challenge in a list."""
    return {
        "challenge": challenge.number,
        "against": challenge.against or None,
        "about": about(challenge),
        "via": challenge.via,
        "at": challenge.at.isoformat(),
        "state": challenge.state,
        "danger": challenge.danger,
        "added_at": challenge.again_at.isoformat() if challenge.again_at else None,
        "decided_at": challenge.decided_at.isoformat() if challenge.decided_at else None,
        "decided_by": challenge.decided_by.name if challenge.decided_by else None,
    }


def about(challenge: Challenge) -> str:
    """What it is about, as the unit calls it."""
    if challenge.record is not None:
        return f"{challenge.record.edition.number} {challenge.record.provider.name}"
    if challenge.notice is not None:
        return challenge.notice.reference
    return challenge.page.address if challenge.page is not None else ""


def thing_of(challenge: Challenge) -> str:
    """How the log calls a challenge."""
    return f"challenge {challenge.number}"
