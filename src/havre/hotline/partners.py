"""What a partner's program reports: with a key of which only the digest is kept, and under codes made of that key.

The same reference said again with the same key gives the same code, so that nothing is reported twice and no code is
kept anywhere.
"""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.hotline.letters import receipt_under, write_letter
from havre.hotline.models import Brought, Door, Letter, LetterKind, Partner, Receipt
from havre.hotline.telling import Told, body_of, told_of
from havre.sealing.receipt import Code, Random, code_from

LONGEST_KEY = 200
LONGEST_REFERENCE = 200


def key_digest(key: str) -> bytes:
    """What is kept of a key; it has 256 bits of chance, so that a slow function would protect nothing more."""
    return sha256(key.encode("utf-8", "replace")).digest()


def partner_of(door: Door, key: str) -> Partner:
    """Whose key this is. Raises Refused for one that nobody has, or that counts no more."""
    kept = Partner.objects.filter(
        unit=door.unit_id, revoked_at=None, tipline=False, digest=key_digest(key[:LONGEST_KEY])
    ).first()
    if kept is None:
        raise Refused(_("this key is not known here, or counts no more: ask the hotline for another"))
    return kept


def codes_for(key: str, reference: str) -> Iterator[Code]:
    """The code of what the holder of this key calls by this reference: always the same, and nobody else can make it.

    Then those of later reports by the same reference: for what is said once the first was taken back or erased.
    """
    for again in count():
        named = f"{reference}\n{again}" if again else reference  # no reference has two lines
        drawn = hmac.digest(key.encode("utf-8", "replace"), b"havre partner code 1\n" + named.encode(), sha256)
        yield code_from(drawn)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was new in what a partner brought."""

    code: Code
    new: bool = False
    """A report that was not there."""
    added: bool = False
    """Something that its report did not say before."""
    danger: bool = False
    """Whether what is new says that a child is in danger now."""


def bring(
    door: Door, partner: Partner, key: str, reference: str, told: Told, at: datetime, random: Random = os.urandom
) -> Kept:
    """Keep what a partner reports: a report, what it adds to one, or nothing where it says what it said before.

    Of a report that was taken back or erased nothing is kept any more, unless a child is in danger now: then it is a
    new one. Raises Invalid where it can't be kept.
    """
    if not reference.strip() or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise Invalid(_("each report needs a reference of its own, of at most 200 letters and digits"))
    # Whoever reads the database can't try whether a page was reported: they have not the key.
    said = hmac.digest(key.encode("utf-8", "replace"), b"havre partner said 1\n" + body_of(told_of(told)), sha256)
    for code in codes_for(key, reference):
        with transaction.atomic():
            if write_letter(door, code, LetterKind.REPORT, told, at, said=said, random=random):
                Brought.objects.create(receipt=Receipt.objects.get(digest=code.digest), partner=partner)
                return Kept(code, new=True, danger=told.danger)
            receipt = receipt_under(door, code)
            if receipt is not None:
                if Letter.objects.filter(receipt=receipt, said=said).exists():
                    return Kept(code)
                write_letter(door, code, LetterKind.ADDITION, told, at, said=said, random=random)
                return Kept(code, added=True, danger=told.danger)
        if not told.danger:
            break
    return Kept(code)


def brought_by(receipt: Receipt) -> str:
    """The name of the partner who brought what is under this receipt; empty where a person did."""
    found = Brought.objects.filter(receipt=receipt).select_related("partner").first()
    return found.partner.name if found is not None else ""
