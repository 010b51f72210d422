"""A report that staff, a partner or a list brings: kept as one from the public is, and taken in at once."""

import hmac
import json
import os
from collections.abc import Iterator
from hashlib import sha256
from itertools import count

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.letters_opened import added_already, says_already
from havre.flows.take_letters import LONGEST_PARTNER, Desk, Taken, add_to_report, make_report
from havre.hotline.letters import MOST_LETTERS, bound
from havre.hotline.models import Letter, LetterKind, Receipt, Report, Via
from havre.hotline.telling import Told, body_of, told_of
from havre.sealing.door import door_opener
from havre.sealing.receipt import Code, Random, code_from, new_code
from havre.sealing.secret import seal_to
from havre.units.acting import Acting
from havre.units.models import RoleName


def receive(
    home: Home, acting: Acting, told: Told, *, via: Via = Via.STAFF, partner: str = "", random: Random = os.urandom
) -> tuple[Report, Code]:
    """Take a report, and make the code of whoever reported it. Raises Invalid where it says nothing."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="take reports")
    code = new_code(random)
    with durable():
        take_turn()
        report = keep_report(home, acting, told, code, via=via, partner=partner, random=random)
    seal_log(home, acting)
    return report, code


def codes_for(home: Home, acting: Acting, partner: str, reference: str) -> Iterator[Code]:
    """The code of what a partner calls by this reference, always the same: sent again, it is known again.

    Then those of later reports by the same reference: for what is said once the first was erased.
    """
    key = hmac.digest(home.keys.unit(str(acting.unit.pk)), b"havre partner reports 1", sha256)
    for again in count():
        drawn = hmac.digest(key, json.dumps([partner, reference, again][: 3 if again else 2]).encode(), sha256)
        yield code_from(drawn)


def named_partner(text: str) -> str:
    """A partner's name and reference as a report has them: one line, within its limit."""
    return " ".join(told_of(Told(about=text[:LONGEST_PARTNER])).about.split())


def keep_report(
    home: Home, acting: Acting, told: Told, code: Code, *, via: Via, partner: str, random: Random = os.urandom
) -> Report:
    """The report under this code; the one that is there, where it is. Called inside a transaction that has its turn."""
    there = Report.objects.filter(receipt__digest=code.digest, unit=acting.unit).first()
    if there is not None:
        return there
    said, unit, now = told_of(told), acting.unit, acting.now()
    if not (said.addresses or said.seen):
        raise Invalid(_("say which page, or what was seen"))
    opener = door_opener(home.keys.unit(str(unit.pk)))
    sealed = seal_to(
        opener.public_key().public_bytes_raw(), body_of(said), bound(code.digest, LetterKind.REPORT), random
    )
    receipt = Receipt.objects.create(unit=unit, digest=code.digest, sealing=code.sealing, made_at=now)
    letter = Letter(receipt=receipt, kind=LetterKind.REPORT, sealed=sealed, danger=said.danger, at=now)
    report = make_report(Desk(home, unit, opener, now, Taken()), letter, said, via, named_partner(partner))
    letter.sealed, letter.taken_at = b"", now
    letter.save()
    detail = {"act": "reported", "pages": report.mentions.count(), "danger": report.danger, "via": str(via)}
    log(home, acting, "change", f"report {report.number}", detail)
    return report


def keep_addition(home: Home, acting: Acting, report: Report, told: Told, random: Random = os.urandom) -> bool:
    """What a partner says later of a report stands with it; whether it was said for the first time.

    Raises Invalid where very much was added already, unless a child is in danger now. Called inside a transaction that
    has its turn.
    """
    said, now = told_of(told), acting.now()
    if says_already(home, report, said) or added_already(home, report, said):
        return False
    if not said.danger and report.receipt.letters.count() >= MOST_LETTERS:
        raise Invalid(_("very much was added to this report already: please make a new one"))
    opener = door_opener(home.keys.unit(str(acting.unit.pk)))
    key = bound(bytes(report.receipt.digest), LetterKind.ADDITION)
    sealed = seal_to(opener.public_key().public_bytes_raw(), body_of(said), key, random)
    letter = Letter.objects.create(
        receipt=report.receipt, kind=LetterKind.ADDITION, sealed=sealed, danger=said.danger, at=now
    )
    add_to_report(Desk(home, acting.unit, opener, now, Taken()), letter, report, said)
    log(home, acting, "change", f"report {report.number}", {"act": "added to by its partner", "danger": said.danger})
    return True
