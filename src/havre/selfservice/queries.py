"""Reads of what people sent; the first parameter is who asks."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.selfservice.models import Protected, Submission
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
