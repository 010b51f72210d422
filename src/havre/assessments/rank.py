"""In which order stacks are judged, and under which reason each stands: what is likely to matter comes first."""

from collections.abc import Mapping

from havre.assessments.models import SeriesIs, Stack, Tab

SEVERAL = 2
"""Files from which on a stack stands under `files`: somebody kept the same more than once."""

GROUPS = ("series", "safe", "files", "near", "linked", "unseen", "apart", "withdrawn")
"""Reasons in order: near an open series; near one whose children are safe, for what is new of it may be new abuse;
several files, near something known, a place that is seen elsewhere, a place nobody has, nothing to compare by; near a
series in which nobody looks any further.

Those of series are followed by the number of the series: `series:12`.
"""

OF_SERIES: Mapping[int, str] = {
    SeriesIs.OPEN: "series",
    SeriesIs.SAFE: "safe",
    SeriesIs.WITHDRAWN: "withdrawn",
}

_WIDE = 1 << 32


def heading_of(stack: Stack, disputed: bool = False) -> str:
    """Under which reason it stands, in its tab."""
    if stack.tab == Tab.JUDGED:
        return "judged"
    if stack.tab == Tab.SECOND:
        return "disputed" if disputed else "waiting"
    if stack.series is not None:
        return f"{OF_SERIES[stack.series_is]}:{stack.series}"
    if stack.files >= SEVERAL:
        return "files"
    if stack.tab == Tab.NEAR:
        return "near"
    return "linked" if stack.place else "apart" if stack.apart else "unseen"


def rank_of(stack: Stack, word: int = 0) -> int:
    """Its place in its tab; `word` is the last one said of it, by which the tabs of judged ones are ordered.

    What waits the longest for a second person comes first, what was judged last comes first.
    """
    if stack.tab == Tab.JUDGED:
        return -word
    if stack.tab == Tab.SECOND:
        return word + (_WIDE << 16) * (stack.heading == "waiting")
    group = GROUPS.index(stack.heading.partition(":")[0])
    return (group << 60) + (stack.series or 0) * _WIDE + _WIDE - 1 - min(stack.files, _WIDE - 1)
