"""PDQ: the same bits as pdqhash on the same pixels, from every backend, in all orientations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pdqhash
import pi_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from havre.errors import Invalid
from havre.fingerprints import _pdq
from havre.fingerprints.pdq import (
    BYTES,
    MIN_QUALITY,
    ORIENTATIONS,
    SMALL_SIDE,
    Fingerprint,
    Pdq,
    fingerprint,
    fingerprint_each_way,
    from_hex,
    to_hex,
)
from tests.pictures import KINDS, PHOTOGRAPHS, Pixels, corpus, landscape, noise, photograph, shapes

EDGES = (1, 2, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 257)
"""Sides around the vector widths, the grid, and where the filter's window grows."""

TURNED: dict[str, Callable[[Pixels], Pixels]] = {
    "upright": lambda p: p,
    "turned 90": lambda p: np.rot90(p, 1),
    "turned 180": lambda p: np.rot90(p, 2),
    "turned 270": lambda p: np.rot90(p, 3),
    "mirrored and turned 180": lambda p: np.rot90(np.fliplr(p), 2),
    "mirrored": np.fliplr,
    "mirrored and turned 90": lambda p: np.rot90(np.fliplr(p), 1),
    "mirrored and turned 270": lambda p: np.rot90(np.fliplr(p), 3),
}


PRINT = {"page", "text"}
"""Photographs of small print."""


def theirs(pixels: Pixels) -> tuple[str, int]:
    """What pdqhash says: 64 hex digits and the quality."""
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return np.packbits(bits).tobytes().hex(), int(quality)


def ours(pixels: Pixels) -> tuple[str, int]:
    """What we say, in the same words."""
    found = fingerprint(pixels)
    return to_hex(found.pdq), found.quality


def theirs_in_all_orientations(pixels: Pixels) -> bytes:
    """What pdqhash gives for the 8 orientations from one transform."""
    return b"".join(np.packbits(bits).tobytes() for bits in pdqhash.compute_dihedral(pixels)[0])


