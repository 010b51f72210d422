"""How far unrelated sounds agree by chance: measured, and what it makes of a segment that was found.

Measured by `python -m bench.sound_chance`, docs/calibration-sound.md has every figure: for each length the worst of ten
kinds of sounds, in millions of windows each. Where fewer were measured than a figure says, the last tenth goes on.
"""

from bisect import bisect_right

LENGTHS = (12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Items compared."""

ONE_IN_A_MILLION = (0.497, 0.497, 0.404, 0.404, 0.313, 0.310, 0.292, 0.230, 0.202, 0.190)
"""The agreement that one window of such a length in a million exceeds."""

A_TENTH = (0.065, 0.065, 0.055, 0.050, 0.040, 0.037, 0.035, 0.021, 0.016, 0.014)
"""By so much more agreement, a tenth of the windows exceeds it: measured between one in 10,000 and one in a million."""

NEEDED = 11
"""A segment counts where chance gives its agreement to one window in ten to the power of this."""

NEEDED_WHOLE = 9
"""The same where the segment is the whole of one of the sounds: it can lie in fewer places than a part can."""


MOST_SAMENESS = 2.0
"""What unrelated sounds agree by is at most taken as so many times the figures of the table."""

ENOUGH = 0.93
"""Agreement that is enough however much a sound is like itself, if the table does not ask for more."""


def needed_agreement(distinct: int, sameness: float = 1.0, *, whole: bool = False) -> float:
    """From which agreement on a segment of so many distinct items is a match; none is with fewer than the fewest.

    Sounds that are so many times more like themselves elsewhere than usual are so many times more like others.
    """
    if distinct < LENGTHS[0]:
        return float("inf")
    limit, tenth = _at(distinct)
    needed = limit + tenth * ((NEEDED_WHOLE if whole else NEEDED) - 6)
    return max(min(sameness * needed, ENOUGH), needed)


def false_share(distinct: int, agreement: float, sameness: float = 1.0) -> float:
    """Which share of unrelated windows of so many distinct items agrees at least so well."""
    if distinct < LENGTHS[0]:
        return 1.0
    limit, tenth = _at(distinct)
    return float(min(10.0 ** (-6 - (agreement / sameness - limit) / tenth), 1.0))


def expected_false(distinct: int, agreement: float, sameness: float, query_items: int, known_items: int) -> float:
    """How many segments as good as this a query of so many items finds by chance among known sounds of so many."""
    windows = max(query_items / max(distinct, 1), 1.0) * known_items
    return false_share(distinct, agreement, sameness) * windows


def _at(distinct: int) -> tuple[float, float]:
    """Both figures for a length: in between by a straight line, beyond the longest those of the longest."""
    left = bisect_right(LENGTHS, distinct) - 1
    if left == len(LENGTHS) - 1:
        return ONE_IN_A_MILLION[-1], A_TENTH[-1]
    share = (distinct - LENGTHS[left]) / (LENGTHS[left + 1] - LENGTHS[left])
    limit, tenth = (row[left] + share * (row[left + 1] - row[left]) for row in (ONE_IN_A_MILLION, A_TENTH))
    return limit, tenth
