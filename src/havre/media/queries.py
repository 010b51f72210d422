"""Reads of media; the first parameter is who asks."""

from django.db.models import QuerySet

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
