"""A series and what became part of it, for whatever is told to others: it is the same whoever of the unit acts."""

from havre.series.models import Series


def united(series: Series) -> list[int]:
    """The series and all that became part of it."""
    found, ahead = [series.pk], [series.pk]
    while ahead:
        ahead = list(Series.objects.filter(merged_into__in=ahead).order_by("pk").values_list("pk", flat=True))
        found += ahead
    return found


def goes_on(series: Series) -> Series:
    """The series that stands for this one now: itself, or what it became part of."""
    return series if series.merged_into is None else goes_on(series.merged_into)
