"""Hashes whose owner lets platforms have them go to the list of what nobody saw, and to no other; taken back, they
leave it. Both are done later, by whoever works for the unit: no answer at the door depends on what a list holds.
"""

import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from havre.errors import Invalid, Refused
from havre.feeds.models import Entry, Feed, Purpose
from havre.flows.contest import log_for
from havre.flows.feed_self import DAY, MOST_A_DAY, Hashes, propose_unreviewed, retract_unreviewed
from havre.flows.forget import forget, wipe
from havre.flows.home import Home, durable, take_turn
from havre.flows.self_report import take_back, thing_of
from havre.hashlists.entry import Kind
from havre.sealing.receipt import Random
from havre.selfservice.given import Hashed, Print
from havre.selfservice.life import advance
from havre.selfservice.models import Protected, State, Submission
from havre.selfservice.write_standing import write_standing
from havre.units.acting import Clock
from havre.units.models import Unit

AT_ONCE = 200
"""Files that are looked at in one turn: others wait for the log meanwhile."""

KEPT = timedelta(days=5 * 365)
"""How long hashes are kept that nobody took back: as the page says, and as long as the data of a source may lie."""


FOR_PLATFORMS = Q(withdrawn_at=None, platforms=True)
"""What platforms may have, as its owner says now."""


@dataclass
class Tended:
    """How many of each."""

    listed: int = 0
    refused: int = 0
    retracted: int = 0
    ended: int = 0
    counted: int = 0
    """Whose holders are told how it stands."""

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def tend_self_service(home: Home, clock: Clock, random: Random = os.urandom) -> Tended:
    """Everything that is due at this moment; done again, nothing. What is taken back goes first."""
    tended = Tended()
    tended.ended = _end_old(home, clock(), random)
    tended.retracted = _retract(home, clock())
    tended.counted = _count(random)
    for feed in Feed.objects.select_related("unit").order_by("pk"):
        _list(home, feed.unit, clock(), tended)
    return tended


def key_of(submission: Submission) -> str:
    """By what lists know what lies under one code: a number of ours, nothing of the code or of a person."""
    return f"submission-{submission.pk}"


def _end_old(home: Home, at: datetime, random: Random) -> int:
    old = Submission.objects.filter(withdrawn_at=None, at__lte=at - KEPT)
    ended = 0
    for submission in old.select_related("unit", "receipt").order_by("pk")[:AT_ONCE]:
        with durable():
            take_turn()
            count = take_back(submission, at)
            forget(submission.receipt, at, random)
            said = {"act": "hashes erased: their time is over", "files": count}
            log_for(home, submission.unit, "erasure", thing_of(submission), at, said)
        ended += 1
    if ended:
        wipe()
    return ended


def _count(random: Random) -> int:
    """Tell those how theirs stands who were never told: what came before Havre said it."""
    untold = Submission.objects.filter(withdrawn_at=None, receipt__standing=b"").select_related("receipt")
    counted = 0
    for key in untold.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        with durable():
            take_turn()
            if (submission := untold.filter(pk=key).first()) is not None:
                write_standing(submission, random)
                counted += 1
    return counted


def _retract(home: Home, at: datetime) -> int:
    retracted = 0
    for submission in Submission.objects.filter(listed=True).exclude(FOR_PLATFORMS).select_related("unit"):
        retracted += retract_unreviewed(home, submission.unit, key_of(submission), at)
        Submission.objects.filter(pk=submission.pk).exclude(FOR_PLATFORMS).update(listed=False)
    return retracted


def _list(home: Home, unit: Unit, at: datetime, tended: Tended) -> None:
    """Propose what is held; killed at any moment, it is proposed again, and there it stands once."""
    waiting = Protected.objects.filter(state=State.HELD, submission__in=Submission.objects.filter(FOR_PLATFORMS))
    waiting = waiting.filter(submission__unit=unit).select_related("submission__unit")
    # One of each in turn: whoever sends very many takes the day's room from nobody.
    turn = Window(RowNumber(), partition_by=F("submission"), order_by="pk")
    for file in waiting.annotate(turn=turn).order_by("turn", "pk")[: max(0, min(AT_ONCE, _room(unit, at)))]:
        # Said before it is done: whoever takes it back from now on takes it back from the list too.
        Submission.objects.filter(pk=file.submission_id).update(listed=True)
        try:
            propose_unreviewed(home, unit, key_of(file.submission), [hashes_of(file)], at)
        except (Invalid, Refused) as error:
            tended.refused += _became(file, State.REFUSED, at, str(error))
        else:
            tended.listed += _became(file, State.PROPOSED, at)
            tended.retracted += _retract_overtaken(home, file.submission, at)


def _retract_overtaken(home: Home, submission: Submission, at: datetime) -> int:
    """Taken back while it was proposed, or not for platforms any more: another turn may have been over it before there
    was anything to retract, and says that nothing is left to.
    """
    if Submission.objects.filter(FOR_PLATFORMS, pk=submission.pk).update(listed=True):
        return 0
    with transaction.atomic():
        for file in submission.files.select_for_update().filter(state=State.PROPOSED).order_by("pk"):
            advance(file, State.HELD, at)
    return retract_unreviewed(home, submission.unit, key_of(submission), at)


def _room(unit: Unit, at: datetime) -> int:
    """How many more the list takes today; the others wait until tomorrow, and none is refused for it."""
    today = Entry.objects.filter(unit=unit, listed__purpose=Purpose.UNREVIEWED, proposed_at__gt=at - DAY)
    return MOST_A_DAY - today.count()


def _became(file: Protected, to: State, at: datetime, because: str = "") -> bool:
    with transaction.atomic():
        now = Protected.objects.select_for_update().filter(pk=file.pk, state=State.HELD).first()
        if now is None:  # taken back meanwhile, or another was quicker
            return False
        advance(now, to, at, because)
    return True


def hashes_of(file: Protected) -> Hashes:
    """A file as lists take it."""
    prints = tuple(Print(quality, value) for quality, value in file.prints)
    made = Hashed(Kind(file.kind), file.md5, file.sha256, prints)
    return Hashes(made.signals, min(each.quality for each in prints), made.kind)