def distance(one: bytes, other: bytes) -> int:
    """Bits in which two fingerprints differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_hashes_as_pdqhash_does(name: str) -> None:
    assert ours(photograph(name)) == theirs(photograph(name))


@given(
    kind=st.sampled_from(sorted(KINDS)),
    seed=st.integers(0, 2**32 - 1),
    height=st.one_of(st.sampled_from(EDGES), st.integers(1, 700)),
    width=st.one_of(st.sampled_from(EDGES), st.integers(1, 700)),
)
def test_a_picture_of_any_size_hashes_as_pdqhash_does(kind: str, seed: int, height: int, width: int) -> None:
    pixels = KINDS[kind](seed, height, width)

    assert ours(pixels) == theirs(pixels)
    if (height, width) != (64, 64):  # there pdqhash.compute does not blur and compute_dihedral does
        assert fingerprint(pixels).orientations == theirs_in_all_orientations(pixels)


@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.one_of(st.sampled_from(EDGES), st.integers(1, 400)),
    width=st.one_of(st.sampled_from(EDGES), st.integers(1, 400)),
    channels=st.sampled_from([1, 3, 4]),
    gap=st.integers(0, 70),
)
def test_every_backend_gives_the_bits_of_the_serial_one(
    seed: int, height: int, width: int, channels: int, gap: int
) -> None:
    stride = width * channels + gap
    pixels = np.random.default_rng(seed).integers(0, 256, height * stride - gap, dtype=np.uint8)

    found = {name: _pdq.fingerprint(pixels, height, width, channels, stride, name) for name in _pdq.backends()}

    assert set(found.values()) == {found["serial"]}


@pytest.mark.parametrize(("height", "width"), [(1, 9000), (9000, 1), (5, 65_535), (65_535, 5), (40, 20_000)])
def test_a_strip_hashes_as_pdqhash_does(height: int, width: int) -> None:
    pixels = noise(7, height, width)

    assert ours(pixels) == theirs(pixels)


@pytest.mark.parametrize("side", [1, 2, 3, 4])
def test_a_picture_under_five_pixels_has_quality_0_and_no_bits(side: int) -> None:
    assert fingerprint(noise(1, side, 100)) == Fingerprint(Pdq(bytes(BYTES), 0), bytes(8 * BYTES))


def test_a_large_photograph_hashes_as_pdqhash_does() -> None:
    large = np.asarray(Image.fromarray(photograph("coffee")).resize((4001, 3003)))

    assert ours(large) == theirs(large)


def test_a_picture_of_64_by_64_is_not_blurred_in_any_orientation() -> None:
    pixels = landscape(3, 64, 64)

    orientations = fingerprint(pixels).orientations

    assert [orientations[at : at + BYTES].hex() for at in range(0, 256, BYTES)] == [
        theirs(TURNED[name](pixels))[0] for name in ORIENTATIONS
    ]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("at", range(8))
def test_each_orientation_is_that_of_the_picture_turned(name: str, at: int) -> None:
    pixels = photograph(name)

    turned = bytes.fromhex(theirs(TURNED[ORIENTATIONS[at]](pixels))[0])

    found = [fingerprint(pixels).orientations[i : i + BYTES] for i in range(0, 256, BYTES)]
    # Sampling points move by a pixel where a side is even, so a few bits may differ, and more on small fine print.
    assert distance(found[at], turned) <= (60 if name in PRINT else 31)
    assert min(range(8), key=lambda other: distance(found[other], turned)) == at


def test_grey_and_padded_pixels_hash_as_the_same_colours() -> None:
    grey = photograph("camera")[:, :, 0]
    colour = photograph("coffee")
    padded = np.dstack([colour, noise(2, *colour.shape[:2])[:, :, 0]])

    assert fingerprint(grey) == fingerprint(photograph("camera"))
    assert fingerprint(padded) == fingerprint(colour)


def test_a_view_with_gaps_between_its_pixels_hashes_as_its_copy() -> None:
    view = photograph("coffee")[::2, 10:-3:3]

    assert fingerprint(view) == fingerprint(view.copy())


def test_a_flat_picture_may_not_match_and_a_photograph_may() -> None:
    flat = fingerprint(np.full((300, 300, 3), 77, np.uint8))

    assert (flat.quality, flat.pdq.may_match) == (0, False)
    assert fingerprint(photograph("coffee")).pdq.may_match
    assert (Pdq(bytes(32), MIN_QUALITY - 1).may_match, Pdq(bytes(32), MIN_QUALITY).may_match) == (False, True)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((10, 10, 2), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros(10, np.uint8),
        np.zeros((2, 10, 10, 3), np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 0), np.uint8),
        np.zeros((1, 65_536), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(pixels: Pixels) -> None:
    with pytest.raises(Invalid):
        fingerprint(pixels)


@pytest.mark.parametrize(
    ("length", "height", "width", "channels", "stride", "backend"),
    [
        (299, 10, 10, 3, 30, None),
        (300, 10, 10, 3, 29, None),
        (300, 10, 10, 2, 30, None),
        (300, 0, 10, 3, 30, None),
        (300, 10, -1, 3, 30, None),
        (300, 65_536, 1, 3, 30, None),
        (300, 2, 10, 3, 2**62, None),
        (300, 10, 10, 3, -30, None),
        (300, 10, 10, 3, 30, "quantum"),
    ],
)
def test_the_kernel_checks_its_arguments(
    length: int, height: int, width: int, channels: int, stride: int, backend: str | None
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        _pdq.fingerprint(bytes(length), height, width, channels, stride, backend)


def test_hex_digits_come_back_as_they_were() -> None:
    text = "e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064"

    assert to_hex(from_hex(text)) == text
    assert from_hex(text.upper()) == from_hex(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("e64c", "a PDQ fingerprint has 64 hex digits, not 4"),
        ("", "a PDQ fingerprint has 64 hex digits, not 0"),
        ("g" * 64, "a PDQ fingerprint has only the hex digits 0-9 and a-f"),
        ("0 " * 32, "a PDQ fingerprint has only the hex digits 0-9 and a-f"),
    ],
)
def test_what_is_no_fingerprint_is_named(text: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        from_hex(text)


def test_a_fingerprint_of_another_size_or_quality_is_refused() -> None:
    with pytest.raises(Invalid, match="32 bytes, not 31"):
        Pdq(bytes(31), 50)
    with pytest.raises(Invalid, match="between 0 and 100, not at 101"):
        Pdq(bytes(32), 101)


def corpus_pictures(step: int) -> Iterator[tuple[Path, Pixels]]:
    """Each `step`-th picture of each kind of the corpus that Pillow opens, HEIC and AVIF included, in RGB."""
    pi_heif.register_heif_opener()
    for folder in ("pdq_vectors", "photos"):
        for path in sorted((corpus() / folder).rglob("*"), key=lambda path: (path.suffix, path))[::step]:
            try:
                yield path, np.asarray(Image.open(path).convert("RGB"))
            except (UnidentifiedImageError, OSError):
                continue


@pytest.mark.proof
def test_corpus_pictures_hash_as_pdqhash_does(count: Callable[[int, int], int]) -> None:
    compared, differing = 0, []
    for path, pixels in corpus_pictures(count(5, 1)):
        compared += 1
        if ours(pixels) != theirs(pixels) or fingerprint(pixels).orientations != theirs_in_all_orientations(pixels):
            differing.append(path.name)

    assert differing == []
    assert compared > count(40, 200)


@pytest.mark.parametrize(("height", "width"), [(65, 67), (240, 239), (101, 300), (480, 640)])
def test_a_small_picture_turned_has_the_fingerprint_it_was_expected_to_have(height: int, width: int) -> None:
    picture = shapes(height, height, width)
    ways = fingerprint_each_way(picture).orientations
    turned = [fingerprint(np.ascontiguousarray(turn(picture))).pdq.value for turn in TURNED.values()]
    assert [ways[at : at + BYTES] for at in range(0, 256, BYTES)] == turned


def test_a_large_picture_is_read_once() -> None:
    picture = shapes(1, 900, SMALL_SIDE + 1)
    assert fingerprint_each_way(picture) == fingerprint(picture)
