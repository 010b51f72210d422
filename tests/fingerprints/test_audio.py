"""Fingerprints of sounds: the same however the samples come, told apart from silence and hum, safe as bytes."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.fingerprints.audio import HEADER, Chroma, Soundprint, informative_from, items_in, pack, unpack
from havre.fingerprints.chromaprint import RATE, items_from, rows_from, smoothed
from tests.sounds import FULL, KINDS, Samples, hum, noise, to_samples, tone
from tests.sounds import music as made_music

MUSIC = made_music(seed=3, seconds=25)

STEADY: dict[str, Samples] = {
    "silence": np.zeros(20 * RATE, np.int16),
    "the last bit flickers": to_samples(1.5 * noise(np.random.default_rng(1), 20 * RATE, 0, RATE)),
    "a tone": to_samples(9000 * tone(440, 20)),
    "a faint tone": to_samples(9 * tone(1000, 20)),
    "a chord": to_samples(sum(4000 * tone(pitch, 20) for pitch in (220.0, 277.2, 329.6))),  # type: ignore[arg-type]
    "a square wave": to_samples(FULL * np.sign(tone(100, 20))),
    "mains hum": to_samples(5000 * hum(20 * RATE, RATE)),
    "white noise": to_samples(3000 * noise(np.random.default_rng(2), 20 * RATE, 0, RATE)),
    "hum and hiss": to_samples(5000 * hum(20 * RATE, RATE) + 500 * noise(np.random.default_rng(3), 20 * RATE, 0, RATE)),
    "a constant": np.full(20 * RATE, 12_345, np.int16),
}
"""Sounds that never match."""


def fingerprint(samples: Samples, *, block: int = 100_000, start: float = 0.0) -> Soundprint:
    """The fingerprint of samples that come in blocks of this length."""
    chroma = Chroma()
    for at in range(0, len(samples), block):
        chroma.take(samples[at : at + block])
    return chroma.finish(start)


def same(one: Soundprint, other: Soundprint) -> bool:
    """Whether they are equal in everything."""
    arrays = np.array_equal(one.items, other.items) and np.array_equal(one.informative, other.informative)
    return arrays and (one.start, one.samples) == (other.start, other.samples)


@given(sizes=st.lists(st.integers(0, 400_000), max_size=12))
def test_blocks_of_any_length_give_what_the_whole_gives(sizes: list[int]) -> None:
    chroma, taken = Chroma(), 0
    for size in sizes:
        chroma.take(MUSIC[taken : taken + size])
        taken = min(taken + size, len(MUSIC))
    chroma.take(MUSIC[taken:])
    assert same(chroma.finish(), fingerprint(MUSIC))
    assert fingerprint(MUSIC).items.tolist() == items_from(smoothed(rows_from(MUSIC))).tolist()


def test_a_sample_at_a_time_gives_the_same() -> None:
    short = MUSIC[:40_000]
    assert same(fingerprint(short, block=1), fingerprint(short))


@given(length=st.integers(0, 60_000))
def test_the_number_of_items_follows_from_the_number_of_samples(length: int) -> None:
    found = fingerprint(MUSIC[:length])
    assert len(found.items) == len(found.informative) == items_in(length)
    assert found.seconds == length / RATE


def test_an_hour_takes_no_more_memory_than_a_minute() -> None:
    minute = np.tile(MUSIC, 3)
    chroma = Chroma()
    chroma.take(minute)
    tracemalloc.start()
    for _ in range(48):
        chroma.take(minute)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(chroma.finish().items) > 29_000
    assert held < 1_000_000
    assert peak < 40_000_000


def test_what_was_taken_may_be_asked_for_more_than_once() -> None:
    chroma = Chroma()
    chroma.take(MUSIC[:100_000])
    early = chroma.finish()
    chroma.take(MUSIC[100_000:])
    assert len(early.items) == items_in(100_000)
    assert same(chroma.finish(), fingerprint(MUSIC))


def test_nothing_is_loaded_while_a_sound_is_fingerprinted_for_a_worker_may_open_no_file() -> None:
    program = (
        "import sys, numpy as np; from havre.fingerprints.audio import Chroma, pack; before = set(sys.modules);"
        "c = Chroma(); c.take(np.arange(60000, dtype=np.int64).astype(np.int16)); pack(c.finish());"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("samples", [np.zeros(10), np.zeros((2, 5), np.int16), np.zeros(10, np.int32)], ids=str)
def test_what_is_not_a_row_of_samples_is_refused(samples: Samples) -> None:
    with pytest.raises(Invalid, match="row of int16 samples"):
        Chroma().take(samples)


@pytest.mark.parametrize("name", sorted(STEADY))
def test_silence_tones_and_steady_noise_tell_nothing(name: str) -> None:
    found = fingerprint(STEADY[name])
    assert len(found.items) > 100
    assert not found.informative.any()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_changes_tells_something(kind: str) -> None:
    assert fingerprint(KINDS[kind](seed=2, seconds=20)).informative.mean() > 0.7


def test_loudness_changes_neither_items_nor_what_they_tell_much() -> None:
    loud, soft = fingerprint(MUSIC), fingerprint(MUSIC // 16)
    assert np.bitwise_count(loud.items ^ soft.items).mean() < 0.5
    assert (loud.informative == soft.informative).mean() > 0.95


def test_a_window_that_is_mostly_silent_tells_nothing() -> None:
    rows = np.tile(np.eye(12)[[0, 5]], (10, 1))
    assert informative_from(rows).all()
    rows[6:16] = 0
    assert not informative_from(rows)[0]


def test_a_moment_is_counted_from_the_start_of_the_file() -> None:
    found = fingerprint(MUSIC, start=2.5)
    assert found.moment(0) == 2.5
    assert found.moment(100) == pytest.approx(2.5 + 12.381, abs=1e-3)


@given(count=st.integers(0, 300), seed=st.integers(0, 2**32 - 1), start=st.integers(-(10**9), 10**12))
def test_what_is_packed_comes_back(count: int, seed: int, start: int) -> None:
    chance = np.random.default_rng(seed)
    samples = 0 if count == 0 else 30_031 + 1365 * (count - 1) + int(chance.integers(0, 1365))
    items = chance.integers(0, 2**32, count, dtype=np.uint32)
    sound = Soundprint(items, chance.random(count) < 0.5, start / 1000, samples)
    assert same(unpack(pack(sound)), sound)


PACKED = pack(fingerprint(MUSIC, start=1.25))


@given(data=st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: PACKED[:40] + tail)))
def test_bytes_that_nobody_packed_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        unpack(data)


@given(at=st.integers(0, len(PACKED) - 1), bit=st.integers(0, 7))
def test_altered_bytes_are_refused_or_mean_another_sound_of_the_same_length(at: int, bit: int) -> None:
    altered = bytearray(PACKED)
    altered[at] ^= 1 << bit
    try:
        found = unpack(bytes(altered))
    except Invalid:
        return
    assert pack(found) == bytes(altered)
    assert len(found.items) == len(unpack(PACKED).items)


@pytest.mark.parametrize("length", [0, 1, HEADER.size - 1, HEADER.size, len(PACKED) - 1])
def test_a_part_of_a_fingerprint_is_none(length: int) -> None:
    with pytest.raises(Invalid):
        unpack(PACKED[:length])


def test_another_version_is_named() -> None:
    with pytest.raises(Invalid, match="version 9, and this program reads version 1"):
        unpack(b"\x09" + PACKED[1:])
