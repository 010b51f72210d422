"""The C kernels: every backend gives what plain comparisons give, also where a file is damaged."""

import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.matching import _hamming
from havre.matching.reference import distance
from tests.matching.seeded import at_distance, balanced, hashes, sharing

BACKENDS = _hamming.backends()
AROUND_VECTORS = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 1000]
FUZZ = Path(__file__).parents[2] / "native" / "hamming" / "fuzz.sh"

Triples = list[tuple[int, ...]]


def triples(answer: bytes) -> Triples:
    return list(struct.iter_unpack("<3I", answer))


def plain_within(queries: list[bytes], known: list[bytes], radius: int) -> Triples:
    measured = [(q, row, distance(query, each)) for q, query in enumerate(queries) for row, each in enumerate(known)]
    return sorted((found for found in measured if found[2] <= radius), key=lambda found: (found[0], found[2], found[1]))


def built(known: list[bytes], indexed: int, bands: int, bits: int, parity: int = 2) -> tuple[bytearray, list[int]]:
    body = bytearray(_hamming.body_size(len(known), indexed, bands, bits))
    order = _hamming.build(b"".join(known), indexed, bands, bits, body)
    return body, [row for (row,) in struct.iter_unpack("<I", order)]


def searched(
    known: list[bytes], queries: list[bytes], radius: int, backend: str, bands: int = 11, bits: int = 6
) -> Triples:
    body, order = built(known, len(known), bands, bits)
    segment = _hamming.Segment(body, len(known), len(known), bands, bits, 2)
    found = [
        (query, order[row], apart) for query, row, apart in triples(segment.search(b"".join(queries), radius, backend))
    ]
    return sorted(found, key=lambda each: (each[0], each[2], each[1]))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", AROUND_VECTORS)
def test_every_backend_finds_what_plain_comparison_finds(backend: str, count: int) -> None:
    known = hashes(count, seed=count)
    queries = [at_distance(each, number, seed=number) for number, each in enumerate(known[:40])] or hashes(2, seed=1)
    answer = _hamming.within(b"".join(queries), b"".join(known), 31, backend)
    assert triples(answer) == plain_within(queries, known, 31)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", AROUND_VECTORS)
def test_the_nearest_are_the_first_of_all_by_distance(backend: str, count: int) -> None:
    known = hashes(count, seed=count)
    query = hashes(1, seed=99)
    expected = plain_within(query, known, 256)[:9]
    assert triples(_hamming.nearest(query[0], b"".join(known), 9, backend)) == expected


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("make", [hashes, balanced])
@pytest.mark.parametrize("radius", [0, 1, 30, 31, 40, 90])
def test_a_segment_finds_every_planted_distance(backend: str, make, radius: int) -> None:  # type: ignore[no-untyped-def]
    known = make(20_000, seed=3)
    queries = [at_distance(known[number * 50], number % 48, seed=number) for number in range(200)]
    answer = searched(known, queries, radius, backend, bits=9)
    assert answer == triples(_hamming.within(b"".join(queries), b"".join(known), radius, "serial"))
    assert {apart for _, _, apart in answer} >= set(range(min(radius, 47) + 1))


def spread(known: bytes, flips: dict[int, int]) -> bytes:
    """The hash with these many bits turned over in each of the 11 bands, cut as segment.c cuts them."""
    bits, start = int.from_bytes(known, "little"), 0
    for band in range(11):
        for bit in range(flips[band]):
            bits ^= 1 << (start + 2 * bit)
        start += (256 - start) // (11 - band)
    return bits.to_bytes(32, "little")


@pytest.mark.parametrize("backend", BACKENDS)
def test_flips_spread_as_evenly_as_can_be_hide_nothing(backend: str) -> None:
    # 31 flips in 11 bands: 3 in each but two. Were the bands' flips to add up to one less, one of these would be lost.
    known = hashes(20_000, seed=6)
    spared = [(one, other) for one in range(11) for other in range(one)]
    queries = [
        spread(known[at], {band: 3 - (band in without) for band in range(11)}) for at, without in enumerate(spared)
    ]
    answer = searched(known, queries, 31, backend, bits=9)
    assert [(query, row) for query, row, apart in answer if apart == 31] == [(at, at) for at in range(len(spared))]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("parity", [0, 1])
