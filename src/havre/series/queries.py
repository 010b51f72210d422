"""Reads of series; the first parameter is who asks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.media.models import Fact, Medium
from havre.restrictions.visible import visible_to
from havre.series.models import (
    Claim,
    Clue,
    ClueCrop,
    Comment,
    Decision,
    Life,
    Link,
    LinkKind,
    Member,
    Series,
    Stamp,
    Status,
    Step,
)
from havre.series.models import Move as Moved
from havre.series.origins import chunks
from havre.series.stacks import Belonging, Stack, stacked
from havre.series.steps import Course, course
from havre.units.models import Person

OVER = (Status.REJECTED, Status.MERGED, Status.DISSOLVED)
"""What became of a series that has no members any more."""

BELONGING = ("medium", "confirmed", "medium__family")

MOST_COMMENTS = 200
"""Comments on one series that a page shows."""
MOST_EVENTS = 200
"""Moves and words on one series that a page shows."""


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
    found = _of_number(viewer, number)
    if not found:
        raise NotFound(_("there is no series %(named)r: `havre series show` lists them") % {"named": named})
    return found[0]


@compiled
def _of_number(viewer: Person, number: int) -> QuerySet[Series]:
    rows = visible_to(viewer, Series.objects).filter(number=number)
    return rows.select_related("decided_by", "merged_into")[:1]


def series_of(viewer: Person, over: bool = False) -> QuerySet[Series]:
    """The viewer's series with how many members each has, oldest first; those that are over only if asked for."""
    counted = visible_to(viewer, Series.objects).annotate(
        size=Count("members"), sure=Count("members", filter=Q(members__confirmed=True))
    )
    found = counted if over else counted.exclude(status__in=OVER).filter(size__gt=0)
    return found.select_related("decided_by", "merged_into").order_by("number")


def held_media(viewer: Person, media: Collection[int]) -> dict[int, Held]:
    """What these media are and where they were found, of those that this viewer may know of."""
    digests: dict[int, str] = {}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for some in chunks(media):
        for medium, sha256, path, case in _found(viewer, some):
            digests[medium] = bytes(sha256).hex()
            found[medium] += [(path, case)] if path is not None and case is not None else []
    return {medium: _held(sha256, found[medium]) for medium, sha256 in sorted(digests.items())}


@compiled
def _found(
    viewer: Person, media: Collection[int]
) -> "QuerySet[Medium, tuple[int, bytes | memoryview, str | None, str | None]]":
    """Each place of these media, the first first; nothing in place of one where a medium lies at none."""
    rows = visible_to(viewer, Medium.objects).filter(id__in=media).order_by("exhibits__id")
    return rows.values_list("id", "sha256", "exhibits__item__path", "exhibits__item__intake__case__reference")


def _held(sha256: str, found: list[tuple[str, str]]) -> Held:
    cases = tuple(dict.fromkeys(case for _, case in found))
    return Held(sha256, found[0][0] if found else "", cases, len(found))


def series_with(viewer: Person, medium: Medium) -> Series | None:
    """The series a medium is in, if any."""
    return next(iter(_with_medium(viewer, medium.pk)), None)


@compiled
def _with_medium(viewer: Person, medium: int) -> QuerySet[Series]:
    return visible_to(viewer, Series.objects).filter(members__medium=medium).order_by("id")[:1]


def links_about(viewer: Person, medium: Medium, most: int) -> list[Link]:
    """The links that touch a medium, the rarest first, without those that rest on what was withdrawn."""
    return _links_about(viewer, medium.pk, Most(most))


@compiled
def _links_about(viewer: Person, medium: int, most: int) -> QuerySet[Link]:
    rows = visible_to(viewer, Link.objects).filter(knowledge__source__withdrawn_at=None)
    touching = rows.filter(Q(one=medium) | Q(other=medium)).select_related("one", "other")
    return touching.order_by("expected_false", "id")[:most]


def link_for(viewer: Person, number: int) -> Link:
    """The link of this number, if this viewer may know that it exists."""
    rows = visible_to(viewer, Link.objects).filter(knowledge__source__withdrawn_at=None, pk=number)
    found = rows.select_related("one", "other").first()
    if found is None:
        raise NotFound(_("there is no such link: it may have been looked at again since"))
    return found


# ---- the life of series ----


def in_stacks(viewer: Person, series: Series) -> list[Stack]:
    """The members of a series in stacks, those of the first medium first."""
    members = _belonging(viewer, series.pk)
    told = {medium: Belonging(sure, family == "video") for medium, sure, family in members}
    return stacked(told, _near_pairs(viewer, series.pk))


