"""Reads of media; the first parameter is who asks."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from havre.cases.models import Case
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.media.models import Exhibit, Fact, Fingerprint, Medium, SealedFile
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def media_for(viewer: Person) -> QuerySet[Medium]:
    """Every medium this viewer may know of."""
    return visible_to(viewer, Medium.objects)


@compiled
def media_of(viewer: Person, numbers: Collection[int]) -> QuerySet[Medium]:
    """Those of these media that this viewer may know of."""
    return media_for(viewer).filter(pk__in=numbers)


def sealed_files_for(viewer: Person) -> QuerySet[SealedFile]:
    """Every sealed file of media this viewer may know of."""
    return visible_to(viewer, SealedFile.objects, "medium__unit").select_related("medium")


def medium_by_id(viewer: Person, number: int) -> Medium:
    """The medium with this number, if this viewer may know that it exists."""
    found = _numbered(viewer, number)
    if not found:
        raise NotFound(_("there is no such medium"))
    return found[0]


@compiled
def _numbered(viewer: Person, number: int) -> QuerySet[Medium]:
    return media_for(viewer).filter(pk=number)


def case_of(viewer: Person, medium: Medium) -> Case | None:
    """The newest case this viewer may know of in which the medium was found; None where it was found in none."""
    return next(iter(_cases_of(viewer, medium.pk)), None)


@compiled
def _cases_of(viewer: Person, medium: int) -> QuerySet[Case]:
    found = visible_to(viewer, Case.objects).filter(intakes__items__exhibit__medium=medium)
    return found.order_by("-opened_at", "-id")[:1]


@compiled
def exhibits_of(viewer: Person, medium: int, most: Most) -> QuerySet[Exhibit]:
    """The places a medium was found at, the first first, with item, intake and case."""
    found = visible_to(viewer, Exhibit.objects.all(), "medium__unit").filter(medium=medium)
    return found.select_related("item__intake__case").order_by("id")[:most]


def first_paths(viewer: Person, media: Collection[int]) -> dict[int, str]:
    """Where each of these media was found first; those that lie nowhere are left out."""
    return {medium: path for medium, path in _first_paths(viewer, list(media)) if path is not None} if media else {}


@compiled
def _first_paths(viewer: Person, media: Collection[int]) -> "QuerySet[Medium, tuple[int, str | None]]":
    first = Exhibit.objects.filter(medium=OuterRef("pk")).order_by("id").values("item__path")[:1]
    return visible_to(viewer, Medium.objects).filter(id__in=media).values_list("id", Subquery(first))


def fingerprints_of(viewer: Person, medium: Medium) -> QuerySet[Fingerprint]:
    """The PDQ fingerprints of a medium, by frame."""
    return visible_to(viewer, Fingerprint.objects.all(), "medium__unit").filter(medium=medium).order_by("frame", "id")


@compiled
def first_fingerprints(viewer: Person, medium: int, most: Most) -> QuerySet[Fingerprint]:
    """The first of them."""
    rows = visible_to(viewer, Fingerprint.objects.all(), "medium__unit").filter(medium=medium)
    return rows.order_by("frame", "id")[:most]


@compiled
def fingerprints_first(viewer: Person, one: int, other: int) -> QuerySet[Fingerprint]:
    """The very first of each of two media."""
    rows = visible_to(viewer, Fingerprint.objects.all(), "medium__unit")
    first = (Subquery(rows.filter(medium=each).order_by("frame", "id").values("id")[:1]) for each in (one, other))
    return rows.filter(Q(id=next(first)) | Q(id=next(first)))


@compiled
def facts_of(viewer: Person, medium: int) -> QuerySet[Fact]:
    """What the file of a medium states of itself, in the order in which it was read."""
    return visible_to(viewer, Fact.objects.all(), "medium__unit").filter(medium=medium).order_by("id")


def orientations_of(viewer: Person, media: Collection[int]) -> dict[int, int]:
    """How the EXIF of these media asks to turn them, as far as it does: 2 to 8."""
    asked = visible_to(viewer, Fact.objects.all(), "medium__unit").filter(
        medium__in=media, field="EXIF:Orientation", value__in=list("2345678")
    )
    return {medium: int(value) for medium, value in asked.order_by("-id").values_list("medium", "value")}
