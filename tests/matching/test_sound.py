"""Sounds found in sounds: the right parts at the right times, and nothing where only hum, hiss or a clock agree."""

from collections.abc import Callable
from itertools import pairwise
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.fingerprints.audio import Soundprint
from havre.fingerprints.chromaprint import RATE
from havre.matching.sound import SoundSegment, segments
from havre.matching.sound_chance import needed_agreement
from tests.fingerprints.test_audio import STEADY
from tests.matching.heard import heard, known, made, of_items, part
from tests.sounds import KINDS, Samples, Wave, add, hum, knock, melody, noise, to_samples, tone

pytestmark = pytest.mark.xdist_group("sounds")  # which are made once, where all of these run

EXACT = 1.2
"""Seconds by which the ends of a segment may miss those of what it shares; an item looks at 2.7 s."""

AN_ITEM = 0.13
"""Seconds: a part that begins between two items may be found at either."""

ROUNDED = 1e-9

MOST_PHRASES = {0.25: 0, 0.5: 0, 1.0: 2}
"""Pairs of 276 in which a phrase may come about twice: four notes of six are the same one time in 1,300."""

LENGTH = 30 * RATE


def only(found: list[SoundSegment]) -> SoundSegment:
    """The one segment there is."""
    assert len(found) == 1
    return found[0]


def near(span: tuple[float, float], start: float, end: float) -> bool:
    """Whether a span is the right one."""
    return abs(span[0] - start) <= EXACT and abs(span[1] - end) <= EXACT


def wave(kind: str, seed: int) -> Wave:
    """A sound as numbers to be mixed."""
    return made(kind, seed).astype(np.float64)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sound_is_all_of_itself(kind: str) -> None:
    found = only(segments(known(kind, 1), known(kind, 1)))
    assert (found.agreement, found.bit_error_rate, found.speed) == (1, 0, 1)
    assert found.items == found.agreeing
    assert found.query_span == found.match_span
    assert found.query_share == found.match_share > 0.85


@pytest.mark.parametrize("start", [0.0, 3.21, 11.07, 20.0])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_ten_seconds_from_anywhere_are_found_where_they_were(kind: str, start: float) -> None:
    query = heard(part(made(kind, 1), start, start + 10))
    found = only(segments(query, known(kind, 1)))
    lag = found.match_span[0] - found.query_span[0]
    assert abs(lag - start) < 0.13
    assert found.query_span[1] - found.query_span[0] > 7
    assert found.agreement > 0.6


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_part_amid_another_sound_is_found_with_its_ends(kind: str) -> None:
    other = made("speech", 8)
    mixed = np.concatenate([part(other, 0, 9), part(made(kind, 1), 6.3, 18.3), part(other, 9, 20)])
    found = only(segments(heard(mixed), known(kind, 1)))
    assert near(found.query_span, 9, 21)
    assert near(found.match_span, 6.3, 18.3)
    assert found.query_share == pytest.approx(12 / 32, abs=0.06)
    assert found.match_share == pytest.approx(12 / 30, abs=0.06)


def test_what_is_cut_together_from_three_parts_is_three_segments() -> None:
    sound = made("music", 4, 60)
    cut = np.concatenate([part(sound, 40, 50), part(sound, 5, 15), part(sound, 22, 32)])
    found = segments(heard(cut), heard(sound))
    assert [near(s.query_span, at, at + 10) for s, at in zip(found, (0, 10, 20), strict=True)] == [True] * 3
    assert [near(s.match_span, at, at + 10) for s, at in zip(found, (40, 5, 22), strict=True)] == [True] * 3


def test_a_jingle_that_comes_back_is_found_each_time() -> None:
    jingle, talk = part(made("music", 2), 4, 13), made("speech", 3)
    query = np.concatenate([jingle, part(talk, 0, 8), jingle, part(talk, 8, 16)])
    first, second = segments(heard(query), heard(np.concatenate([part(talk, 20, 28), jingle])))
    assert near(first.query_span, 0, 9)
    assert near(second.query_span, 17, 26)
    assert near(first.match_span, 8, 17)
    assert near(second.match_span, 8, 17)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("seed", [2, 3])