@compiled
def _near_pairs(viewer: Person, series: int) -> "QuerySet[Link, tuple[int, int]]":
    near = visible_to(viewer, Link.objects).filter(kind=LinkKind.NEAR, evidence__has_key="distance")
    return near.filter(one__member__series=series, other__member__series=series).values_list("one", "other")


@compiled
def _belonging(viewer: Person, series: int) -> "QuerySet[Member, tuple[int, bool, str]]":
    members = visible_to(viewer, Member.objects.all(), "series__unit").filter(series=series)
    return members.values_list(*BELONGING)


def series_holding(viewer: Person, media: Collection[int]) -> dict[int, Series]:
    """The series that each of these few media is in."""
    return {member.medium_id: member.series for member in _members(viewer, list(media))}


@compiled
def _members(viewer: Person, media: Collection[int]) -> QuerySet[Member]:
    members = visible_to(viewer, Member.objects.all(), "series__unit").filter(medium__in=media)
    return members.select_related("series")


def series_page(
    viewer: Person, which: Q, before: int | None, most: int, claimed_at: datetime | None = None
) -> list[Series]:
    """The newest series that are this, below a number; with how many members each has.

    With a time, those that the viewer has a claim on then. `which` holds nothing that differs from call to call.
    """
    return series_counted(viewer, _page(viewer, which, before, Most(most), claimed_at))


@compiled
def _page(
    viewer: Person, which: Q, before: int | None, most: int, claimed_at: datetime | None
) -> "QuerySet[Series, int]":
    found = visible_to(viewer, Series.objects).filter(which)
    if before is not None:
        found = found.filter(number__lt=before)
    if claimed_at is not None:
        found = found.filter(claims__by=viewer.pk, claims__released_at=None, claims__until__gt=claimed_at)
    return found.order_by("-number").values_list("id", flat=True)[:most]


@compiled
def series_counted(viewer: Person, keys: Collection[int]) -> QuerySet[Series]:
    """These series, the newest first, with how many members each has."""
    return series_of(viewer, over=True).filter(id__in=keys).order_by("-number")


def courses(viewer: Person, series: Sequence[Series], now: datetime) -> dict[int, Course]:
    """The eight steps and the clock of each of these series, by their keys."""
    stamped = _stamped(viewer, series)
    over = [each.pk for each in series if each.life in (Life.SAFEGUARDED, Life.WITHDRAWN)]
    ended = dict(_ends(viewer, over)) if over else {}
    return {each.pk: course(stamped[each.pk], now, ended.get(each.pk)) for each in series}


@compiled
def _ends(viewer: Person, series: Collection[int]) -> "QuerySet[Moved, tuple[int, datetime]]":
    ends = visible_to(viewer, Moved.objects.all(), "series__unit").filter(
        series__in=series, became__in=(Life.SAFEGUARDED, Life.WITHDRAWN)
    )
    return ends.order_by("id").values_list("series", "at")


def _stamped(viewer: Person, series: Sequence[Series]) -> dict[int, dict[Step, datetime]]:
    """When each step was done: what Havre times by itself, and what people said."""
    found = {each.pk: _by_itself(each) for each in series}
    for key, step, at in _stamps(viewer, list(found)):
        found[key][Step(step)] = at
    return found


def _by_itself(series: Series) -> dict[Step, datetime]:
    timed = {Step.FIND: series.found_at, Step.UPLOAD: series.uploaded_at, Step.COMPARE: series.created_at}
    return {step: at for step, at in timed.items() if at is not None}


@compiled
def _stamps(viewer: Person, series: Collection[int]) -> "QuerySet[Stamp, tuple[int, str, datetime]]":
    said = visible_to(viewer, Stamp.objects.all(), "series__unit").filter(series__in=series)
    return said.values_list("series", "step", "at")


def claims_of(viewer: Person, series: Collection[int]) -> dict[int, Claim]:
    """The claim on each of these series that nobody gave back, whether it holds now or ran out."""
    return {claim.series_id: claim for claim in _claims(viewer, list(series))}


@compiled
def _claims(viewer: Person, series: Collection[int]) -> QuerySet[Claim]:
    rows = visible_to(viewer, Claim.objects.all(), "series__unit").filter(series__in=series, released_at=None)
    return rows.select_related("by__unit")


@compiled
def comments_of(viewer: Person, series: Collection[int]) -> QuerySet[Comment]:
    """What was said of these series and not withdrawn, the newest first."""
    said = visible_to(viewer, Comment.objects.all(), "series__unit").filter(series__in=series, withdrawn_at=None)
    return said.select_related("by").order_by("-at", "-id")[:MOST_COMMENTS]


