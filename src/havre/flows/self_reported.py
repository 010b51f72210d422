"""What people sent as hashes, for the unit to which they sent them: listed, read, answered, taken back on request."""

import os
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused
from havre.flows.at_page import WORKING
from havre.flows.forget import forget, wipe
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.self_report import take_back, thing_of
from havre.flows.self_shown import list_shown
from havre.hotline.letters import seal_answer
from havre.hotline.models import Answer
from havre.sealing.receipt import Random
from havre.selfservice.life import decide
from havre.selfservice.models import Decided, Protected, Submission
from havre.selfservice.queries import files_of, finding_for, findings_of, submission_for
from havre.units.acting import Acting

LONGEST = 5_000


def list_submissions(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """What people sent to the unit, the oldest first: files, what is allowed, how much was found; no hash."""
    return [
        submission_fields(each.submission) | {"files": each.files, "found": each.found, "waiting": each.waiting}
        for each in list_shown(home, acting)
    ]


def show_submission(home: Home, acting: Acting, number: int) -> dict[str, Any]:
    """What lies under one code, with its hashes where the unit may look for them, once it is written down who reads."""
    acting.must_be(*WORKING, to="read what people sent")
    submission = submission_for(acting.person, number)
    consulted(home, acting, thing_of(submission), {"act": "read"})
    files = [file_fields(each) for each in files_of(acting.person, submission)]
    # Who lets platforms alone have the hashes lets nobody here look for them: they are counted, and not read.
    shown = files if submission.tell else [_without_hashes(each) for each in files]
    return submission_fields(submission) | {"files": shown}


def _without_hashes(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"md5": "", "sha256": "", "pdq": []}


def submission_fields(submission: Submission) -> dict[str, Any]:
    """A submission without its hashes."""
    return {
        "submission": submission.number,
        "at": submission.at.isoformat(),
        "who": submission.who,
        "country": submission.country,
        "language": submission.language,
        "platforms": submission.platforms,
        "tell": submission.tell,
        "withdrawn_at": submission.withdrawn_at.isoformat() if submission.withdrawn_at else None,
    }


def file_fields(file: Protected) -> dict[str, Any]:
    """One file by its hashes."""
    return {
        "kind": file.kind,
        "state": file.state,
        "since": file.since.isoformat(),
        "because": file.because,
        "md5": file.md5,
        "sha256": file.sha256,
        "pdq": [value for _quality, value in file.prints],
    }


def withdraw_submission(home: Home, acting: Acting, number: int) -> int:
    """Somebody asked the unit to take their hashes back, having lost their code, say; how many files."""
    acting.must_be(*WORKING, to="take back what people sent")
    with durable():
        take_turn()
        submission = submission_for(acting.person, number)
        if submission.withdrawn_at is not None:
            raise Invalid(_("this was withdrawn already"))
        count = take_back(submission, acting.now(), acting.person)
        forget(submission.receipt, acting.now())
        log(home, acting, "erasure", thing_of(submission), {"act": "hashes withdrawn", "files": count})
    seal_log(home, acting)
    wipe()
    return count


def leave_finding(home: Home, acting: Acting, number: int, finding: int) -> None:
    """A person looked at something that was found, and there is nothing to tell: it waits no more."""
    acting.must_be(*WORKING, to="decide what people are told")
    with durable():
        take_turn()
        submission = submission_for(acting.person, number)
        decide(finding_for(acting.person, submission, finding), Decided.LEFT, acting.now(), acting.person)
        log(home, acting, "change", thing_of(submission), {"act": "nothing to tell of what was found"})
    seal_log(home, acting)


def leave_medium(home: Home, acting: Acting, number: int, sha256: str) -> None:
    """The same, for whoever names the medium by its SHA-256."""
    acting.must_be(*WORKING, to="decide what people are told")
    found = findings_of(acting.person, submission_for(acting.person, number)).filter(state=Decided.WAITING)
    key = next((each.pk for each in found if bytes(each.medium.sha256).hex() == sha256.strip().lower()), 0)
    leave_finding(home, acting, number, key)


def answer_media(home: Home, acting: Acting, number: int, text: str, media: Collection[str]) -> None:
    """The same as `answer_submission`, for whoever names by their SHA-256 the media of which they tell.

    Raises NotFound where one of them does not wait.
    """
    named = {each.strip().lower() for each in media}
    found = findings_of(acting.person, submission_for(acting.person, number)).filter(state=Decided.WAITING)
    waiting = {each.pk: sha256 for each in found if (sha256 := bytes(each.medium.sha256).hex()) in named}
    if named - set(waiting.values()):
        raise NotFound(_("nothing of that number was found"))
    answer_submission(home, acting, number, text, waiting)


def answer_submission(
    home: Home, acting: Acting, number: int, text: str, seen: Collection[int] = (), random: Random = os.urandom
) -> None:
    """A person tells who sent hashes what came of them; their code alone opens it. Raises Refused where none can.

    Of what was found, only what they have `seen` counts as told: what was found meanwhile waits.
    """
    acting.must_be(*WORKING, to="answer who sent hashes")
    kept = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not kept or len(kept) > LONGEST or not kept.replace("\n", "").isprintable():
        raise Invalid(_("an answer is text of %(most)s characters at most") % {"most": LONGEST})
    with durable():
        take_turn()
        submission = submission_for(acting.person, number)
        if submission.withdrawn_at is not None:
            raise Refused(_("nobody can read an answer to this any more: it was withdrawn"))
        if not submission.tell:
            raise Refused(_("who sent this did not ask to be told"))
        sealed = seal_answer(bytes(submission.receipt.sealing), kept, random)
        Answer.objects.create(receipt=submission.receipt, sealed=sealed, at=acting.now(), by=acting.person)
        # Compared here, not asked for: there may be more of them than one question may name.
        for finding in findings_of(acting.person, submission).filter(state=Decided.WAITING):
            if finding.pk in seen:
                decide(finding, Decided.TOLD, acting.now(), acting.person)
        log(home, acting, "change", thing_of(submission), {"act": "answered", "characters": len(kept)})
    seal_log(home, acting)
