"""What came through the door is taken in: letters become reports, the pages they name are found or begun, and what
reporters add and withdraw is done.

Letters are taken in with what they change in one transaction: killed at any moment, the rest still waits.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from havre.addresses.address import Address, address_of
from havre.addresses.recognised import recognised
from havre.audit.record import checkpoint, record
from havre.errors import Broken, HavreError, Invalid, Unavailable
from havre.flows.add_to_challenge import add_to_challenge
from havre.flows.at_page import policy_for
from havre.flows.challenge import challenge_withdrawn, take_challenge
from havre.flows.follow_page import said_of
from havre.flows.forget import day_of, forget, wipe
from havre.flows.home import Home, durable, must_go_on, take_turn
from havre.flows.letters_opened import added_already, says_already
from havre.flows.self_report import hashes_withdrawn, take_allowed, take_hashes
from havre.hotline.letters import ADDED, FIRST, bound, letters_waiting
from havre.hotline.models import (
    Addition,
    Door,
    Letter,
    LetterKind,
    Mention,
    Page,
    Receipt,
    Report,
    Via,
)
from havre.hotline.partners import brought_by
from havre.hotline.retention import settle
from havre.hotline.telling import Told, told_in
from havre.restrictions.visible import owned_by
from havre.sealing.door import door_opener
from havre.sealing.secret import unseal_from
from havre.units.acting import Clock
from havre.units.models import Unit

DOOR = "the door"
"""How the log calls who acts where nobody of the unit does."""

LONGEST_PARTNER = 200
"""Letters of a partner's name and reference, as a report has them."""

AT_ONCE = 50
"""Letters of one transaction."""

MOST_PAGES = 200
"""Pages named in one transaction, the last letter's own not counted: others wait for the log meanwhile."""

PAUSE = 0.15
"""Seconds between two transactions on SQLite: whoever waits for it looks every tenth of a second, and would never find
it free; letters would come back to their writers with an error for as long as others are taken in."""


@dataclass
class Taken:
    """What was taken in at one look."""

    reports: int = 0
    additions: int = 0
    withdrawals: int = 0
    challenges: int = 0
    hashes: int = 0
    """Letters with hashes of pictures."""
    consents: int = 0
    """Letters that say who may use them."""
    trouble: int = 0
    pages: int = 0
    """Pages that they name."""

    @property
    def letters(self) -> int:
        """All of them."""
        said = self.reports + self.additions + self.withdrawals + self.challenges
        return said + self.hashes + self.consents + self.trouble


def take_in(
    home: Home, unit: Unit, clock: Clock, most: int | None = None, *, pause: Callable[[float], None] = time.sleep
) -> Taken:
    """Take in what waits for this unit, danger first; a letter that can't be read is kept apart for a person.

    Raises Broken where somebody changed the key of the unit's door.
    """
    opener, taken = door_opener(home.keys.unit(str(unit.pk))), Taken()
    _must_be_ours(unit, opener)
    while most is None or taken.letters < most:
        with durable():
            must_go_on(home)
            take_turn()
            policy_for(home, unit)  # a fault in it is none of any letter
            room = AT_ONCE if most is None else min(AT_ONCE, most - taken.letters)
            desk = Desk(home, unit, opener, clock(), taken)
            if not _take_some(desk, letters_waiting(unit.pk)[:room]):
                break
            checkpoint(home.signer, desk.at, home.settings.seen)
        if connection.vendor == "sqlite" and letters_waiting(unit.pk).exists():
            pause(PAUSE)
    if taken.withdrawals:
        wipe()
    return taken


def _must_be_ours(unit: Unit, opener: X25519PrivateKey) -> None:
    door = Door.objects.filter(unit=unit).first()
    if door is not None and bytes(door.sealing) != opener.public_key().public_bytes_raw():
        raise Broken(
            _(
                "somebody changed the key of the door in the database: what was written since opens for them alone;"
                " find out who, then put the door's row back from a backup"
            )
        )


def _take_some(desk: "Desk", letters: Iterable[Letter]) -> int:
    """Take letters, as long as one transaction may hold others up; how many."""
    done = 0
    for letter in letters:
        _take(desk, letter)
        done += 1
        if desk.taken.pages - desk.pages >= MOST_PAGES:
            break
    return done


