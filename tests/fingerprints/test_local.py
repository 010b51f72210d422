"""Local features: the same bits from every backend, what OpenCV finds, and what was turned is only rearranged."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from havre.errors import Invalid
from havre.fingerprints import _sift
from havre.fingerprints.local import ANGLE, RESPONSE, SIZE, Features, X, Y, features, mirrored, negative, turned
from tests.pictures import KINDS, Pixels, landscape, noise, photograph, shapes

FUZZ = Path(__file__).parents[2] / "native" / "sift" / "fuzz.sh"

EDGES = (1, 2, 3, 5, 6, 7, 8, 11, 12, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 127, 128, 129)
"""Sides around the vector widths, the least that is searched, and the blocks of rows."""

SIDES = st.one_of(st.sampled_from(EDGES), st.integers(1, 220))

Points = NDArray[np.float64]


def found_by(backend: str, pixels: Pixels, **options: object) -> tuple[bytes, int, int]:
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    return _sift.extract(pixels, height, width, channels, width * channels, backend=backend, **options)  # type: ignore[arg-type]


@given(
    kind=st.sampled_from(sorted(KINDS)),
    seed=st.integers(0, 2**32 - 1),
    height=SIDES,
    width=SIDES,
    side=st.integers(1, 300),
    layers=st.integers(2, 5),
    sigma=st.floats(1.2, 3.2),
    doubled=st.booleans(),
    pooled=st.integers(1, 3),
)
def test_every_backend_gives_the_bits_of_the_serial_one(
    kind: str, seed: int, height: int, width: int, side: int, layers: int, sigma: float, doubled: bool, pooled: int
) -> None:
    pixels = KINDS[kind](seed, height, width)
    options = {"side": side, "layers": layers, "sigma": sigma, "doubled": doubled, "pooled": pooled, "most": 2000}

    found = {backend: found_by(backend, pixels, **options) for backend in _sift.backends()}

    assert set(found.values()) == {found["serial"]}


@given(seed=st.integers(0, 2**32 - 1), channels=st.sampled_from([1, 3, 4]), gap=st.integers(0, 70))
def test_bytes_between_the_rows_count_for_nothing(seed: int, channels: int, gap: int) -> None:
    picture = noise(seed, 60, 70)[:, :, [0, 1, 2, 0]][:, :, :channels]
    gapped = noise(seed + 1, 60, 70 * channels + gap)[:, :, 0].copy()
    gapped[:, : 70 * channels] = picture.reshape(60, -1)

    for backend in _sift.backends():
        plain = _sift.extract(np.ascontiguousarray(picture), 60, 70, channels, 70 * channels, backend=backend)
        assert _sift.extract(gapped, 60, 70, channels, gapped.shape[1], backend=backend) == plain


@pytest.mark.parametrize(
    ("name", "options", "digest"),
    [
        ("shapes", {}, "adac355b117cb767b783ad26072036fa"),
        ("shapes", {"side": 200, "spread": 50, "pooled": 2}, "2526ccaa647f1eaa79ab060a4431c35d"),
        ("shapes", {"doubled": False, "upright": True, "layers": 4, "sigma": 2.0}, "70c049e6263d6015259635d673cae782"),
        ("coffee", {"most": 1600}, "5a5770ea749bca0d8fe04f3a3f841b2e"),
    ],
)
@pytest.mark.parametrize("backend", _sift.backends())
def test_the_bits_are_those_that_lie_in_databases(
    name: str, options: dict[str, object], digest: str, backend: str
) -> None:
    # A change here is a new VERSION, and what is stored must be made again.
    pixels = shapes(7, 240, 320) if name == "shapes" else photograph(name)

    assert hashlib.sha256(found_by(backend, pixels, **options)[0]).hexdigest()[:32] == digest


def test_the_fuzz_driver_finds_nothing() -> None:
    done = subprocess.run([str(FUZZ), "30", "5"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "30 pictures" in done.stdout


def test_threads_do_not_get_in_each_others_way() -> None:
    pictures = [shapes(seed, 60 + 40 * seed, 300) for seed in range(12)]
    alone = [found_by("serial", picture) for picture in pictures]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: found_by(_sift.backends()[-1], picture), pictures * 5))

    assert together == alone * 5


# ---- what OpenCV finds ----


@cache
def theirs(name: str, count: int) -> tuple[Points, NDArray[np.float64]]:
    """OpenCV's points as ours are written, and its descriptors as RootSIFT of length 512."""
    # With precise upscaling OpenCV's points are not shifted by a quarter of a pixel.
    sift = cv2.SIFT.create(count, 3, 0.01, 12, 1.6, cv2.CV_32F, True)
    keypoints, descriptors = sift.detectAndCompute(cv2.cvtColor(photograph(name), cv2.COLOR_RGB2GRAY), None)
    points = np.array([(*k.pt, k.size, k.angle, k.response) for k in keypoints])
    share = descriptors / descriptors.sum(axis=1, keepdims=True)
    return points, np.sqrt(share) * 512


