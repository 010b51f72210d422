"""What is planted on the board is told from what is for others and from what was found besides."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from bench.check import right, sample_of
from bench.check_board import FOR_OTHERS, for_others, ours_pdq, planted, same_bytes

MEDIA, SHARED = 1_000, 5_000

WANTED = [
    [ours, theirs, "identical" if same_bytes(ours) else "near"]
    for ours, theirs in planted(MEDIA, SHARED).items()
    if not for_others(theirs)
]
SAMPLE = [[ours, theirs] for ours, theirs in planted(MEDIA, SHARED).items() if ours in sample_of(MEDIA)]
THEIRS = next(number for number in range(FOR_OTHERS) if for_others(number))


@pytest.mark.parametrize(
    ("pairs", "is_right"),
    [
        (WANTED, True),
        (WANTED[1:], False),
        ([*WANTED[:-1], [*WANTED[-1][:2], "unlike"]], False),
        ([*WANTED, [1, THEIRS, "near"]], False),
        ([*WANTED, [sample_of(MEDIA)[0], 4, "near"]], False),
    ],
)
def test_a_check_is_right_if_it_finds_what_the_plain_pass_finds_and_nothing_of_others(
    pairs: Sequence[Sequence[Any]], is_right: bool
) -> None:
    assert right(MEDIA, SHARED, pairs, SAMPLE) is is_right


def test_planted_media_look_like_what_they_are_planted_on() -> None:
    theirs = np.random.default_rng(1).integers(0, 256, (SHARED, 32), dtype=np.uint8)
    ours = ours_pdq(MEDIA, theirs)
    for one, other in planted(MEDIA, SHARED).items():
        nearest = np.bitwise_count(ours[one] ^ theirs[other]).sum(axis=1).min()
        assert nearest == 0 if same_bytes(one) else 1 <= nearest <= 31
