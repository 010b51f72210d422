"""Which part of one sound is heard in another: aligned segments of two fingerprints, and how surely they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.audio import Soundprint
from havre.fingerprints.chromaprint import WINDOW_SECONDS
from havre.matching.sound_chance import needed_agreement
from havre.matching.sound_keys import candidates, tables_of
from havre.matching.sound_stretches import BITS, LONGEST_GAP, LONGEST_SILENCE, Stretch, stretches
from havre.matching.sound_worth import distinct, sameness

AGREEING_BITS = 24
"""Of 32, so many equal bits make two items agree."""

MOST_DRIFT = 0.05
"""By how much the offset may change per item within one segment: it is played that much faster or slower."""

WHOLE = 0.8
"""Share of the items of a sound that tell anything from which a segment is all of it."""

MOST_OFFSETS = 64
MOST_COMPARED = 2_000_000
"""Items that one comparison of two sounds looks at: two films of ten hours at 7 offsets."""

LONGEST_LOOKED_THROUGH = 1024
"""Items of a segment, 2 minutes, in which repetition is looked for; if there is none, the rest counts too."""

REACHES_BEFORE, REACHES_BEYOND = 0.6, 1.4
"""Seconds by which the windows of the outer items that agree reach over what is shared: medians of 72 cases, of which
the middle eight in ten lie within 1.1 s of it at the start and 0.5 s at the end (tests/matching/test_sound.py)."""

Span = tuple[float, float]
"""Seconds from and to, in a file."""


@dataclass(frozen=True, slots=True)
class SoundSegment:
    """One part of the query that is heard in a part of the known sound."""

    query_span: Span
    match_span: Span
    items: int
    """Items compared: those that tell anything on both sides."""

    agreeing: int
    """Those of them of which at least AGREEING_BITS are equal."""

    distinct: int
    """How many items the segment is worth: what repeats itself counts once."""

    sameness: float
    """How many times more than usual the sounds are like themselves elsewhere, at least 1."""

    query_share: float
    match_share: float
    """Which share of each sound this is, by time."""

    bit_error_rate: float
    """Share of bits that differ."""

    agreement: float
    """Beyond chance: 0 unrelated, 1 equal."""

    speed: float
    """How many times faster the query plays it than the known sound does."""


def segments(query: Soundprint, known: Soundprint, offsets: Sequence[int] | None = None) -> list[SoundSegment]:
    """Every part of the query that is heard in the known sound, in the order of the query, no part twice.

    Looked for at the offsets given, the likeliest first, or at those where most of their keys are equal.
    """
    free = query.informative.copy()
    whole = WHOLE * min(int(query.informative.sum()), int(known.informative.sum()))
    found: list[Stretch] = []
    likely = _likely(query, known) if offsets is None else offsets
    for offset in likely[: max(MOST_COMPARED // max(len(free), 1), 1)]:
        for stretch in stretches(query, known, offset, free):
            if stretch.agreement >= needed_agreement(len(stretch.mine), whole=len(stretch.mine) >= whole):
                free[stretch.mine[0] : stretch.mine[-1] + 1] = False
                found.append(stretch)
    found.sort(key=lambda stretch: int(stretch.mine[0]))
    told = [_segment(query, known, parts) for parts in _joined(query, found)]
    return [each for each in told if each.agreement >= _needed(each, whole)]


def _needed(segment: SoundSegment, whole: float) -> float:
    return needed_agreement(segment.distinct, segment.sameness, whole=segment.items >= whole)


def _likely(query: Soundprint, known: Soundprint) -> list[int]:
    found = candidates(tables_of([known]), query, most=MOST_OFFSETS, each=MOST_OFFSETS)
    return [candidate.offset for candidate in found]


def _joined(query: Soundprint, found: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches that go on from one another, at nearly the same offset, together."""
    joined = [[stretch] for stretch in found[:1]]
    for before, stretch in pairwise(found):
        if _goes_on(query, before, stretch):
            joined[-1].append(stretch)
        else:
            joined.append([stretch])
    return joined


def _goes_on(query: Soundprint, before: Stretch, stretch: Stretch) -> bool:
    between = slice(int(before.mine[-1]) + 1, int(stretch.mine[0]))
    if between.stop - between.start > LONGEST_SILENCE or query.informative[between].sum() > LONGEST_GAP:
        return False
    apart = _middle(stretch) - _middle(before)
    return abs(stretch.offset - before.offset) <= max(1, MOST_DRIFT * apart)


def _middle(stretch: Stretch) -> float:
    return float(stretch.mine[0] + stretch.mine[-1]) / 2


def _segment(query: Soundprint, known: Soundprint, parts: Sequence[Stretch]) -> SoundSegment:
    mine = np.concatenate([part.mine for part in parts])
    theirs = np.concatenate([part.mine + part.offset for part in parts])
    wrong = np.bitwise_count(query.items[mine] ^ known.items[theirs])
    errors, chance = sum(part.errors for part in parts), sum(part.chance for part in parts)
    query_span = _span(query, mine, theirs, len(known.items))
    match_span = _span(known, theirs, mine, len(query.items))
    return SoundSegment(
        query_span=query_span,
        match_span=match_span,
        items=len(mine),
        agreeing=int((wrong <= BITS - AGREEING_BITS).sum()),
        distinct=_worth(query, mine),
        sameness=max(_sameness(query, mine), _sameness(known, theirs)),
        query_share=min((query_span[1] - query_span[0]) / query.seconds, 1.0),
        match_share=min((match_span[1] - match_span[0]) / known.seconds, 1.0),
        bit_error_rate=errors / (BITS * len(mine)),
        agreement=1 - errors / chance,
        speed=_speed(parts),
    )


def _worth(query: Soundprint, mine: NDArray[np.int64]) -> int:
    looked = mine[:LONGEST_LOOKED_THROUGH]
    worth = distinct(query.items, looked)
    return worth if worth < len(looked) else len(mine)


def _sameness(sound: Soundprint, items: NDArray[np.int64]) -> float:
    told = np.flatnonzero(sound.informative)
    return sameness(sound.items[told], int(np.searchsorted(told, items[len(items) // 2])))


def _span(sound: Soundprint, items: NDArray[np.int64], others: NDArray[np.int64], count: int) -> Span:
    """Where the segment lies: within the windows of its outer items, or to the end of a sound that ends there."""
    first, last = int(items[0]), int(items[-1])
    begins = min(first, int(others[0])) == 0
    ends = last == len(sound.items) - 1 or int(others[-1]) == count - 1
    start = sound.moment(first) + (0 if begins else REACHES_BEFORE)
    return start, sound.moment(last) + WINDOW_SECONDS - (0 if ends else REACHES_BEYOND)


def _speed(parts: Sequence[Stretch]) -> float:
    """How much further the known sound went while the query went on, from the first part to the last."""
    apart = _middle(parts[-1]) - _middle(parts[0])
    return 1 + (parts[-1].offset - parts[0].offset) / apart if apart else 1.0
