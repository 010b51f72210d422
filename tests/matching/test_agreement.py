"""Agreements: every backend tells the same, what was planted is found, chance and overlays are not."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from havre.fingerprints.scene import FEATURE, LONG, scene
from havre.matching import _scene
from havre.matching.agreement import agreements, exactness, remainder, turned_round
from tests.matching.scenery import encoded, moved, nearest_slowly, random_scene, under_banner
from tests.pictures import photograph

FUZZ = Path(__file__).parents[2] / "native" / "scene" / "fuzz.sh"
NONE, FARTHEST = 0xFFFF, 0x7FFF
BACKENDS = _scene.backends()
ASTRONAUT, COFFEE, CHELSEA = (photograph(name) for name in ("astronaut", "coffee", "chelsea"))


@given(st.integers(0, 2**32), st.integers(0, 90), st.integers(0, 90), st.booleans())
def test_every_backend_finds_the_nearest_features(seed: int, asked: int, known: int, alike: bool) -> None:
    random = np.random.default_rng(seed)
    one, other = (random_scene(random, count).features for count in (asked, known))
    if alike:  # then many are equally far
        one["numbers"], other["numbers"] = one["numbers"] & 0x11, other["numbers"] & 0x11
    far = nearest_slowly(one, other)
    for backend in BACKENDS:
        told = _scene.nearest(one.tobytes(), other.tobytes(), backend)
        found, apart, back = (np.frombuffer(each, np.uint16).astype(int) for each in told)
        order = np.argsort(far, axis=1, kind="stable")[:, :2]
        expected = np.full((asked, 2), NONE)
        expected[:, : order.shape[1]] = order
        distances = np.full((asked, 2), FARTHEST)
        distances[:, : order.shape[1]] = np.take_along_axis(far, order, 1)
        assert np.array_equal(found.reshape(-1, 2), expected)
        assert np.array_equal(apart.reshape(-1, 2), distances)
        assert np.array_equal(back, far.argmin(0) if asked else np.full(known, NONE))


@given(st.integers(0, 2**32), st.floats(-3.1, 3.1), st.floats(0.4, 1.3))
def test_what_was_turned_and_scaled_is_found_with_its_map(seed: int, turn: float, scale: float) -> None:
    random = np.random.default_rng(seed)
    known = random_scene(random, 300)
    asked = moved(known, random, turn, scale)
    told = [agreements(asked, known, backend) for backend in BACKENDS]
    for tight, loose in told:
        assert tight.score > 20
        assert tight.points > 0.5 * len(asked)
        expected = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        assert np.abs(tight.matrix - expected).max() < 0.02
        assert loose.points >= tight.points * 0.9
        assert (tight.score, tight.points) == (told[0][0].score, told[0][0].points)
        assert np.array_equal(tight.matrix, told[0][0].matrix)


@given(st.integers(0, 2**32), st.integers(0, 400), st.integers(0, 400))
def test_chance_does_not_agree(seed: int, asked: int, known: int) -> None:
    random = np.random.default_rng(seed)
    tight, loose = agreements(random_scene(random, asked), random_scene(random, known))
    assert max(tight.score, loose.score) < 3.5


def test_an_agreement_turned_round_maps_the_other_way() -> None:
    random = np.random.default_rng(3)
    known = random_scene(random, 300)
    found = agreements(moved(known, random, 0.4, 0.8), known)[0]
    back = turned_round(found)
    places = np.array([[0.0, 0.0], [LONG, 1000.0]])
    assert np.allclose(back.on_asked(found.on_asked(places)), places)
    assert np.array_equal(back.places()[0], found.places()[1])


def test_what_was_pasted_fits_exactly_and_what_was_tilted_does_not() -> None:
    picture = Image.fromarray(COFFEE)
    known = scene(COFFEE)
    pasted = Image.new("RGB", (900, 800), "white")
    pasted.paste(picture.resize((480, 320)), (200, 300))
    tilted = picture.transform((600, 400), Image.Transform.PERSPECTIVE, (1.25, 0.1, -20, 0.05, 1.15, -10, 3e-4, 2e-4))
    assert exactness(agreements(scene(encoded(pasted)), known)[1]) < 0.002
    assert exactness(agreements(scene(encoded(tilted)), known)[1]) > 0.004


def test_around_an_edit_all_agrees_and_around_a_banner_nothing() -> None:
    whole = remainder(agreements(scene(encoded(Image.fromarray(COFFEE), 40)), scene(COFFEE))[0])
    assert whole.blocks > 0.9
    assert whole.features > 0.9
    assert min(whole.asked, whole.known) > 0.95
    crop = remainder(agreements(scene(np.ascontiguousarray(COFFEE[100:, 150:450])), scene(COFFEE))[0])
    assert crop.blocks > 0.9
    assert crop.asked > 0.95
    assert 0.3 < crop.known < 0.5
    banner = agreements(scene(under_banner(COFFEE, 1)), scene(under_banner(CHELSEA, 1)))[0]
    assert banner.score > 10  # they do agree, in the banner
    assert remainder(banner).blocks < 0.4


def test_flat_pictures_have_nothing_around() -> None:
    flat = scene(np.full((200, 200, 3), 90, np.uint8))
    tight, loose = agreements(flat, scene(ASTRONAUT))
    assert max(tight.score, loose.score) < 0
    assert len(tight.pairs) == 0
    assert remainder(tight).blocks == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"asked": bytes(31)}, "features"),
        ({"known": bytes(30 * 4097)}, "features"),
        ({"known": b"\xff" * 30}, "outside"),
        ({"asked_width": 0.2}, "frames"),
        ({"known_height": float("nan")}, "frames"),
        ({"tight": (0.04, 0.0)}, "tolerances"),
        ({"loose": (0.01, 0.02)}, "tolerances"),
        ({"backend": "none"}, "backend"),
    ],
)
def test_what_no_picture_has_is_refused(change: dict[str, object], said: str) -> None:
    given: dict[str, object] = {
        "asked": bytes(30),
        "asked_width": float(LONG),
        "asked_height": float(LONG),
        "known": bytes(30),
        "known_width": float(LONG),
        "known_height": float(LONG),
        "tight": (0.04, 0.012),
        "loose": (0.05, 0.015),
    }
    with pytest.raises(ValueError, match=said):
        _scene.compare(**(given | change))  # type: ignore[arg-type]


@given(st.integers(0, 2**32), st.integers(1, 200))
def test_hostile_features_never_break_the_kernel(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (count, FEATURE.itemsize)).astype(np.uint8).view(FEATURE)[:, 0]
    for axis in ("x", "y"):
        noise[axis] = np.minimum(noise[axis], LONG)
    noise["numbers"] = noise["numbers"][0]  # all alike
    for height in (0.25, float(LONG)):
        for score, points, _, pairs in _scene.compare(
            noise.tobytes(), LONG, height, noise.tobytes(), LONG, height, (0.04, 0.012), (0.05, 0.015)
        ):
            assert np.isfinite(score)
            assert points <= len(pairs) // 4 <= count


def test_the_fuzz_driver_finds_nothing() -> None:
    done = subprocess.run([str(FUZZ), "60", "5"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 cases" in done.stdout
