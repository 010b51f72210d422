"""A person protects a picture without showing it: their browser made its hashes, and these alone came through the door.

They lie with the unit; where their owner lets platforms have them they are proposed to the list that is marked as seen
by nobody. Taken back, they are erased here and retracted there. Nothing of this tells anybody whether a hash is known.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.forget import day_of
from havre.hotline.letters import bound
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from havre.restrictions.visible import owned_by
from havre.sealing.secret import unseal_from
from havre.selfservice.given import MOST_UNDER_A_CODE, Allowed, Given, Hashed, allowed_in, given_in
from havre.selfservice.life import advance
from havre.selfservice.models import Finding, Protected, State, Submission
from havre.selfservice.write_standing import write_standing
from havre.units.models import Person

if TYPE_CHECKING:
    from havre.flows.take_letters import Desk


def take_hashes(desk: "Desk", letter: Letter, _told: Told) -> None:
    """Hashes that came through the door, or more of them; inside the transaction of whoever takes letters in."""
    key = bound(bytes(letter.receipt.digest), letter.kind)
    given = given_in(unseal_from(desk.opener, bytes(letter.sealed), key))
    submission = Submission.objects.filter(receipt=letter.receipt_id).first()
    if submission is None:
        submission = _begun(desk, letter, given)
    kept = _kept(submission, given.files, letter.at)
    write_standing(submission)
    _done(letter, desk.at)
    desk.log(thing_of(submission), {"act": "hashes came", "files": kept, "more": letter.kind == LetterKind.MORE})
    desk.taken.hashes += 1


def _done(letter: Letter, at: datetime) -> None:
    letter.taken_at, letter.sealed = at, b""
    letter.save(update_fields=["taken_at", "sealed"])


def _begun(desk: "Desk", letter: Letter, given: Given) -> Submission:
    if letter.kind != LetterKind.HASHES or not given.of_use:
        raise Invalid(_("nobody said who may use these hashes"))
    last = owned_by(desk.unit, Submission.objects).aggregate(Max("number"))["number__max"] or 0
    said = {name: getattr(given, name) for name in ("who", "country", "language", "platforms", "tell")}
    when = {"at": letter.at, "taken_at": desk.at}
    return Submission.objects.create(unit=desk.unit, number=last + 1, receipt=letter.receipt, **when, **said)


def _kept(submission: Submission, files: tuple[Hashed, ...], at: datetime) -> int:
    """Keep the files that do not lie there already, as far as there is room; how many."""
    there = set(submission.files.values_list("sha256", flat=True))
    fresh = list({each.sha256: each for each in files if each.sha256 not in there}.values())
    rows = [
        Protected(
            submission=submission,
            kind=each.kind,
            md5=each.md5,
            sha256=each.sha256,
            prints=[[one.quality, one.value] for one in each.prints],
            since=at,
        )
        for each in fresh[: max(0, MOST_UNDER_A_CODE - len(there))]
    ]
    Protected.objects.bulk_create(rows)
    return len(rows)


def take_allowed(desk: "Desk", letter: Letter, _told: Told) -> None:
    """Who may use them from now on; inside the transaction of whoever takes letters in."""
    key = bound(bytes(letter.receipt.digest), letter.kind)
    allowed = allowed_in(unseal_from(desk.opener, bytes(letter.sealed), key))
    submission = Submission.objects.filter(receipt=letter.receipt_id, withdrawn_at=None).first()
    if submission is None:
        raise Invalid(_("nothing lies there of which anybody could say who may use it"))
    # One that says yes to all may wait behind others: what was said after it counts, though it was taken in before.
    after = Letter.objects.filter(receipt=letter.receipt_id, kind=LetterKind.CONSENT, pk__gt=letter.pk)
    if not after.exclude(taken_at=None).exists():
        allow(submission, allowed, desk.at)
        said = {"act": "consents said anew by who sent them", "platforms": allowed.platforms, "tell": allowed.tell}
        desk.log(thing_of(submission), said)
    _done(letter, desk.at)
    desk.taken.consents += 1


def allow(submission: Submission, allowed: Allowed, at: datetime) -> None:
    """Let these use it from now on. What a list has of it is taken back by whoever tends lists. In a transaction."""
    if not allowed.platforms:
        for file in submission.files.filter(state=State.PROPOSED).order_by("pk"):
            advance(file, State.HELD, at)
    if not allowed.tell:
        Finding.objects.filter(file__submission=submission).delete()
        submission.files.update(looked_at=None)
    submission.platforms, submission.tell = allowed.platforms, allowed.tell
    submission.save(update_fields=["platforms", "tell"])
    write_standing(submission)


def hashes_withdrawn(desk: "Desk", receipt: int) -> None:
    """Who sent them wants them back: inside the transaction of whoever takes letters in."""
    submission = Submission.objects.filter(receipt=receipt, withdrawn_at=None).first()
    if submission is None:
        return
    count = take_back(submission, desk.at)
    desk.log(thing_of(submission), {"act": "hashes withdrawn by who sent them", "files": count})


def take_back(submission: Submission, at: datetime, by: Person | None = None) -> int:
    """Erase the hashes of a submission, and retract what was published of them; how many files. In a transaction."""
    count = 0
    for file in submission.files.exclude(state=State.WITHDRAWN).order_by("pk"):
        advance(file, State.WITHDRAWN, at)
        count += 1
    kept = {"who": "", "country": "", "language": "en", "withdrawn_at": day_of(at), "withdrawn_by": by}
    coarse = {name: day_of(getattr(submission, name)) for name in ("at", "taken_at")}
    Submission.objects.filter(pk=submission.pk).update(**kept, **coarse)
    return count


def thing_of(submission: Submission) -> str:
    """How the log calls what lies under one code."""
    return f"submission {submission.number}"