@dataclass(frozen=True, slots=True)
class Desk:
    """Where letters are opened."""

    home: Home
    unit: Unit
    opener: X25519PrivateKey
    at: datetime
    taken: Taken
    pages: int = field(init=False)
    """How many pages had been named before."""
    seen: set[int] = field(default_factory=set)
    """Letters that were taken up: one that something overtook is also on the list itself."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pages", self.taken.pages)

    def log(self, thing: str, detail: Mapping[str, object]) -> None:
        """One line of the log, for which nobody of the unit acted."""
        unit, at = self.unit.name, self.at
        record(self.home.signer, person=DOOR, unit=unit, verb="change", thing=thing, reason="", at=at, detail=detail)


def _take(desk: Desk, letter: Letter) -> None:
    """One letter, whatever it is: nothing in it stops those behind it. What the log or the database meet stops all."""
    if letter.pk in desk.seen:
        return
    desk.seen.add(letter.pk)
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=letter.receipt_id)
    if receipt.withdrawn_at is not None or _taken_back(letter):
        Letter.objects.filter(pk=letter.pk).update(sealed=b"", taken_at=desk.at)
        return
    letter.receipt = receipt
    if letter.kind in ADDED:
        for first in Letter.objects.filter(receipt=receipt, kind__in=FIRST, taken_at=None, trouble=""):
            _take(desk, first)  # what it is added to may stand far behind it
    try:
        told = _opened(desk, letter)
        with transaction.atomic():
            TAKE[LetterKind(letter.kind)](desk, letter, told)
    except (DatabaseError, Unavailable, Broken):
        raise
    except HavreError as error:
        _keep_apart(desk, letter, str(error))
    except Exception as error:  # a fault of ours costs this letter alone
        _keep_apart(desk, letter, f"this is a fault of Havre ({type(error).__name__}): report it")


def _opened(desk: "Desk", letter: Letter) -> Told:
    """What a letter says. One that takes all back need not be read: nobody waits because it does not open. Hashes are
    no words, and read by who takes them in.
    """
    if letter.kind in (LetterKind.WITHDRAWAL, LetterKind.HASHES, LetterKind.MORE, LetterKind.CONSENT):
        return Told()
    key = bound(bytes(letter.receipt.digest), letter.kind)
    return told_in(unseal_from(desk.opener, bytes(letter.sealed), key))


def _taken_back(letter: Letter) -> bool:
    """Whether its reporter wants it back already: then nobody opens it."""
    if letter.kind == LetterKind.WITHDRAWAL:
        return False
    same = Letter.objects.filter(receipt=letter.receipt_id, kind=LetterKind.WITHDRAWAL)
    return same.filter(taken_at=None, trouble="").exists()


def _keep_apart(desk: Desk, letter: Letter, why: str) -> None:
    """Only what can be said without opening it; the letter itself stays sealed."""
    Letter.objects.filter(pk=letter.pk).update(trouble=why)
    desk.taken.trouble += 1


def _done(letter: Letter, at: datetime) -> None:
    """It is taken in: what it said lies with the report from now on, and nowhere else."""
    letter.taken_at, letter.sealed = at, b""
    letter.save(update_fields=["taken_at", "sealed"])


# ---- reports ----


def _report(desk: Desk, letter: Letter, told: Told) -> None:
    partner = brought_by(letter.receipt)
    report = make_report(desk, letter, told, Via.PARTNER if partner else Via.DOOR, named(partner, told.about))
    _done(letter, desk.at)
    detail = {"act": "reported", "pages": report.mentions.count(), "danger": report.danger, "via": report.via}
    desk.log(f"report {report.number}", detail)
    desk.taken.reports += 1


def named(partner: str, reference: str) -> str:
    """How a report says who passed it on, and how they call it; empty where a person reported."""
    return f"{partner}: {reference}"[:LONGEST_PARTNER] if partner else ""


def make_report(desk: Desk, letter: Letter, told: Told, via: Via = Via.DOOR, partner: str = "") -> Report:
    """The report of a letter, with the pages that it names; called inside a transaction that has its turn."""
    last = owned_by(desk.unit, Report.objects).aggregate(Max("number"))["number__max"]
    report = Report.objects.create(
        unit=desk.unit,
        number=(last or 0) + 1,
        receipt=letter.receipt,
        at=letter.at,
        taken_at=desk.at,
        via=via,
        partner=partner,
        language=told.language,
        relation=told.relation,
        danger=letter.danger or told.danger,
        told=bytes(letter.sealed),
    )
    _mention_all(desk, report, told, letter.at)
    return report


def _mention_all(desk: Desk, report: Report, told: Told, at: datetime) -> None:
    """The pages that something names, those that the report names already left out."""
    named = set(report.mentions.values_list("page__digest", flat=True))
    there = {bytes(digest) for digest in named}
    fresh = [address for address in _read(told) if address.digest not in there]
    over = [mention(desk, report, address, position, at) for position, address in enumerate(fresh, start=len(there))]
    desk.taken.pages += len(over)
    if any(over) or report.settled_at is not None:
        report.settled_at = None  # what is kept of it is kept so long from what came last
        settle(report, desk.at, policy_for(desk.home, desk.unit).days)


def _read(told: Told) -> list[Address]:
    """The addresses that can be read, each once; what can't be read stays in the report as it was typed."""
    found: dict[str, Address] = {}
    for typed in told.addresses:
        try:
            address = address_of(typed)
        except Invalid:
            continue
        found.setdefault(str(address), address)
    return list(found.values())


