"""What came through the door is taken in: letters become reports, the pages they name are found or begun, and what
reporters add and withdraw is done.

Letters are taken in with what they change in one transaction: killed at any moment, the rest still waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from havre.addresses.address import Address, address_of
from havre.addresses.recognised import recognised
from havre.audit.record import record
from havre.errors import HavreError, Invalid
from havre.flows.at_page import policy_for
from havre.flows.challenge import challenge_withdrawn, take_challenge
from havre.flows.follow_page import reported_again
from havre.flows.home import Home, durable, must_go_on, take_turn
from havre.hotline.letters import bound, letters_waiting
from havre.hotline.life import OVER, due_after
from havre.hotline.models import (
    Addition,
    Answer,
    Letter,
    LetterKind,
    Mention,
    Page,
    Report,
    Via,
)
from havre.hotline.partners import brought_by
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


@dataclass
class Taken:
    """What was taken in at one look."""

    reports: int = 0
    additions: int = 0
    withdrawals: int = 0
    challenges: int = 0
    trouble: int = 0

    @property
    def letters(self) -> int:
        """All of them."""
        return self.reports + self.additions + self.withdrawals + self.challenges + self.trouble


def take_in(home: Home, unit: Unit, clock: Clock, most: int | None = None) -> Taken:
    """Take in what waits for this unit, danger first; a letter that can't be read is kept apart for a person."""
    opener, taken = door_opener(home.keys.unit(str(unit.pk))), Taken()
    while most is None or taken.letters < most:
        with durable():
            must_go_on(home)
            take_turn()
            letters = list(islice(letters_waiting(unit.pk), AT_ONCE))
            for letter in letters:
                _take(Desk(home, unit, opener, clock(), taken), letter)
        if len(letters) < AT_ONCE:
            break
    return taken


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one letter is opened."""

    home: Home
    unit: Unit
    opener: X25519PrivateKey
    at: datetime
    taken: Taken

    def log(self, thing: str, detail: Mapping[str, object]) -> None:
        """One line of the log, for which nobody of the unit acted."""
        unit, at = self.unit.name, self.at
        record(self.home.signer, person=DOOR, unit=unit, verb="change", thing=thing, reason="", at=at, detail=detail)


def _take(desk: Desk, letter: Letter) -> None:
    try:
        digest = bytes(letter.receipt.digest)
        told = told_in(unseal_from(desk.opener, bytes(letter.sealed), bound(digest, letter.kind)))
        with transaction.atomic():
            TAKE[LetterKind(letter.kind)](desk, letter, told)
    except HavreError as error:
        # Only what can be said without opening it: the letter itself stays sealed.
        letter.trouble = str(error)
        letter.save(update_fields=["trouble"])
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
    desk.taken.reports += 1
    detail = {"act": "reported", "pages": report.mentions.count(), "danger": report.danger, "via": report.via}
    desk.log(f"report {report.number}", detail)


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
        danger=letter.danger,
        told=bytes(letter.sealed),
    )
    for position, address in enumerate(_read(told)):
        _mention(desk, report, address, position)
    return report


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


def _mention(desk: Desk, report: Report, address: Address, position: int) -> None:
    what = recognised(address)
    values = {
        "address": str(address),
        "host": address.host,
        "site": address.site,
        "kind": what.kind,
        "inner": str(what.inner) if what.inner is not None else "",
        "first_at": report.at,
        "last_at": report.at,
    }
    page, begun = Page.objects.get_or_create(unit=desk.unit, digest=address.digest, defaults=values)
    Mention.objects.create(report=report, page=page, position=position)
    last, danger = max(page.last_at, report.at), page.danger or report.danger
    due_at = due_after(page, report, policy_for(desk.home, desk.unit).times, begun=begun)
    Page.objects.filter(pk=page.pk).update(reports=F("reports") + 1, last_at=last, danger=danger, due_at=due_at)
    if page.state in OVER:
        reported_again(desk.home, desk.unit, page, desk.at, danger=report.danger)


# ---- what follows a report ----


def _addition(desk: Desk, letter: Letter, _told: Told) -> None:
    report = Report.objects.filter(receipt=letter.receipt).first()
    if report is None or report.withdrawn_at is not None:
        raise Invalid(_("this follows a report that was not taken in, or that was withdrawn"))
    Addition.objects.create(report=report, told=bytes(letter.sealed), at=letter.at)
    _done(letter, desk.at)
    desk.taken.additions += 1
    desk.log(f"report {report.number}", {"act": "added to by its reporter"})


def _withdrawal(desk: Desk, letter: Letter, _told: Told) -> None:
    """What the reporter said is destroyed; that the page was reported stays, for the sake of whoever is on it."""
    receipt, report = letter.receipt, Report.objects.filter(receipt=letter.receipt).first()
    _done(letter, desk.at)
    desk.taken.withdrawals += 1
    receipt.withdrawn_at = desk.at
    receipt.save(update_fields=["withdrawn_at"])
    forget_told(receipt.pk)
    challenge_withdrawn(receipt.pk, desk.at)
    if report is not None and report.withdrawn_at is None:
        Report.objects.filter(pk=report.pk).update(withdrawn_at=desk.at, told=None, erased_at=desk.at)
        Page.objects.filter(mentions__report=report).update(reports=F("reports") - 1)
        desk.log(f"report {report.number}", {"act": "withdrawn by its reporter"})


def forget_told(receipt: int) -> None:
    """Destroy what somebody said and was answered, wherever it lies, but for the report's own row."""
    Addition.objects.filter(report__receipt=receipt).delete()
    Answer.objects.filter(receipt=receipt).delete()
    Letter.objects.filter(receipt=receipt).update(sealed=b"", trouble="")
    Letter.objects.filter(receipt=receipt, taken_at=None).update(taken_at=F("at"))


Take = Callable[[Desk, Letter, Told], None]

TAKE: Mapping[LetterKind, Take] = MappingProxyType(
    {
        LetterKind.REPORT: _report,
        LetterKind.ADDITION: _addition,
        LetterKind.WITHDRAWAL: _withdrawal,
        LetterKind.CHALLENGE: take_challenge,
    }
)
"""What is done with a letter of each kind."""


def opened_report(home: Home, report: Report) -> Told:
    """What was said in a report. Raises Invalid where it was erased; who reads it writes that down before."""
    if report.told is None:
        raise Invalid(_("what was said in this report was erased"))
    opener = door_opener(home.keys.unit(str(report.unit_id)))
    return told_in(unseal_from(opener, bytes(report.told), bound(bytes(report.receipt.digest), LetterKind.REPORT)))


def opened_addition(home: Home, addition: Addition) -> Told:
    """What a reporter added. Raises Invalid where it says nothing that can be read; who reads it wrote that down."""
    report = addition.report
    opener = door_opener(home.keys.unit(str(report.unit_id)))
    return told_in(unseal_from(opener, bytes(addition.told), bound(bytes(report.receipt.digest), LetterKind.ADDITION)))