def comment_for(viewer: Person, series: Collection[int], number: int) -> Comment:
    """A comment on these series, if this viewer may know of it."""
    said = visible_to(viewer, Comment.objects.all(), "series__unit").filter(series__in=series, pk=number)
    found = said.select_related("by").first()
    if found is None:
        raise NotFound(_("there is no such comment on this series"))
    return found


@compiled
def moves_of(viewer: Person, series: Collection[int]) -> QuerySet[Moved]:
    """How the life of these series went, the newest first."""
    rows = visible_to(viewer, Moved.objects.all(), "series__unit").filter(series__in=series)
    return rows.select_related("by").order_by("-at", "-id")[:MOST_EVENTS]


@compiled
def decisions_on(viewer: Person, series: Collection[int]) -> QuerySet[Decision]:
    """The words of analysts on these series, the newest first."""
    rows = visible_to(viewer, Decision.objects.all(), "series__unit").filter(series__in=series)
    return rows.select_related("by").order_by("-at", "-id")[:MOST_EVENTS]


# ---- clues ----


@compiled
def clues_of(viewer: Person, series: Collection[int]) -> QuerySet[Clue]:
    """The clues of these series, in the order they were drawn, withdrawn ones too; without the bytes of their crops."""
    rows = visible_to(viewer, Clue.objects.all(), "series__unit").filter(series__in=series)
    return rows.select_related("series", "medium", "by", "withdrawn_by").order_by("at", "id")


def clue_for(viewer: Person, series: Collection[int], key: int) -> Clue:
    """A clue of these series, if this viewer may know of it."""
    rows = visible_to(viewer, Clue.objects.all(), "series__unit").filter(series__in=series, pk=key)
    found = rows.select_related("series", "medium").first()
    if found is None:
        raise NotFound(_("there is no such clue"))
    return found


def crop_for(viewer: Person, clue: Clue) -> ClueCrop:
    """The crop of a clue that is not withdrawn, if this viewer may know of it."""
    rows = visible_to(viewer, ClueCrop.objects.all(), "clue__series__unit").filter(clue=clue, clue__withdrawn_at=None)
    found = rows.select_related("asked_by", "confirmed_by").first()
    if found is None:
        raise NotFound(_("there is no crop of this clue"))
    return found


def crops_of(viewer: Person, series: Collection[int]) -> dict[int, ClueCrop]:
    """The crops of the clues of these series by clue, without their largest size."""
    return {crop.clue_id: crop for crop in _crops(viewer, list(series))}


@compiled
def _crops(viewer: Person, series: Collection[int]) -> QuerySet[ClueCrop]:
    rows = visible_to(viewer, ClueCrop.objects.all(), "clue__series__unit").filter(
        clue__series__in=series, clue__withdrawn_at=None
    )
    return rows.defer("jpeg").select_related("asked_by", "confirmed_by")


def member_media(viewer: Person, series: Series, after: int, most: int) -> list[Medium]:
    """Members of a series with a picture, the oldest first, from after this one on."""
    return _member_media(viewer, series.pk, after, Most(most))


@compiled
def _member_media(viewer: Person, series: int, after: int, most: int) -> QuerySet[Medium]:
    rows = visible_to(viewer, Medium.objects).filter(member__series=series, id__gt=after)
    return rows.exclude(veil=b"").order_by("id")[:most]


def member_medium(viewer: Person, series: Series, number: int) -> Medium:
    """A member of a series, if this viewer may know of it."""
    found = visible_to(viewer, Medium.objects).filter(member__series=series, pk=number).first()
    if found is None:
        raise NotFound(_("that is no member of this series"))
    return found


def places_of(viewer: Person, series: Series, most: int) -> list[tuple[float, float]]:
    """Longitude and latitude that members of a series state, each place once; at most so many."""
    stated: dict[int, dict[str, str]] = defaultdict(dict)
    for medium, name, value in _stating_places(viewer, series.pk):
        stated[medium].setdefault(name, value)
    return sorted({place for told in stated.values() if (place := _place(told))})[:most]


@compiled
def _stating_places(viewer: Person, series: int) -> "QuerySet[Fact, tuple[int, str, str]]":
    rows = visible_to(viewer, Fact.objects.all(), "medium__unit").filter(medium__member__series=series)
    return rows.filter(name__in=("latitude", "longitude")).values_list("medium", "name", "value")


def _place(told: dict[str, str]) -> tuple[float, float] | None:
    try:
        longitude, latitude = float(told["longitude"]), float(told["latitude"])
    except (KeyError, ValueError):
        return None
    return (round(longitude, 4), round(latitude, 4)) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
