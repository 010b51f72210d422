"""What people sent as hashes, as somebody of their unit reads it on a page: no hash, what was found, what was done."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted
from havre.flows.self_report import thing_of
from havre.hotline.models import Answer
from havre.selfservice.models import Decided, Finding, Protected, Submission
from havre.selfservice.queries import files_of, findings_of, submission_for, submissions_of
from havre.units.acting import Acting


@dataclass(frozen=True, slots=True)
class Line:
    """One submission, counted."""

    submission: Submission
    files: int
    found: int
    """Media that look as if they were one of them."""
    waiting: int
    """Those of which nobody decided yet."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One submission, with what was found and answered."""

    submission: Submission
    files: tuple[Protected, ...]
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...]
    """When and by whom; only the code opens them."""

    @property
    def hashes(self) -> int:
        """How many there are."""
        return sum(len(each.prints) + 2 for each in self.files if each.sha256)

    @property
    def waiting(self) -> int:
        """What was found and nobody decided on."""
        return sum(each.state == Decided.WAITING for each in self.findings)


def list_shown(home: Home, acting: Acting, *, waiting: bool = False) -> list[Line]:
    """What people sent to the unit, the oldest first; only that of which something waits for a person."""
    acting.must_be(*WORKING, to="read what people sent")
    found = Counter(findings_of(acting.person).values_list("file__submission", "state"))
    undecided = {key for key, state in found if state == Decided.WAITING}
    rows = submissions_of(acting.person).annotate(count=Count("files"))
    lines = [
        Line(each, each.count, sum(found[each.pk, state] for state in Decided), found[each.pk, Decided.WAITING])
        for each in (rows.filter(pk__in=undecided) if waiting else rows)
    ]
    consulted(home, acting, "submissions", {"shown": len(lines)})
    return lines


def read_submission(home: Home, acting: Acting, number: int) -> Shown:
    """One of them, once it is written down who reads. Raises NotFound where there is none."""
    acting.must_be(*WORKING, to="read what people sent")
    submission = submission_for(acting.person, number)
    consulted(home, acting, thing_of(submission), {"act": "read"})
    answers = Answer.objects.filter(receipt=submission.receipt_id).select_related("by").order_by("id")
    files, findings = files_of(acting.person, submission), findings_of(acting.person, submission)
    return Shown(submission, tuple(files), tuple(findings), tuple(answers))
