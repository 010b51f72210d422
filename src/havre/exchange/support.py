"""Whether what others say of their series holds for one here by itself, or a person is to look first.

A picture that merely looks like another may be an innocent one, or made to look so. So one alone decides nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from havre.exchange.models import Kind, SameMedium, Shared
from havre.exchange.rules import SAME
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.matching.reference import HASH_BYTES, ORIENTATIONS
from havre.media.models import Fingerprint
from havre.restrictions.visible import known_in
from havre.series.models import Series

IDENTICAL = "identical"

MOST = 200
"""Media of a series of which is asked whether they look unlike one another."""


def agreeing(series: Series, ref: UUID, at: datetime) -> QuerySet[SameMedium]:
    """Media that the series holds by somebody's word and that are the same as some of the series of this reference of
    which its unit may know."""
    known = known_in(series.unit_id, Shared.objects.filter(series_ref=ref, withdrawn_at=None), at)
    same = SameMedium.objects.filter(theirs__in=known, kind__in=SAME)
    return same.filter(medium__member__series=series, medium__member__confirmed=True)


def supported(series: Series, ref: UUID | None, at: datetime) -> bool:
    """Whether both are the same series for all that anybody knows: it is the series itself, somebody of the unit says
    so, one file is the same to the byte, or two that look unlike one another agree. What somebody said is not the same
    supports nothing."""
    if ref is None:
        return False
    if Shared.objects.filter(kind=Kind.SERIES, ref=ref, node="", series=series).exists():
        return True
    rows = agreeing(series, ref, at)
    if rows.filter(said=True).exists():
        return True
    rows = rows.exclude(said=False)
    if rows.filter(kind=IDENTICAL).exists():
        return True
    return _look_unlike(rows.order_by("medium").values_list("medium", flat=True).distinct()[:MOST])


def _look_unlike(media: Iterable[int]) -> bool:
    """Whether two of these look unlike one another, however they are turned."""
    rows = Fingerprint.objects.filter(medium__in=list(media), partial=False, quality__gte=MIN_QUALITY)
    first: dict[int, bytes] = {}
    for medium, orientations in rows.order_by("medium", "frame").values_list("medium", "orientations"):
        first.setdefault(medium, bytes(orientations))
    looks = list(first.values())
    return any(_distance(looks[0], each) > MATCH_DISTANCE for each in looks[1:])


def _distance(turned: bytes, other: bytes) -> int:
    straight = int.from_bytes(other[:HASH_BYTES], "big")
    ways = (turned[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(ORIENTATIONS))
    return min((int.from_bytes(way, "big") ^ straight).bit_count() for way in ways)
