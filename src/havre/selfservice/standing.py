"""How what lies under a code stands, for whoever holds the code and nobody else: sealed to it by whoever took it in.

It says what they gave and what they allowed, and nothing that depends on what the unit holds or a list has.
"""

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass

from havre.hashlists.entry import Kind
from havre.hotline.letters import STANDING
from havre.hotline.models import Receipt
from havre.sealing.receipt import Random
from havre.sealing.secret import seal_to
from havre.selfservice.models import Submission


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody gave, and who may use it."""

    pictures: int
    films: int
    platforms: bool
    tell: bool


def write_standing(submission: Submission, random: Random = os.urandom) -> None:
    """Tell the holder of the code how it stands now. Inside the transaction of what changed it."""
    count = Counter(submission.files.values_list("kind", flat=True))
    standing = Standing(count[Kind.PICTURE], count[Kind.FILM], submission.platforms, submission.tell)
    body = json.dumps(asdict(standing)).encode()
    sealed = seal_to(bytes(submission.receipt.sealing), body, STANDING, random)
    Receipt.objects.filter(pk=submission.receipt_id).update(standing=sealed)


def standing_in(text: str) -> Standing | None:
    """What it says; none where nobody has taken it in yet."""
    return Standing(**json.loads(text)) if text else None
