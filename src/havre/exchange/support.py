"""Whether what others say of their series holds for one here by itself, or a person is to look first.

A picture that merely looks like another may be an innocent one, or made to look so. So one alone decides nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from havre.exchange.models import Kind, SameMedium, Shared, SharedPrint
from havre.exchange.rules import SAME
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.matching.reference import HASH_BYTES, ORIENTATIONS
from havre.media.models import Fingerprint
from havre.restrictions.visible import known_in
from havre.series.models import Series

IDENTICAL = "identical"

MOST = 200
"""Media of a series of which is asked whether they look unlike one another."""
MOST_FRAMES = 500
"""Frames of one medium, and of what it agrees with, that are compared for that."""

Looks = NDArray[np.uint64]
"""Pictures, each in several orientations, each of these in words of its hash."""


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
    return _look_unlike(rows.order_by("medium"))


def _look_unlike(rows: QuerySet[SameMedium]) -> bool:
    """Whether what agrees of two media looks unlike what agrees of the other, on both sides.

    Of a film that is the frames that others have too: a title that two films share is one look, whatever else they
    show. What agrees by none of the frames that are told, a person is to look at.
    """
    kept: list[Looks] = []
    for medium in rows.values_list("medium", flat=True).distinct()[:MOST]:
        found = _agreed(medium, rows.filter(medium=medium))
        apart = [_apart(found, other) for other in kept] if len(found) else [(False, False)]
        if (True, True) in apart:
            return True
        if (False, False) not in apart:
            kept.append(found)
    return False


def _agreed(medium: int, rows: QuerySet[SameMedium]) -> Looks:
    """The frames of a medium, each in all its orientations, that look like a picture told of those it agrees with."""
    prints = SharedPrint.objects.filter(shared__in=rows.values("theirs"), pdq__isnull=False, quality__gte=MIN_QUALITY)
    frames = Fingerprint.objects.filter(medium=medium, partial=False, quality__gte=MIN_QUALITY).order_by("frame")
    found = _looks(frames.values_list("orientations", flat=True)[:MOST_FRAMES], ORIENTATIONS)
    agreed = np.zeros(len(found), np.bool_)
    for look in _looks(prints.order_by("pk").values_list("pdq", flat=True)[:MOST_FRAMES], 1):
        agreed |= _near(found, look[0])
    return found[agreed]


def _looks(of: Iterable[bytes | memoryview | None], ways: int) -> Looks:
    """Pictures of which so many hashes are given."""
    return np.frombuffer(b"".join(bytes(each or b"") for each in of), np.uint64).reshape(-1, ways, HASH_BYTES // 8)


def _apart(one: Looks, other: Looks) -> tuple[bool, bool]:
    """Whether the one has a look that the other has not, and the other one that the first has not."""
    near = np.array([_near(one, look[0]) for look in other])
    return bool((~near.any(0)).any()), bool((~near.any(1)).any())


def _near(looks: Looks, straight: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of these look like that, however they are turned."""
    near: NDArray[np.bool_] = np.bitwise_count(looks ^ straight).sum(2, dtype=np.int64).min(1) <= MATCH_DISTANCE
    return near
