"""Reads of series; the first parameter is who asks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from havre.errors import NotFound
from havre.media.models import Exhibit, Medium
from havre.restrictions.visible import visible_to
from havre.series.models import (
    Link,
    Member,
    Series,
    Status,
)
from havre.series.origins import chunks
from havre.units.models import Person

OVER = (Status.REJECTED, Status.MERGED, Status.DISSOLVED)
"""What became of a series that has no members any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """A medium as it is shown: what it is, and where it was found."""

    sha256: str
    path: str
    """The first place it was found at."""
    cases: tuple[str, ...]
    """All cases it was found in, the first first."""
    places: int = 1
    """In how many places it was found."""

    @property
    def name(self) -> str:
        """The file's own name and the beginning of its digest: what people call it by."""
        return f"{self.path.replace(chr(92), '/').rpartition('/')[2] or self.path} ({self.sha256[:8]})"


def series_for(viewer: Person, named: str) -> Series:
    """The series of this reference, S12 or 12, if this viewer may know that it exists."""
    digits = named.strip().upper().removeprefix("S")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
    found = visible_to(viewer, Series.objects).filter(number=number).select_related("decided_by", "merged_into").first()
    if found is None:
        raise NotFound(f"there is no series {named!r}: `havre series show` lists them")
    return found


def series_of(viewer: Person, over: bool = False) -> QuerySet[Series]:
    """The viewer's series with how many members each has, oldest first; those that are over only if asked for."""
    counted = visible_to(viewer, Series.objects).annotate(
        size=Count("members"), sure=Count("members", filter=Q(members__confirmed=True))
    )
    found = counted if over else counted.exclude(status__in=OVER).filter(size__gt=0)
    return found.select_related("decided_by", "merged_into").order_by("number")


def open_series(viewer: Person) -> dict[int, int]:
    """The number of the open series that each medium of the viewer's unit is in or is proposed for, by medium."""
    members = visible_to(viewer, Member.objects.all(), "series__unit").exclude(series__status__in=OVER)
    return dict(members.values_list("medium", "series__number"))


def held_media(viewer: Person, media: Collection[int]) -> dict[int, Held]:
    """What these media are and where they were found, of those that this viewer may know of."""
    digests: dict[int, str] = {}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for some in chunks(media):
        rows = visible_to(viewer, Medium.objects).filter(id__in=some)
        digests |= {medium: bytes(sha256).hex() for medium, sha256 in rows.values_list("id", "sha256")}
        exhibits = visible_to(viewer, Exhibit.objects.all(), "medium__unit").filter(medium__in=some).order_by("id")
        for medium, path, case in exhibits.values_list("medium", "item__path", "item__intake__case__reference"):
            found[medium].append((path, case))
    return {medium: _held(sha256, found[medium]) for medium, sha256 in sorted(digests.items())}


def _held(sha256: str, found: list[tuple[str, str]]) -> Held:
    cases = tuple(dict.fromkeys(case for _, case in found))
    return Held(sha256, found[0][0] if found else "", cases, len(found))


def series_with(viewer: Person, medium: Medium) -> Series | None:
    """The series a medium is in, if any."""
    return visible_to(viewer, Series.objects).filter(members__medium=medium).first()


def links_about(viewer: Person, medium: Medium, most: int) -> list[Link]:
    """The links that touch a medium, the rarest first, without those that rest on what was withdrawn."""
    rows = visible_to(viewer, Link.objects).filter(knowledge__source__withdrawn_at=None)
    touching = rows.filter(Q(one=medium) | Q(other=medium)).select_related("one", "other")
    return list(touching.order_by("expected_false", "id")[:most])


def link_for(viewer: Person, number: int) -> Link:
    """The link of this number, if this viewer may know that it exists."""
    rows = visible_to(viewer, Link.objects).filter(knowledge__source__withdrawn_at=None, pk=number)
    found = rows.select_related("one", "other").first()
    if found is None:
        raise NotFound("there is no such link: it may have been looked at again since")
    return found
