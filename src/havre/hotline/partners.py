"""What a partner's program reports: with a key of which only the digest is kept, and under codes made of that key.

The same reference said again with the same key gives the same code, so that nothing is reported twice and no code is
kept anywhere.
"""

import hmac
import os
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.hotline.letters import write_letter
from havre.hotline.models import Brought, Door, LetterKind, Partner, Receipt
from havre.hotline.telling import Told
from havre.sealing.receipt import Code, Random, new_code

LONGEST_KEY = 200
LONGEST_REFERENCE = 200


def key_digest(key: str) -> bytes:
    """What is kept of a key; it has 256 bits of chance, so that a slow function would protect nothing more."""
    return sha256(key.encode("utf-8", "replace")).digest()


def partner_of(door: Door, key: str) -> Partner:
    """Whose key this is. Raises Refused for one that nobody has, or that counts no more."""
    kept = Partner.objects.filter(unit=door.unit_id, revoked_at=None, digest=key_digest(key[:LONGEST_KEY])).first()
    if kept is None:
        raise Refused(_("this key is not known here, or counts no more: ask the hotline for another"))
    return kept


def code_for(key: str, reference: str) -> Code:
    """The code of what the holder of this key calls by this reference: always the same, and nobody else can make it."""
    drawn = hmac.digest(key.encode("utf-8", "replace"), b"havre partner code 1\n" + reference.encode(), sha256)
    return new_code(lambda count: drawn[:count])


def bring(
    door: Door, partner: Partner, key: str, reference: str, told: Told, at: datetime, random: Random = os.urandom
) -> tuple[Code, bool]:
    """Keep what a partner reports; its code, and whether it is new. Raises Invalid where it can't be kept."""
    if not reference.strip() or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise Invalid(_("each report needs a reference of its own, of at most 200 letters and digits"))
    code = code_for(key, reference)
    with transaction.atomic():
        new = write_letter(door, code, LetterKind.REPORT, told, at, random=random)
        if new:
            Brought.objects.create(receipt=Receipt.objects.get(digest=code.digest), partner=partner)
    return code, new


def brought_by(receipt: Receipt) -> str:
    """The name of the partner who brought what is under this receipt; empty where a person did."""
    found = Brought.objects.filter(receipt=receipt).select_related("partner").first()
    return found.partner.name if found is not None else ""
