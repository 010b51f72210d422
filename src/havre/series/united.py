"""A series and what became part of it, whoever of the unit asks: what is said of a part is said of the whole."""

from collections.abc import Collection

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.series.models import Series


def united(series: Series) -> list[int]:
    """The series and all that became part of it, which are of the same unit."""
    found, ahead = [series.pk], [series.pk]
    while ahead:
        ahead = list(_parts_of(ahead))
        found += ahead
    return found


@compiled
def _parts_of(series: Collection[int]) -> "QuerySet[Series, int]":
    return Series.objects.filter(merged_into__in=series).order_by("pk").values_list("pk", flat=True)


def goes_on(series: Series) -> Series:
    """The series that stands for this one now: itself, or what it became part of."""
    return series if series.merged_into is None else goes_on(series.merged_into)