def pairs(one: Points, other: Points, pixels: float, degrees: float) -> list[tuple[int, int]]:
    """For each of one the nearest of other, where place, size and angle agree; a large point may be further off."""
    apart = np.hypot(one[:, None, X] - other[None, :, X], one[:, None, Y] - other[None, :, Y])
    turn = np.abs((one[:, None, ANGLE] - other[None, :, ANGLE] + 180) % 360 - 180)
    larger = np.abs(np.log2(one[:, None, SIZE] / other[None, :, SIZE]))
    cost = np.where(
        (apart < pixels * one[:, None, SIZE]) & (turn < degrees) & (larger < 0.3), apart + turn / 100, np.inf
    )
    nearest = cost.argmin(axis=1)
    return [(i, int(j)) for i, j in enumerate(nearest) if np.isfinite(cost[i, j])]


@pytest.mark.parametrize("name", ["astronaut", "camera", "chelsea", "coffee", "rocket"])
def test_most_of_what_opencv_finds_is_found(name: str) -> None:
    points, descriptors = theirs(name, 400)
    large = points[:, SIZE] > 4  # the finest depend on how the picture was doubled
    ours = features(photograph(name), 5000)

    both = pairs(points[large], ours.points.astype(np.float64), 0.1, 10)

    assert len(both) > 0.8 * large.sum()
    apart = [np.linalg.norm(descriptors[large][i] - ours.descriptors[j]) for i, j in both]
    assert np.median(apart) < 60  # unrelated ones are over 400 apart
    sizes = [points[large][i, SIZE] / ours.points[j, SIZE] for i, j in both]
    shifts = [points[large][i, :2] - ours.points[j, :2] for i, j in both]
    responses = [points[large][i, RESPONSE] / ours.points[j, RESPONSE] for i, j in both]
    assert np.median(sizes) == pytest.approx(1, abs=0.03)
    assert np.median(shifts, axis=0) == pytest.approx([0, 0], abs=0.03)
    assert np.median(responses) == pytest.approx(1, abs=0.1)


# ---- what was turned, mirrored or inverted ----

WAYS: dict[str, tuple[Callable[[Pixels], Pixels], Callable[[Features], Features]]] = {
    "mirrored": (np.fliplr, mirrored),
    "turned 90": (np.rot90, turned),
    "turned 180": (lambda p: np.rot90(p, 2), lambda f: turned(f, 2)),
    "turned 270": (lambda p: np.rot90(p, 3), lambda f: turned(f, 3)),
    "mirrored and turned": (lambda p: np.rot90(np.fliplr(p)), lambda f: turned(mirrored(f))),
    "negative": (lambda p: 255 - p, negative),
}

