"""How what somebody sent stands now, written down for whoever holds their code: counted, and sealed to it."""

import os
from collections import Counter

from havre.hashlists.entry import Kind
from havre.hotline.letters import STANDING
from havre.hotline.models import Receipt
from havre.sealing.receipt import Random
from havre.sealing.secret import seal_to
from havre.selfservice.models import Submission
from havre.selfservice.standing import Standing


def write_standing(submission: Submission, random: Random = os.urandom) -> None:
    """Tell the holder of the code how it stands now. Inside the transaction of what changed it."""
    count = Counter(submission.files.values_list("kind", flat=True))
    standing = Standing(count[Kind.PICTURE], count[Kind.FILM], submission.platforms, submission.tell)
    sealed = seal_to(bytes(submission.receipt.sealing), standing.body, STANDING, random)
    Receipt.objects.filter(pk=submission.receipt_id).update(standing=sealed)
