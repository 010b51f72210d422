"""What a public process may do, with the database alone and no key: take letters, and hand out sealed answers.

Nothing here can open a letter, and nothing says whether an address was reported before.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.hotline.models import Answer, Door, Letter, LetterKind, Receipt
from havre.hotline.telling import Told, body_of, told_of
from havre.sealing.receipt import Code, Random
from havre.sealing.secret import seal_to, unseal_from

FIRST = (LetterKind.REPORT, LetterKind.CHALLENGE, LetterKind.HASHES)
"""Letters that come with a code of their own; the others follow one of these."""

ADDED = (LetterKind.ADDITION, LetterKind.MORE, LetterKind.CONSENT)
"""Letters that add to one of them, or change it."""

MOST_LETTERS = 100
"""Under one code."""

ANSWER = b"havre answer 1"
"""Bound to every answer."""

STANDING = b"havre standing 1"
"""Bound to how something stands."""


def door_of(name: str = "", *, closed: bool = False) -> Door:
    """The door of the unit with this name, or the only one that is open. Raises Unavailable where there is none.

    `closed` ones too for whoever holds a code: they may read and withdraw for as long as anything is kept.
    """
    doors = Door.objects.select_related("unit")
    doors = doors if closed else doors.filter(closed_at=None)
    found = list((doors.filter(unit__name=name) if name else doors)[:2])
    if not found:
        raise Unavailable(_("no unit takes reports here: open its door"))
    if len(found) > 1:
        raise Unavailable(_("several units take reports here: name one"))
    return found[0]


def bound(digest: bytes, kind: str) -> bytes:
    """What must be known to open a letter: a sealed text is of no use with another receipt, or as another kind."""
    return b"havre letter 1\n" + kind.encode() + b"\n" + digest


def write_letter(
    door: Door,
    code: Code,
    kind: LetterKind,
    told: Told,
    at: datetime,
    *,
    slow: bool = False,
    said: bytes | None = None,
    random: Random = os.urandom,
) -> bool:
    """Keep a letter, sealed; whether it is new. The first letter of a code said again is the same letter.

    `said` is by what a partner's letter is known when it is sent again.

    Raises Invalid for what is beyond the limits, NotFound where a letter follows a code that nobody has.
    """
    within = told_of(told)
    if kind is LetterKind.REPORT and not (within.addresses or within.seen):
        raise Invalid(_("say which page, or what you saw"))
    danger = within.danger and kind in (LetterKind.REPORT, LetterKind.ADDITION)
    values = {"danger": danger, "slow": slow and not danger, "said": said, "at": at}
    return keep_letter(door, code, kind, body_of(within), values, random)


def keep_letter(
    door: Door,
    code: Code,
    kind: LetterKind,
    body: bytes,
    values: dict[str, Any],
    random: Random = os.urandom,
    *,
    counted: bool = True,
) -> bool:
    """Keep a letter with this body, sealed, and these values beside it; whether it is new.

    What is not `counted` is kept however many letters lie under the code.
    """
    with transaction.atomic():
        receipt = _receipt(door, code, kind, values["at"])
        if receipt is None:
            return False
        # Whoever wants it back, or says that a child is in danger now, is never held up.
        if counted and kind in ADDED and not values.get("danger") and receipt.letters.count() >= MOST_LETTERS:
            raise Invalid(_("very much was added to this report already: please make a new one"))
        sealed = seal_to(bytes(door.sealing), body, bound(code.digest, kind), random)
        Letter.objects.create(receipt=receipt, kind=kind, sealed=sealed, **values)
    return True


def _receipt(door: Door, code: Code, kind: LetterKind, at: datetime) -> Receipt | None:
    """The receipt that the letter belongs to; None where its first letter is here already."""
    values = {"unit": door.unit, "sealing": code.sealing, "made_at": at}
    if kind in FIRST:
        receipt, new = Receipt.objects.get_or_create(digest=code.digest, defaults=values)
        return receipt if new else None
    # Not held: a letter that comes while its report is withdrawn is destroyed by whoever takes it in.
    found = receipt_under(door, code)
    if found is None:
        raise no_such_code()
    return found


def receipt_under(door: Door, code: Code) -> Receipt | None:
    """What lies under a code; nothing from the moment at which its holder took it back, though that still waits."""
    back = Letter.objects.filter(receipt=OuterRef("pk"), kind=LetterKind.WITHDRAWAL, trouble="")
    return Receipt.objects.filter(~Exists(back), digest=code.digest, unit=door.unit, withdrawn_at=None).first()


def no_such_code() -> NotFound:
    """What is said of a code that never was, and of one that was withdrawn: the two look the same."""
    return NotFound(_("nothing waits under this code: look at it again, every letter counts"))


@dataclass(frozen=True, slots=True)
class Followed:
    """What the holder of a code may read."""

    at: datetime
    """When their first letter came."""
    taken: bool
    """Whether somebody has it on the desk."""
    answers: tuple[tuple[datetime, str], ...]
    """The oldest first."""
    begun: LetterKind = LetterKind.REPORT
    """What their first letter was."""
    standing: str = ""
    """How it stands, where whoever took it in says that."""


def follow(door: Door, code: Code) -> Followed:
    """What waits under a code, opened with it. Raises NotFound where there is nothing."""
    receipt = receipt_under(door, code)
    key = receipt.pk if receipt is not None else 0  # whoever has a wrong code waits for the same questions
    first = Letter.objects.filter(receipt=key, kind__in=FIRST).order_by("id").values_list("kind", "taken_at").first()
    begun, taken = first if first is not None else (LetterKind.REPORT, key)
    sealed = list(Answer.objects.filter(receipt=key).order_by("id"))
    if receipt is None:
        raise no_such_code()
    answers = tuple((each.at, open_answer(code, bytes(each.sealed))) for each in sealed)
    standing = open_answer(code, bytes(receipt.standing), STANDING) if receipt.standing else ""
    return Followed(receipt.made_at, taken is not None, answers, LetterKind(begun), standing)


def seal_answer(sealing: bytes, text: str, random: Random = os.urandom) -> bytes:
    """An answer for whoever holds the code of this receipt key."""
    return seal_to(sealing, text.encode(), ANSWER, random)


def open_answer(code: Code, sealed: bytes, what: bytes = ANSWER) -> str:
    """The answer; empty where it was altered."""
    try:
        return unseal_from(code.opener, sealed, what).decode()
    except (Refused, UnicodeDecodeError):
        return ""


def letters_waiting(unit: int) -> "QuerySet[Letter]":
    """Letters that nobody has taken in, in the order in which they are: danger first, without proof of work last."""
    waiting = Letter.objects.filter(receipt__unit=unit, taken_at=None, trouble="").select_related("receipt")
    return waiting.order_by("-danger", "slow", "id")
