"""vPDQ of frames as vPDQ has it, whatever the backend, the size and the part of the frame."""

import struct
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.fingerprints import _pdq, pdq
from havre.fingerprints.vpdq import Frame, Inner, Packed, Planes, frames_from, frames_told
from tests.fingerprints.test_pdq import TURNED, distance
from tests.pictures import KINDS, PHOTOGRAPHS, Pixels, landscape, photograph

SIZES = ((64, 64), (66, 50), (5, 6), (320, 180), (321, 182), (130, 700), (1920, 1080), (4, 100))
"""Widths and even heights around vector widths and the grid; one too small for any bits."""


def planes(pixels: Pixels, full: bool = False) -> tuple[Planes, VideoFrame]:
    """A picture as a decoder would give it, and the frame it came from."""
    frame = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuvj420p" if full else "yuv420p")
    y, u, v = map(_rows, frame.planes)
    return Planes(y, u, v, full), frame


def _rows(plane: Any) -> Pixels:
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]


def as_vpdq(frame: VideoFrame, full: bool = False) -> Pixels:
    """The RGB that vPDQ lets libswscale make of a frame."""
    levels = ColorRange.JPEG if full else ColorRange.MPEG
    made = frame.reformat(
        format="rgb24",
        interpolation=Interpolation.AREA,
        src_colorspace=Colorspace.ITU601,
        dst_colorspace=Colorspace.ITU601,
        src_color_range=levels,
        threads=1,
    )
    plane: Any = made.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(made.height, plane.line_size)[:, : 3 * made.width]
    return np.ascontiguousarray(rows).reshape(made.height, made.width, 3)


# ---- frames ----


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"texture"}))  # of its frequencies some are 0 but for rounding
def test_a_frame_has_the_fingerprint_that_the_rgb_of_libswscale_has(
    kind: str, size: tuple[int, int], full: bool
) -> None:
    shown, frame = planes(KINDS[kind](3, size[1], size[0]), full)
    expected = pdq.fingerprint(as_vpdq(frame, full))
    value, quality = shown.fingerprint()
    assert distance(value, expected.pdq.value) <= 2
    assert abs(quality - expected.quality) <= 1


def test_nearly_all_frames_have_every_bit_of_it() -> None:
    apart = []
    for seed in range(60):
        shown, frame = planes(landscape(seed, 180, 320))
        apart.append(distance(shown.fingerprint()[0], pdq.fingerprint(as_vpdq(frame)).pdq.value))
    assert sum(apart) <= 4


@given(
    seed=st.integers(0, 2**32 - 1),
    width=st.integers(1, 400),
    height=st.integers(1, 300),
    gap=st.integers(0, 40),
    full=st.booleans(),
)
def test_every_backend_gives_the_bits_of_the_serial_one(
    seed: int, width: int, height: int, gap: int, full: bool
) -> None:
    random = np.random.default_rng(seed)
    half = ((height + 1) // 2, (width + 1) // 2)
    y, u, v = (
        random.integers(0, 256, rows * (columns + gap), dtype=np.uint8)
        for rows, columns in ((height, width), half, half)
    )
    found = {
        name: [
            _pdq.film(y, u, v, height, width, width + gap, half[1] + gap, full, ways, name) for ways in (False, True)
        ]
        for name in _pdq.backends()
    }
    assert all(made == found["serial"] for made in found.values())
    (upright, quality), (every, again) = found["serial"]
    assert (upright, quality) == (every[:32], again)


@pytest.mark.parametrize("name", sorted(set(PHOTOGRAPHS) - {"page", "text"}))
def test_the_orientations_are_those_of_pixels_that_were_turned(name: str) -> None:
    pixels = photograph(name)[:256, :320]
    shown = planes(pixels)[0]
    ways, quality = shown.each_way()
    assert quality == shown.fingerprint()[1]
    for number, (orientation, turn) in enumerate(TURNED.items()):
        turned = planes(np.ascontiguousarray(turn(pixels)))[0].fingerprint()[0]
        assert distance(ways[32 * number : 32 * number + 32], turned) <= 8, orientation


def test_a_part_of_a_frame_is_fingerprinted_as_if_it_were_all() -> None:
    pixels = photograph("coffee")[:240, :320]
    inner = Inner(20, 10, 200, 180)
    part = np.ascontiguousarray(pixels[10:190, 20:220])
    assert Packed(pixels).within(inner).fingerprint() == Packed(part).fingerprint()
    cut = planes(pixels)[0].within(inner)
    assert (cut.width, cut.height, cut.luma().shape) == (200, 180, (180, 200))
    alone = Planes(np.ascontiguousarray(cut.y), np.ascontiguousarray(cut.u), np.ascontiguousarray(cut.v), cut.full)
    assert cut.fingerprint() == alone.fingerprint()
    assert cut.each_way() == alone.each_way()


def test_rgb_is_fingerprinted_like_a_picture() -> None:
    pixels = photograph("chelsea")
    made = pdq.fingerprint_each_way(pixels)
    assert Packed(pixels).fingerprint() == (made.pdq.value, made.quality)
    assert Packed(pixels).each_way() == (made.orientations, made.quality)
    assert (Packed(pixels).height, Packed(pixels).width) == pixels.shape[:2]
    assert (Packed(pixels).luma() == pixels[:, :, 1]).all()


def test_memory_that_does_not_hold_the_frame_is_refused() -> None:
    y, half = bytes(64 * 48), bytes(32 * 24)
    assert len(_pdq.film(y, half, half, 48, 64, 64, 32, False)[0]) == 32
    wrong = [(y[:-1], half, half, 48, 64, 64, 32), (y, half[:-1], half, 48, 64, 64, 32), (y, half, b"", 48, 64, 64, 32)]
    wrong += [(y, half, half, 48, 64, 63, 32), (y, half, half, 0, 64, 64, 32), (y, half, half, 48, 70_000, 64, 32)]
    for arguments in wrong:
        with pytest.raises(ValueError, match=r"rows|side"):
            _pdq.film(*arguments, False)


def test_a_frame_is_written_as_vpdq_writes_it() -> None:
    frame = Frame(3, 100, bytes(range(32)), 0.1)
    assert frame.line() == f"3,100,{bytes(range(32)).hex()},0.100"
    assert list(frames_from(frame.pack() + frame.pack())) == [frame, frame]


@pytest.mark.parametrize("data", [b"x", struct.pack("<IBd32s", 0, 101, 0, b""), struct.pack("<IBd32s", 0, 1, -1, b"")])
def test_bytes_that_are_no_frames_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        list(frames_from(data))
    with pytest.raises(Invalid):
        list(frames_from(struct.pack("<IBd32s", 0, 1, float("nan"), b"")))


def test_frames_are_read_as_the_package_threatexchange_tells_them() -> None:
    value = "0f" * 32
    (frame,) = frames_told(f'["{value},88,1.500"]', 10)
    assert frame == Frame(0, 88, bytes.fromhex(value), 1.5)
    first, bad = f"{value},90,2.0", "vpdq"
    for told in (
        *("", "{", "3", "[]", '["a"]', f'["{value},90"]', f'["{value},x,1"]', f'["{value},90,nan"]'),
        *(f'["{value},101,1"]', f'["{value},90,-1"]', f'["{value[2:]},90,1"]', f'["{first}","{value},90,1.0"]'),
        f'["{value},90,inf"]',
    ):
        with pytest.raises(Invalid, match=bad):
            frames_told(told, 10)
    with pytest.raises(Invalid, match="between 1 and 1 frames"):
        frames_told(f'["{first}","{first}"]', 1)
