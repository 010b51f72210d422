"""Reads of media; the first parameter is who asks."""

from collections.abc import Callable

from django.db import connection
from django.db.models import QuerySet

from havre.errors import NotFound
from havre.media.models import Medium, SealedFile
from havre.restrictions.visible import visible_to
from havre.units.models import Person, Unit


def media_for(viewer: Person) -> QuerySet[Medium]:
    """Every medium this viewer may know of."""
    return visible_to(viewer, Medium.objects)


def medium_for(viewer: Person, sha256: bytes) -> Medium:
    """The medium with this SHA-256, if this viewer may know that it exists."""
    found = media_for(viewer).filter(sha256=sha256).first()
    if found is None:
        raise NotFound("there is no such medium")
    return found


def holder(unit: Unit) -> Callable[[bytes], bool]:
    """Tells whether the unit holds the bytes with a SHA-256; asked for every file, so without building a query."""
    table = Medium._meta.db_table
    question = f"SELECT 1 FROM {table} WHERE unit_id = %s AND sha256 = %s"  # noqa: S608 - the table is ours

    def holds(sha256: bytes) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(question, [unit.pk, sha256])
            return cursor.fetchone() is not None

    return holds


def sealed_files_for(viewer: Person) -> QuerySet[SealedFile]:
    """Every sealed file of media this viewer may know of."""
    return visible_to(viewer, SealedFile.objects, "medium__unit").select_related("medium")