def test_unrelated_sounds_of_one_kind_are_not_found(kind: str, seed: int) -> None:
    assert segments(known(kind, 1), known(kind, seed)) == []


def test_sounds_of_different_kinds_are_not_found_in_one_another() -> None:
    prints = [known(kind, 1) for kind in sorted(KINDS)]
    found = [segments(one, other) for at, one in enumerate(prints) for other in prints[at + 1 :]]
    assert found == [[]] * 21


@pytest.mark.parametrize("note", [0.25, 0.5, 1.0])
def test_melodies_of_few_notes_are_not_found_in_one_another_but_for_a_rare_phrase(note: float) -> None:
    prints = [heard(melody(seed, 30, note=note)) for seed in range(24)]
    found = [bool(segments(one, other)) for at, one in enumerate(prints) for other in prints[at + 1 :]]
    assert len(found) == 276
    assert sum(found) <= MOST_PHRASES[note]


CHANGED: dict[str, Callable[[Wave], Wave]] = {
    "quieter by 26 dB": lambda sound: sound * 0.05,
    "with noise": lambda sound: sound + 300 * noise(np.random.default_rng(5), LENGTH, 1, RATE),
    "overdriven": lambda sound: sound * 40,
    "upside down": lambda sound: -sound,
    "heard through a telephone": lambda sound: np.convolve(
        sound, np.sinc(np.linspace(-3, 3, 31)) * np.hanning(31), "same"
    ),
    "begun a moment later": lambda sound: sound[777:],
    "over faint music": lambda sound: sound + 0.05 * wave("music", 1),
}


@pytest.mark.parametrize("how", sorted(CHANGED))
def test_a_changed_sound_is_found_whole(how: str) -> None:
    found = only(segments(heard(to_samples(CHANGED[how](wave("room", 1)))), known("room", 1)))
    assert found.query_share > 0.85


def test_a_sound_played_one_percent_faster_is_found_with_its_speed() -> None:
    sound = made("music", 5, 60)
    at = np.arange(int(len(sound) / 1.01)) * 1.01
    found = segments(heard(np.interp(at, np.arange(len(sound)), sound).astype(np.int16)), heard(sound))
    assert sum(segment.query_share for segment in found) > 0.8
    longest = max(found, key=lambda segment: segment.items)
    assert longest.speed == pytest.approx(1.01, abs=0.006)


# ---- what must never match ----


@pytest.mark.parametrize("name", sorted(STEADY))
def test_silence_and_constant_sounds_are_not_even_found_in_themselves(name: str) -> None:
    assert segments(heard(STEADY[name]), heard(STEADY[name])) == []


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, 1.5, 2.0, 2.5])
def test_noise_is_not_found_in_other_noise_of_its_colour(slope: float) -> None:
    one, other = (to_samples(3000 * noise(np.random.default_rng(seed), 2 * LENGTH, slope, RATE)) for seed in (1, 2))
    assert segments(heard(one), heard(other)) == []


BACKGROUNDS: dict[str, Callable[[int], Wave]] = {
    "hum": lambda seed: 5000 * hum(LENGTH, RATE),
    "loud hum": lambda seed: 25_000 * hum(LENGTH, RATE) / 3,
    "a tone": lambda seed: 6000 * tone(440, 30),
    "noise of one colour": lambda seed: 2000 * noise(np.random.default_rng(seed), LENGTH, 2, RATE),
}


@pytest.mark.parametrize("kind", ["speech", "room", "music"])
@pytest.mark.parametrize("background", sorted(BACKGROUNDS))
def test_what_lies_under_different_sounds_all_the_time_is_no_match(background: str, kind: str) -> None:
    one, other = (BACKGROUNDS[background](seed) + wave(kind, seed) / 2 for seed in (1, 2))
    assert segments(heard(to_samples(one)), heard(to_samples(other))) == []


