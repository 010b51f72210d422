"""Reads of what people sent; the first parameter is who asks."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.selfservice.models import Decided, Finding, Protected, Submission
from havre.units.models import Person


def submissions_of(viewer: Person) -> "QuerySet[Submission]":
    """What was sent to the viewer's unit, the oldest first."""
    return visible_to(viewer, Submission.objects).select_related("receipt").order_by("number")


def submission_for(viewer: Person, number: int) -> Submission:
    """One of them by its number. Raises NotFound where there is none."""
    found = submissions_of(viewer).filter(number=number).first()
    if found is None:
        raise NotFound(_("nothing of that number was sent"))
    return found


def files_of(viewer: Person, submission: Submission) -> "QuerySet[Protected]":
    """Its pictures and films, by their hashes, in the order in which they came."""
    rows = visible_to(viewer, Protected.objects, "submission__unit")
    return rows.filter(submission=submission).order_by("pk")


def findings_of(viewer: Person, submission: Submission | None = None) -> "QuerySet[Finding]":
    """What the unit holds of what people, or one of them, asked to be told of; the same bytes first, then the nearest.

    Only media that the viewer may know of.
    """
    rows = visible_to(viewer, Finding.objects, "file__submission__unit")
    rows = visible_to(viewer, rows, "medium__unit").select_related("file__submission", "medium", "decided_by")
    rows = rows if submission is None else rows.filter(file__submission=submission)
    return rows.order_by("file__submission__number", F("distance").asc(nulls_first=True), "pk")


def findings_waiting(viewer: Person) -> "QuerySet[Finding]":
    """Those of them of which nobody decided yet whether there is anything to tell."""
    return findings_of(viewer).filter(state=Decided.WAITING)


def finding_for(viewer: Person, submission: Submission, number: int) -> Finding:
    """One of those of a submission. Raises NotFound where there is none."""
    found = findings_of(viewer, submission).filter(pk=number).first()
    if found is None:
        raise NotFound(_("nothing of that number was found"))
    return found
