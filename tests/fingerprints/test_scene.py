"""A scene is the same bytes everywhere, knows its own mirror image and negative, and never believes bytes blindly."""

import struct
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

from havre.errors import Invalid
from havre.fingerprints import scene as scenes
from havre.fingerprints.scene import FEATURE, LONG, Scene

PHOTOGRAPHS = {name: getattr(data, name)() for name in ("astronaut", "chelsea", "coffee")}
SCENES = {name: scenes.scene(pixels) for name, pixels in PHOTOGRAPHS.items()}
NAMES = sorted(PHOTOGRAPHS)

BYTES = {
    "astronaut": "3d01c170c895a9ed",
    "chelsea": "7236f780cf1727ca",
    "coffee": "3b5521cde4adec72",
}
"""What the packed scenes are; if this changes, VERSION must change."""


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_the_same_features_everywhere(name: str) -> None:
    assert sha256(scenes.pack(SCENES[name])).hexdigest()[:16] == BYTES[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_asks_as_its_mirror_image_without_another_look(name: str) -> None:
    real = scenes.scene(np.ascontiguousarray(PHOTOGRAPHS[name][:, ::-1]))
    made = scenes.mirrored(SCENES[name])
    assert _share_found(made, real) > 0.95
    assert np.array_equal(made.look, real.look)
    back = scenes.mirrored(made)
    for part in FEATURE.names or ():
        assert np.array_equal(back.features[part], SCENES[name].features[part])


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_asks_as_its_negative_without_another_look(name: str) -> None:
    real = scenes.scene(255 - PHOTOGRAPHS[name])
    made = scenes.negative(SCENES[name])
    assert _share_found(made, real) > 0.9
    assert np.abs(made.look.astype(int) - real.look).max() <= 2
    assert _share_found(SCENES[name], real) < 0.1  # the signs matter


def _share_found(some: Scene, among: Scene) -> float:
    """Which share of features lies at the same place with almost the same numbers."""
    one, other = scenes.levels(some.features), scenes.levels(among.features)
    numbers = ((one[:, None] - other[None]) ** 2).sum(2)
    places = sum(np.abs(some.features[axis][:, None].astype(int) - among.features[axis][None]) for axis in ("x", "y"))
    return float(((numbers < 300) & (places < 60)).any(1).mean())


@pytest.mark.parametrize("shape", [(1, 1), (1, 40000), (7, 9, 3), (64, 64, 4)])
def test_a_picture_too_small_or_flat_has_no_features_and_still_a_look(shape: tuple[int, ...]) -> None:
    found = scenes.scene(np.full(shape, 77, np.uint8))
    assert len(found) == 0
    assert (found.look == 77).all()


def test_a_look_is_the_picture_in_small() -> None:
    pixels = np.kron(np.arange(16, dtype=np.uint8).reshape(4, 4) * 16, np.ones((160, 160), np.uint8))
    assert np.array_equal(scenes.look(pixels), np.kron(pixels[::160, ::160], np.ones((16, 16), np.uint8)))


@pytest.mark.parametrize("name", NAMES)
def test_what_was_packed_is_unpacked(name: str) -> None:
    one = SCENES[name]
    back = scenes.unpack(scenes.pack(one), one.look.tobytes())
    assert (back.width, back.height) == (one.width, one.height)
    assert np.array_equal(back.features, one.features)
    assert np.array_equal(back.look, one.look)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_scene_are_refused(noise: bytes) -> None:
    with pytest.raises(Invalid):
        scenes.unpack(noise, bytes(scenes.LOOK**2))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:-1],
        lambda packed: packed + b"\0",
        lambda packed: b"\2" + packed[1:],
        lambda packed: packed[:2] + (60_000).to_bytes(2, "little") + packed[4:],
        lambda packed: packed[:4] + bytes(8) + packed[12:],
        lambda packed: packed[:12] + (LONG + 1).to_bytes(2, "little") + packed[14:],
        lambda packed: packed[:14] + LONG.to_bytes(2, "little") + packed[16:],
        lambda packed: packed[:4] + struct.pack("<II", 1, 2**32 - 1) + packed[12:],
        lambda packed: packed[:4] + struct.pack("<II", 1, 1000) + packed[12:],
        lambda packed: struct.pack("<HHII", 1, 0, 2**32 - 1, 1),
    ],
)
def test_a_spoilt_scene_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    one = SCENES["coffee"]
    with pytest.raises(Invalid):
        scenes.unpack(spoil(scenes.pack(one)), one.look.tobytes())
    with pytest.raises(Invalid):
        scenes.unpack(scenes.pack(one), bytes(10))
