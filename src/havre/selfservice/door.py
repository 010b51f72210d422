"""What the public process does with hashes: it seals them to the unit's door. It knows no list and opens nothing, so
that nobody learns from it whether a hash is known: it could not tell.
"""

import os
from datetime import datetime

from havre.hotline.letters import keep_letter, no_such_code
from havre.hotline.models import Door, Letter, LetterKind
from havre.sealing.receipt import Code, Random
from havre.selfservice.given import Allowed, Given, body_of


def write_hashes(
    door: Door,
    code: Code,
    given: Given,
    at: datetime,
    *,
    slow: bool = False,
    more: bool = False,
    random: Random = os.urandom,
) -> None:
    """Keep hashes, sealed, under this code; `more` beside those that lie there. The same form sent again adds to it.

    Raises NotFound where nothing lies there that more could be added to.
    """
    values = {"at": at, "slow": slow}
    if not more and keep_letter(door, code, LetterKind.HASHES, body_of(given), values, random):
        return
    begun = Letter.objects.filter(receipt__digest=code.digest, receipt__unit=door.unit_id, kind=LetterKind.HASHES)
    if not begun.exists():
        raise no_such_code()
    keep_letter(door, code, LetterKind.MORE, body_of(given), values, random)


def write_allowed(
    door: Door, code: Code, allowed: Allowed, at: datetime, *, slow: bool = False, random: Random = os.urandom
) -> None:
    """Keep, sealed, who may use from now on what lies under this code. What may take something back is not held up."""
    yes = allowed.platforms and allowed.tell
    values = {"at": at, "slow": slow and yes}
    keep_letter(door, code, LetterKind.CONSENT, allowed.body, values, random, counted=yes)
