"""The candidate stage: keys that outlive encoding, votes for the right offset, and bounds that hold."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.fingerprints.audio import Soundprint, pack
from havre.matching import sound_keys
from havre.matching.sound_keys import (
    CUTS_ABOVE,
    KEY_BITS,
    MOST_NEAR,
    MOST_OFFSETS_EACH,
    MOST_PLACES,
    STEADY,
    Candidate,
    Tables,
    candidates,
    keys_of,
    tables,
    tables_of,
)
from tests.matching.heard import heard, known, made, of_items, part
from tests.sounds import KINDS

pytestmark = pytest.mark.xdist_group("sounds")  # which are made once, where all of these run


@cache
def several() -> list[tuple[int, Soundprint]]:
    """Two sounds of each kind."""
    kinds = ((kind, seed) for kind in KINDS for seed in (1, 2))
    return [(100 + number, known(kind, seed)) for number, (kind, seed) in enumerate(kinds)]


@cache
def volume() -> Tables:
    """All of them on disk."""
    return tables([(record, pack(sound)) for record, sound in several()])


def items_of(count: int, seed: int) -> Soundprint:
    """A fingerprint of chance."""
    return of_items(np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32))


def slow_votes(sounds: list[Soundprint], query: Soundprint) -> dict[tuple[int, int], int]:
    """Every row and offset with the items whose keys differ by at most one bit."""
    votes: dict[tuple[int, int], int] = {}
    asked = keys_of(query.items)
    for row, sound in enumerate(sounds):
        for at, key in enumerate(keys_of(sound.items).tolist()):
            for mine in np.flatnonzero(np.bitwise_count(asked ^ np.uint32(key)) <= 1).tolist():
                votes[row, at - mine] = votes.get((row, at - mine), 0) + 1
    return votes


def test_a_key_has_twenty_bits_of_the_item_each_once() -> None:
    chosen = CUTS_ABOVE + STEADY
    assert len(set(chosen)) == len(chosen) == KEY_BITS
    ones = keys_of(np.array([1 << bit for bit in range(32)], np.uint32))
    assert sorted(ones[ones > 0].tolist()) == [1 << bit for bit in range(KEY_BITS)]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 4))
def test_the_votes_are_those_that_comparing_every_key_gives(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    pool = chance.integers(0, 2**32, 6, dtype=np.uint32)
    sounds = [of_items(pool[chance.integers(0, 6, int(chance.integers(0, 30)))]) for _ in range(count)]
    query = of_items(pool[chance.integers(0, 6, 20)] ^ (np.uint32(1) << np.uint32(31)))
    expected = slow_votes(sounds, query)
    found = candidates(tables_of(sounds), query, most=10_000, each=10_000)
    assert all(expected[each.row, each.offset] == each.votes for each in found)
    told = {(each.row, each.offset) for each in found}
    assert told >= {place for place, votes in expected.items() if votes >= sound_keys.FEWEST_VOTES}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_sound_with_the_excerpt_comes_first_and_at_its_offset(kind: str) -> None:
    query = heard(part(made(kind, 2), 11, 21))
    first = candidates(volume(), query)[0]
    assert volume()["records"][first.row] == next(record for record, sound in several() if sound is known(kind, 2))
    assert abs(first.offset - 11 * 11_025 / 1365) < 1
    assert first.votes > 20


def test_items_that_tell_nothing_have_no_place() -> None:
    sound = items_of(50, 1)
    sound.informative[10:40] = False
    assert sorted(tables_of([sound])["places"].tolist()) == [*range(10), *range(40, 50)]
    silent = Soundprint(sound.items, np.zeros(50, np.bool_), 0, sound.samples)
    assert candidates(tables_of([sound]), silent) == []


@pytest.mark.parametrize("sounds", [[], [of_items([])], [of_items([]), items_of(30, 1)]], ids=["none", "empty", "both"])
def test_there_may_be_nothing_to_look_in(sounds: list[Soundprint]) -> None:
    assert candidates(tables_of(sounds), items_of(40, 2)) == []
    assert candidates(tables_of(sounds), of_items([])) == []


def test_no_sound_takes_more_places_than_it_may() -> None:
    crowd, wanted = of_items(np.tile(items_of(40, 3).items, 30)), items_of(100, 4)
    query = of_items(np.concatenate([crowd.items[:40], wanted.items[30:60]]))
    found = candidates(tables_of([crowd, wanted]), query)
    assert sum(each.row == 0 for each in found) == MOST_OFFSETS_EACH
    assert Candidate(1, -10, 30) in found


def test_a_key_that_all_sounds_have_is_left_out_before_the_rare_ones() -> None:
    rare = items_of(60, 5)
    volume = tables_of([*(of_items(np.zeros(20_000)) for _ in range(40)), rare])
    query = of_items(np.concatenate([np.zeros(500, np.uint32), rare.items]))
    places, _ = sound_keys._looked_up(volume, query)
    assert len(places) <= MOST_PLACES + MOST_NEAR
    assert candidates(volume, query)[0] == Candidate(40, -500, 60)