def mention(desk: Desk, report: Report, address: Address, position: int, at: datetime) -> bool:
    """The report names this page from this time on; whether the page is over all the same."""
    what = recognised(address)
    values = {
        "address": str(address),
        "host": address.host,
        "site": address.site,
        "kind": what.kind,
        "inner": str(what.inner) if what.inner is not None else "",
        "first_at": at,
        "last_at": at,
    }
    page, begun = Page.objects.get_or_create(unit=desk.unit, digest=address.digest, defaults=values)
    Mention.objects.create(report=report, page=page, position=position)
    Page.objects.filter(pk=page.pk).update(reports=F("reports") + 1, last_at=max(page.last_at, at))
    return said_of(desk.home, desk.unit, page, at, desk.at, danger=report.danger, begun=begun)


# ---- what follows a report ----


def _addition(desk: Desk, letter: Letter, report: Report, told: Told) -> None:
    add_to_report(desk, letter, report, told)
    desk.log(f"report {report.number}", {"act": "added to by its reporter", "danger": told.danger})
    desk.taken.additions += 1


def add_to_report(desk: Desk, letter: Letter, report: Report, told: Told) -> None:
    """What somebody says later stands with their report, and counts at its pages; inside a transaction with its turn.

    That a child is in danger now is said of the report from then on, and of every page that it names.
    """
    if told.danger:
        report.danger = True
        report.save(update_fields=["danger"])
        for page in Page.objects.filter(mentions__report=report).order_by("pk"):
            said_of(desk.home, desk.unit, page, letter.at, desk.at, danger=True)
    Addition.objects.create(report=report, told=bytes(letter.sealed), at=letter.at)
    _mention_all(desk, report, told, letter.at)
    _done(letter, desk.at)


def _withdrawal(desk: Desk, letter: Letter, _told: Told) -> None:
    """What the reporter said is destroyed; that the page was reported stays, for the sake of whoever is on it."""
    report = Report.objects.filter(receipt=letter.receipt_id).first()
    challenge_withdrawn(letter.receipt_id, desk.at)
    hashes_withdrawn(desk, letter.receipt_id)
    if report is not None and report.withdrawn_at is None:
        Report.objects.filter(pk=report.pk).update(withdrawn_at=day_of(desk.at))
        Page.objects.filter(mentions__report=report).update(reports=F("reports") - 1)
        desk.log(f"report {report.number}", {"act": "withdrawn by its reporter"})
    forget(letter.receipt, desk.at)
    desk.taken.withdrawals += 1


def _added(desk: Desk, letter: Letter, told: Told) -> None:
    """What somebody adds goes to their report or to their challenge; the same form sent twice adds nothing."""
    report = Report.objects.filter(receipt=letter.receipt).first()
    if report is None:
        add_to_challenge(desk, letter, told)
    elif says_already(desk.home, report, told) or (not told.danger and added_already(desk.home, report, told)):
        _done(letter, desk.at)  # that a child is in danger counts each time it is added: a page may be over since
    else:
        _addition(desk, letter, report, told)


Take = Callable[[Desk, Letter, Told], None]

TAKE: Mapping[LetterKind, Take] = MappingProxyType(
    {
        LetterKind.REPORT: _report,
        LetterKind.ADDITION: _added,
        LetterKind.WITHDRAWAL: _withdrawal,
        LetterKind.CHALLENGE: take_challenge,
        LetterKind.HASHES: take_hashes,
        LetterKind.MORE: take_hashes,
        LetterKind.CONSENT: take_allowed,
    }
)
"""What is done with a letter of each kind."""