HALVED = np.s_[:385, :449]
"""Of a photograph, what can be halved so often that each octave keeps the pixels of the mirrored one."""


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
@pytest.mark.parametrize("way", WAYS)
def test_the_features_of_a_turned_picture_are_those_of_the_picture_rearranged(name: str, way: str) -> None:
    pixels = np.ascontiguousarray(photograph(name)[HALVED][: photograph(name)[HALVED].shape[0] // 64 * 64 - 63])
    change, rearrange = WAYS[way]
    expected = rearrange(features(pixels, 600))
    seen = features(np.ascontiguousarray(change(pixels)), 600)

    both = pairs(expected.points.astype(np.float64), seen.points.astype(np.float64), 0.1, 5)

    assert (seen.height, seen.width) == (expected.height, expected.width)
    assert len(both) > 0.9 * len(expected)
    apart = [np.abs(expected.descriptors[i].astype(int) - seen.descriptors[j]).max() for i, j in both]
    assert np.quantile(apart, 0.75) <= 6


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_a_mirrored_picture_has_the_same_points_to_a_thousandth(name: str) -> None:
    pixels = np.ascontiguousarray(photograph(name)[HALVED])
    expected = mirrored(features(pixels, 600))
    seen = features(np.ascontiguousarray(np.fliplr(pixels)), 600)

    both = pairs(expected.points.astype(np.float64), seen.points.astype(np.float64), 0.001, 0.01)

    assert len(both) > 0.99 * len(expected)
    assert max(np.abs(expected.descriptors[i].astype(int) - seen.descriptors[j]).max() for i, j in both) <= 2


def test_rearranging_twice_or_four_times_gives_back_what_was() -> None:
    whole = features(photograph("coffee"), 100)
    for again in (mirrored(mirrored(whole)), negative(negative(whole)), turned(turned(whole, 3)), turned(whole, 4)):
        assert np.array_equal(again.descriptors, whole.descriptors)
        assert again.points == pytest.approx(whole.points, abs=1e-3)
        assert (again.width, again.height) == (whole.width, whole.height)


# ---- which and how many ----


@pytest.mark.parametrize("spread", [0, 30, 50, 100])
def test_the_first_of_many_are_those_that_fewer_would_give(spread: int) -> None:
    many = features(photograph("coffee"), 700, spread=spread)
    few = features(photograph("coffee"), 300, spread=spread)

    assert (len(many), len(few)) == (700, 300)
    assert np.array_equal(few.points, many.points[:300])
    assert np.array_equal(few.descriptors, many.descriptors[:300])


def test_the_strongest_come_first() -> None:
    responses = features(photograph("coffee"), 700).points[:, RESPONSE]

    assert (np.diff(responses) <= 0).all()


def test_a_banner_cannot_take_all_that_is_spread() -> None:
    picture = photograph("coffee").copy()
    picture[:60] = photograph("page")[:60].repeat(2, axis=1)[:, :600]

    by_strength, half, by_cell = (features(picture, 200, spread=spread).points for spread in (0, 50, 100))

    shares = [(points[:, Y] < 60).mean() for points in (by_strength, half, by_cell)]
    assert shares[0] > 0.8
    assert shares[2] < 0.4  # 16 of 64 cells, and some others are soon empty
    assert shares[1] == pytest.approx((shares[0] + shares[2]) / 2, abs=0.1)


def test_a_point_may_have_several_directions_but_an_upright_one_has_none() -> None:
    places = [features(photograph("coffee"), 400, turns=turns).points[:, :3] for turns in (1, 4)]
    one, several = (len(np.unique(points, axis=0)) for points in places)
    upright = features(photograph("coffee"), 400, upright=True).points

    assert (one, several < 400) == (400, True)
    assert set(upright[:, ANGLE]) == {0}
    assert len(np.unique(upright[:, :3], axis=0)) == 400


# ---- sizes ----


def test_places_are_given_in_the_pixels_of_the_picture_as_it_came() -> None:
    picture = photograph("coffee")
    large = np.asarray(Image.fromarray(picture).resize((1800, 1200), Image.Resampling.BICUBIC))
    small, reduced = features(picture, 400), features(large, 400, side=600)

    expected = small.points.astype(np.float64)
    expected[:, :2] = (expected[:, :2] + 0.5) * 3 - 0.5
    expected[:, SIZE] *= 3

    assert (reduced.width, reduced.height, reduced.scale, small.scale) == (1800, 1200, 1 / 3, 1)
    assert len(pairs(expected, reduced.points.astype(np.float64), 0.1, 10)) > 0.7 * len(small)


@pytest.mark.parametrize(("height", "width"), [(1, 9000), (9000, 1), (5, 65_535), (65_535, 5), (40, 20_000)])
def test_a_strip_is_looked_at_however_long_it_is(height: int, width: int) -> None:
    for side in (640, 65_535):
        found = features(noise(7, height, width), side=side, doubled=False)
        assert (found.width, found.height) == (width, height)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 5])
