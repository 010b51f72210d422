"""Crops at rest."""

import random
from dataclasses import replace

import pytest

from havre.errors import Broken
from havre.media.decode.outcomes import Cropped
from havre.series.crops import PURPOSES, Crops

MADE = Cropped(b"\xff\xd8large\xff\xd9", 60, 40, b"RIFF....WEBP", b"\xff\xd8small\xff\xd9")
OURS = Crops("1", b"k" * 32)


def test_a_crop_opens_with_the_units_key_alone() -> None:
    row = OURS.sealed(MADE)
    assert [OURS.plain(row, column) for column in PURPOSES] == [MADE.jpeg, MADE.small, MADE.veil]
    for other in (Crops("2", b"k" * 32), Crops("1", b"x" * 32)):
        with pytest.raises(Broken):
            other.plain(row, "jpeg")


def test_nothing_of_it_is_readable_at_rest() -> None:
    row = OURS.sealed(MADE)
    kept = b"".join(bytes(getattr(row, column)) for column in PURPOSES)
    assert [part for part in (b"large", b"small", b"WEBP") if part in kept] == []


@pytest.mark.parametrize("column", sorted(PURPOSES))
def test_a_flipped_bit_or_an_exchanged_column_is_noticed(column: str) -> None:
    row, chance = OURS.sealed(MADE), random.Random(column)
    whole = bytearray(getattr(row, column))
    at = chance.randrange(len(whole))
    whole[at] ^= 1 << chance.randrange(8)
    setattr(row, column, bytes(whole))
    with pytest.raises(Broken):
        OURS.plain(row, column)
    other = OURS.sealed(replace(MADE, jpeg=b"\xff\xd8other\xff\xd9"))
    setattr(row, column, getattr(other, column))
    with pytest.raises(Broken):
        OURS.plain(row, column)
    fresh = OURS.sealed(MADE)
    fresh.veil = fresh.small
    with pytest.raises(Broken):
        OURS.plain(fresh, "veil")