def ticking(every: float, seed: int) -> Wave:
    """A clock in a room of its own noise."""
    sound = 50 * noise(np.random.default_rng(seed), LENGTH, 1, RATE)
    tick = 6000 * knock(np.random.default_rng(99), RATE)[: RATE // 10]
    for at in np.arange(0.1 * seed, 30, every):
        add(sound, tick, int(at * RATE))
    return sound


@pytest.mark.parametrize("every", [0.5, 1.0, 1.23])
def test_the_same_clock_ticking_in_two_rooms_is_no_match(every: float) -> None:
    assert segments(heard(to_samples(ticking(every, 1))), heard(to_samples(ticking(every, 2)))) == []


def test_the_same_siren_is_no_match() -> None:
    time = np.arange(LENGTH) / RATE
    siren = 8000 * np.sin(2 * np.pi * 800 * time + 500 * np.sin(2 * np.pi * 0.5 * time))
    assert segments(heard(to_samples(siren)), heard(to_samples(np.roll(siren, 5000)))) == []


def test_a_loop_counts_as_one_turn() -> None:
    loop = np.tile(part(made("music", 6), 0, 5), 6)
    found = only(segments(heard(loop), heard(loop)))
    assert found.distinct == pytest.approx(5 * RATE / 1365, abs=2)
    assert found.items > 200


# ---- hostile fingerprints ----


HOURS = 3 * 3600 * RATE // 1365
TURN = np.random.default_rng(4).integers(0, 2**32, 40, dtype=np.uint32)

HOSTILE: dict[str, Soundprint] = {
    "one item for hours": of_items(np.zeros(HOURS)),
    "two items for hours": of_items(np.tile([0, 0xFFFFFFFF], HOURS // 2)),
    "a loop for hours": of_items(np.tile(TURN, HOURS // 40)),
    "chance for hours": of_items(np.random.default_rng(5).integers(0, 2**32, HOURS, dtype=np.uint32)),
    "one key for hours": of_items(np.random.default_rng(6).integers(0, 2**32, HOURS) & 0x15515555),
}


@pytest.mark.parametrize("known_name", sorted(HOSTILE))
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hours_of_anything_are_compared_in_seconds(name: str, known_name: str) -> None:
    began = process_time()
    segments(HOSTILE[name], HOSTILE[known_name])
    assert process_time() - began < 12


@pytest.mark.parametrize("count", [0, 1, 2, 11, 12, 13, 16])
def test_what_is_too_short_to_tell_is_not_found(count: int) -> None:
    items = np.random.default_rng(count).integers(0, 2**32, count, dtype=np.uint32)
    assert bool(segments(of_items(items), of_items(items))) == (count >= 12)
    assert segments(of_items(items), known("music", 1)) == []


@given(data=st.data())
def test_segments_lie_within_both_sounds_and_no_part_of_the_query_is_in_two(data: st.DataObject) -> None:
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    pieces = [chance.integers(0, 2**32, int(chance.integers(5, 80)), dtype=np.uint32) for _ in range(4)]
    query, held = (of_items(np.concatenate([pieces[n] for n in chance.integers(0, 4, 5)])) for _ in range(2))
    found = segments(query, held)
    for before, after in pairwise(found):
        assert before.query_span[0] < after.query_span[0]
    assert sum(segment.items for segment in found) <= len(query.items)
    for segment in found:
        assert 0 <= segment.query_span[0] < segment.query_span[1] <= query.seconds + ROUNDED
        assert 0 <= segment.match_span[0] < segment.match_span[1] <= held.seconds + ROUNDED
        assert 0 < segment.query_share <= 1
        assert 0 < segment.match_share <= 1
        assert 0 <= segment.bit_error_rate <= 0.5
        assert segment.agreeing <= segment.items
        assert segment.agreement >= needed_agreement(segment.distinct, segment.sameness, whole=True)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_keys_find_what_looking_at_every_offset_finds(kind: str) -> None:
    faint = to_samples(made(kind, 1) + 0.5 * made(kind, 1).std() * noise(np.random.default_rng(7), LENGTH, 1, RATE))
    query: Samples = part(faint, 7.77, 19)
    every = range(-len(heard(query).items), len(known(kind, 1).items))
    slow = segments(heard(query), known(kind, 1), sorted(every, key=lambda offset: abs(offset - 7.77 * RATE / 1365)))
    fast = segments(heard(query), known(kind, 1))
    assert len(fast) == len(slow) > 0
    assert [s.match_span for s in fast] == [pytest.approx(s.match_span, abs=AN_ITEM) for s in slow]