def test_a_picture_that_is_too_small_has_no_features(side: int) -> None:
    assert len(features(noise(1, side, side))) == 0


def test_a_flat_picture_has_no_features() -> None:
    found = features(np.full((300, 300, 3), 77, np.uint8))

    assert (found.points.shape, found.descriptors.shape) == ((0, 5), (0, 128))


def test_grey_and_padded_pixels_have_the_features_of_the_same_colours() -> None:
    grey, colour = photograph("camera")[:, :, 0], photograph("coffee")
    padded = np.dstack([colour, noise(2, *colour.shape[:2])[:, :, 0]])

    for one, other in (
        (grey, photograph("camera")),
        (padded, colour),
        (colour[::2, 10:-3:3], colour[::2, 10:-3:3].copy()),
    ):
        assert np.array_equal(features(one).points, features(other).points)
        assert np.array_equal(features(one).descriptors, features(other).descriptors)


IN_TWO_GIB = """
import resource
import numpy as np
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from havre.fingerprints.local import features
picture = np.random.default_rng(1).integers(0, 256, (1536, 2048, 3), dtype=np.uint8)
print(len(features(picture, 1600, side=2048)))
"""


def test_a_large_picture_is_searched_within_two_gibibytes() -> None:
    done = subprocess.run([sys.executable, "-c", IN_TWO_GIB], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("1600\n", 0), done.stderr


# ---- what is refused ----


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
        features(pixels)


def test_a_picture_that_would_need_too_much_memory_is_refused_unless_it_is_reduced() -> None:
    large = np.zeros((2100, 2100), np.uint8)

    with pytest.raises(Invalid, match="2100 x 2100 pixels are more than the 4194304 of a pyramid: reduce the side"):
        features(large, side=2100)
    assert len(features(large)) == len(features(large, side=2100, doubled=False)) == 0


@pytest.mark.parametrize(
    "options",
    [
        {"most": 0},
        {"most": 100_001},
        {"most": 2**40},
        {"side": 0},
        {"side": 65_536},
        {"spread": -1},
        {"spread": 101},
        {"turns": 0},
        {"turns": 9},
        {"pooled": 0},
        {"pooled": 9},
        {"contrast": -0.1},
        {"contrast": float("nan")},
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(Invalid, match=r"\w"):
        features(landscape(1, 30, 30), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("length", "height", "width", "channels", "stride", "options"),
    [
        (299, 10, 10, 3, 30, {}),
        (300, 10, 10, 3, 29, {}),
        (300, 10, 10, 2, 30, {}),
        (300, 0, 10, 3, 30, {}),
        (300, 10, -1, 3, 30, {}),
        (300, 65_536, 1, 3, 30, {}),
        (300, 2, 10, 3, 2**62, {}),
        (300, 10, 10, 3, -30, {}),
        (300, 10, 10, 3, 30, {"backend": "quantum"}),
        (300, 10, 10, 3, 30, {"layers": 1}),
        (300, 10, 10, 3, 30, {"layers": 6}),
        (300, 10, 10, 3, 30, {"sigma": 1.1}),
        (300, 10, 10, 3, 30, {"sigma": float("inf")}),
        (300, 10, 10, 3, 30, {"edge": 0.5}),
    ],
)
def test_the_kernel_checks_its_arguments(
    length: int, height: int, width: int, channels: int, stride: int, options: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        _sift.extract(bytes(length), height, width, channels, stride, **options)  # type: ignore[arg-type]
