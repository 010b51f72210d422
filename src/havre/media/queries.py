"""Reads of media; the first parameter is who asks."""

from django.db.models import QuerySet

from havre.cases.models import Case
from havre.errors import NotFound
from havre.media.models import Medium, SealedFile
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def media_for(viewer: Person) -> QuerySet[Medium]:
    """Every medium this viewer may know of."""
    return visible_to(viewer, Medium.objects)


def medium_for(viewer: Person, sha256: bytes) -> Medium:
    """The medium with this SHA-256, if this viewer may know that it exists."""
    found = media_for(viewer).filter(sha256=sha256).first()
    if found is None:
        raise NotFound("there is no such medium")
    return found


def sealed_files_for(viewer: Person) -> QuerySet[SealedFile]:
    """Every sealed file of media this viewer may know of."""
    return visible_to(viewer, SealedFile.objects, "medium__unit").select_related("medium")


def medium_by_id(viewer: Person, number: int) -> Medium:
    """The medium with this number, if this viewer may know that it exists."""
    found = media_for(viewer).filter(pk=number).first()
    if found is None:
        raise NotFound("there is no such medium")
    return found


def case_of(viewer: Person, medium: Medium) -> Case | None:
    """The newest case this viewer may know of in which the medium was found; None where it was found in none."""
    found = visible_to(viewer, Case.objects).filter(intakes__items__exhibit__medium=medium)
    return found.order_by("-opened_at", "-id").first()
