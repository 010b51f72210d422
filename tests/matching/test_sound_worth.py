"""What a stretch is worth: repetition counts once, and a sound like itself all over needs more agreement."""

import numpy as np
import pytest

from havre.matching.sound_stretches import Items
from havre.matching.sound_worth import SHORTEST_LOOP, distinct, sameness
from tests.matching.heard import heard, known
from tests.sounds import melody


def chance_items(count: int, seed: int) -> Items:
    """Items without any order."""
    return np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32)


def everything(items: Items) -> int:
    """What all of it is worth."""
    return distinct(items, np.arange(len(items)))


@pytest.mark.parametrize("kind", ["music", "speech", "room", "rain", "birds"])
def test_what_goes_on_to_something_else_counts_in_full(kind: str) -> None:
    items = known(kind, 1).items
    assert everything(items) == len(items)


@pytest.mark.parametrize("turn", [SHORTEST_LOOP + 2, 40, 100])
def test_a_loop_counts_once(turn: int) -> None:
    assert everything(np.tile(known("music", 1).items[:turn], 5)) == pytest.approx(turn, abs=2)


@pytest.mark.parametrize("turn", [1, 4, 10, SHORTEST_LOOP - 1])
def test_a_loop_of_less_than_three_seconds_is_worth_nothing(turn: int) -> None:
    assert everything(np.tile(chance_items(turn, 5), 30)) == 0


def test_a_part_of_a_loop_is_known_by_what_is_around_it() -> None:
    loop = np.tile(chance_items(16, 6), 12)
    assert distinct(loop, np.arange(100, 114)) == 0
    assert distinct(loop[100:114], np.arange(14)) == 14


def test_what_changes_slowly_is_worth_less_than_its_length() -> None:
    assert 100 < everything(np.repeat(chance_items(20, 7), 12)) < 220
    assert everything(np.repeat(chance_items(2, 7), 400)) < 40
    assert everything(np.full(400, 7, np.uint32)) == 0


# ---- sameness ----


@pytest.mark.parametrize("kind", ["speech", "room", "rain", "babble"])
def test_voices_and_rooms_are_as_usual(kind: str) -> None:
    assert sameness(known(kind, 1).items, 100) < 1.2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_melody_of_few_slow_notes_is_like_itself(seed: int) -> None:
    assert sameness(heard(melody(seed, 40, note=1.0)).items, 100) > 1.2


def test_what_comes_back_after_the_same_time_all_over_says_nothing_of_chance() -> None:
    assert sameness(np.tile(known("rain", 1).items[:80], 12), 250) < 1.2


@pytest.mark.parametrize("count", [0, 1, 30, 60])
def test_too_little_to_tell_is_taken_as_usual(count: int) -> None:
    assert sameness(np.zeros(count, np.uint32), count // 2) == 1


def test_only_what_is_around_counts() -> None:
    items = np.concatenate([heard(melody(2, 150, note=1.0)).items, chance_items(3000, 3)])
    assert sameness(items, 500) > 1.2
    assert sameness(items, 3000) == 1
