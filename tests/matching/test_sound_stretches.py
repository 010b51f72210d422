"""Stretches of agreement at one offset: where they are, and what chance leaves of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from havre.fingerprints.audio import Soundprint
from havre.matching.sound_stretches import (
    FEWEST_ITEMS,
    LONGEST_GAP,
    LONGEST_SILENCE,
    Items,
    Stretch,
    compare,
    errors_by_chance,
    moving,
    stretches,
)
from tests.matching.heard import of_items


def chance_items(count: int, seed: int) -> Items:
    """Items without any order."""
    return np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32)


def all_stretches(query: Soundprint, held: Soundprint, offset: int) -> list[Stretch]:
    """With every item free."""
    return list(stretches(query, held, offset, query.informative))


def within(count: int, start: int, part: Items, seed: int) -> Soundprint:
    """A part amid other items."""
    items = chance_items(count, seed)
    items[start : start + len(part)] = part
    return of_items(items)


@given(
    length=st.integers(FEWEST_ITEMS, 90),
    mine=st.integers(0, 100),
    theirs=st.integers(0, 100),
    seed=st.integers(0, 10**6),
)
def test_what_two_sounds_share_is_found_item_for_item(length: int, mine: int, theirs: int, seed: int) -> None:
    part = chance_items(length, seed)
    query, held = within(200, mine, part, seed + 1), within(210, theirs, part, seed + 2)
    (found,) = all_stretches(query, held, theirs - mine)
    assert abs(int(found.mine[0]) - mine) <= 1
    assert abs(int(found.mine[-1]) - (mine + length - 1)) <= 1
    assert found.agreement > 0.9


@given(offset=st.integers(-300, 300), seed=st.integers(0, 10**6))
def test_sounds_that_share_nothing_have_no_stretch(offset: int, seed: int) -> None:
    assert all_stretches(of_items(chance_items(250, seed)), of_items(chance_items(250, seed + 1)), offset) == []


@pytest.mark.parametrize(("gap", "count"), [(3, 1), (LONGEST_GAP - 1, 1), (LONGEST_GAP + 40, 2)])
def test_a_disturbance_is_bridged_if_it_is_short(gap: int, count: int) -> None:
    items = chance_items(200, 1)
    disturbed = items.copy()
    disturbed[80 : 80 + gap] = chance_items(gap, 2)
    assert len(all_stretches(of_items(disturbed), of_items(items), 0)) == count


@pytest.mark.parametrize(("gap", "count"), [(100, 1), (LONGEST_SILENCE - 5, 1), (LONGEST_SILENCE + 5, 2)])
def test_silence_is_bridged_if_it_is_not_long(gap: int, count: int) -> None:
    sound = of_items(chance_items(400, 1))
    sound.informative[80 : 80 + gap] = False
    found = all_stretches(sound, sound, 0)
    assert len(found) == count
    assert sum(len(stretch.mine) for stretch in found) == 400 - gap


def test_items_that_are_not_free_are_left_out() -> None:
    sound = of_items(chance_items(100, 1))
    free = np.arange(100) >= 50
    (found,) = stretches(sound, sound, 0, free)
    assert (int(found.mine[0]), len(found.mine)) == (50, 50)


def slow_chance(mine: Items, theirs: Items) -> float:
    """Bit by bit: how often each would differ if it were set as often as it is, but independently."""
    total = 0.0
    for bit in range(32):
        ones, others = (float(((items >> np.uint32(bit)) & 1).mean()) for items in (mine, theirs))
        total += ones * (1 - others) + others * (1 - ones)
    return total * len(mine)


@given(seed=st.integers(0, 10**6), count=st.integers(1, 60), mask=st.integers(0, 2**32 - 1))
def test_chance_is_what_reckoning_bit_by_bit_gives(seed: int, count: int, mask: int) -> None:
    mine, theirs = chance_items(count, seed) & np.uint32(mask), chance_items(count, seed + 1)
    assert errors_by_chance(mine, theirs, count)[0] == pytest.approx(slow_chance(mine, theirs))


def test_agreement_is_one_for_equal_items_and_none_for_what_never_changes() -> None:
    items, constant = chance_items(50, 3), np.full(50, 7, np.uint32)
    assert compare(0, np.arange(50), items, items).agreement == 1
    assert compare(0, np.arange(50), items, ~items).agreement < -0.9
    assert errors_by_chance(constant, constant, 50)[0] == 0
    assert all_stretches(of_items(constant), of_items(constant), 0) == []


def test_moving_sums_are_those_of_every_window() -> None:
    values: NDArray[np.int64] = np.arange(20) ** 2
    assert moving(values, 5).tolist() == [int(values[at : at + 5].sum()) for at in range(16)]