def test_a_segment_of_one_parity_loses_nothing_to_the_shortened_radius(backend: str, parity: int) -> None:
    known = [each for each in hashes(30_000, seed=5) if int.from_bytes(each, "little").bit_count() % 2 == parity]
    body, order = built(known, len(known), 11, 9)
    segment = _hamming.Segment(body, len(known), len(known), 11, 9, parity)
    queries = [at_distance(known[number * 7], number % 34, seed=number) for number in range(150)]
    for radius in (0, 1, 30, 31):
        answer = triples(segment.search(b"".join(queries), radius, backend))
        expected = triples(_hamming.within(b"".join(queries), b"".join(known), radius, "serial"))
        assert sorted((query, order[row], apart) for query, row, apart in answer) == sorted(expected)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("part", [slice(0, 2), slice(0, 12), slice(3, 32), slice(0, 31)])
def test_hostile_buckets_change_nothing_in_the_answer(backend: str, part: slice) -> None:
    victim = hashes(1, seed=8)[0]
    known = hashes(20_000, seed=9) + sharing(victim, part, 10_000, seed=10)
    queries = [at_distance(victim, number, seed=number) for number in range(34)]
    answer = searched(known, queries, 31, backend, bits=10)
    assert answer == triples(_hamming.within(b"".join(queries), b"".join(known), 31, "serial"))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("radius", [0, 5, 15, 16, 30, 31, 47, 60])
def test_the_join_finds_every_pair_once(backend: str, radius: int) -> None:
    known = balanced(2_500, seed=4)
    known += [at_distance(known[number], number % 50, seed=number) for number in range(400)] + known[:3]
    joined = triples(_hamming.join(b"".join(known), radius, backend))
    within = triples(_hamming.within(b"".join(known), b"".join(known), radius, "serial"))
    assert sorted(joined) == sorted((one, other, apart) for one, other, apart in within if one < other)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_shape_of_segment_is_exact(data: st.DataObject) -> None:
    bands = data.draw(st.integers(6, 16))
    bits = data.draw(st.integers(4, min(256 // bands, 12)))
    seed, count, radius = (
        data.draw(st.integers(0, 2**32)),
        data.draw(st.integers(1, 3000)),
        data.draw(st.integers(0, 64)),
    )
    known = hashes(count, seed)
    queries = [at_distance(known[(number * 31) % count], number, seed + number) for number in range(20)]
    for backend in BACKENDS:
        assert searched(known, queries, radius, backend, bands, bits) == plain_within(queries, known, radius)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_segment_answers_or_is_refused(data: st.DataObject) -> None:
    known = hashes(3000, seed=1)
    body, _ = built(known, 3000, 11, 7)
    for _ in range(data.draw(st.integers(1, 20))):
        body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    segment = _hamming.Segment(body, 3000, 3000, 11, 7, 2)
    for backend in BACKENDS:
        try:
            rows = [row for _, row, _ in triples(segment.search(b"".join(known[:30]), 31, backend))]
        except _hamming.Corrupt:
            continue
        assert all(row < 3000 for row in rows)


def test_an_offset_beyond_the_segment_is_refused() -> None:
    known = hashes(3000, seed=1)
    body, _ = built(known, 3000, 11, 7)
    body[: 129 * 4] = b"\xff" * (129 * 4)
    segment = _hamming.Segment(body, 3000, 3000, 11, 7, 2)
    for backend in BACKENDS:
        with pytest.raises(_hamming.Corrupt, match="points outside"):
            segment.search(known[0], 31, backend)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: _hamming.within(b"x" * 31, b"", 31),
        lambda: _hamming.within(b"", b"x" * 33, 31),
        lambda: _hamming.within(b"", b"", 257),
        lambda: _hamming.within(b"", b"", -1),
        lambda: _hamming.nearest(b"", b"", -1),
        lambda: _hamming.join(b"x", 31),
        lambda: _hamming.within(b"", b"", 31, "abacus"),
        lambda: _hamming.body_size(0, 0, 11, 8),
        lambda: _hamming.body_size(2**24 + 1, 1, 11, 8),
        lambda: _hamming.body_size(9, 10, 11, 8),
        lambda: _hamming.body_size(9, 9, 17, 8),
        lambda: _hamming.body_size(9, 9, 11, 24),
        lambda: _hamming.build(bytes(64), 2, 11, 6, bytearray(10)),
        lambda: _hamming.Segment(bytes(100), 2, 2, 11, 6, 0),
        lambda: _hamming.Segment(bytes(_hamming.body_size(2, 2, 11, 6)), 2, 2, 11, 6, 3),
    ],
)
def test_arguments_that_cannot_be_right_are_refused(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


def test_the_sanitizers_see_nothing_in_a_seeded_sample() -> None:
    done = subprocess.run([str(FUZZ), "40", "7"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 cases" in done.stdout
