"""Frames are seen as vPDQ sees them and shown as a person does; their times never go back."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from hypothesis import given
from hypothesis import strategies as st

from havre.fingerprints.pdq import fingerprint
from havre.fingerprints.vpdq import Packed, Planes
from havre.media.decode.seeing import LONGEST_GAP, Times, looks, shown
from tests.fingerprints.test_pdq import distance
from tests.fingerprints.test_vpdq import as_vpdq
from tests.pictures import Pixels, landscape, photograph

COFFEE = photograph("coffee")[:200, :300]


def frame(pixels: Pixels, form: str = "yuv420p") -> VideoFrame:
    return VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24").reformat(format=form)


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p"])
@pytest.mark.parametrize(("height", "width"), [(200, 300), (64, 65), (2, 2), (100, 17)])
def test_the_commonest_frames_are_seen_without_making_rgb(form: str, height: int, width: int) -> None:
    made = shown(frame(landscape(1, height, width), form), VideoReformatter())
    assert isinstance(made, Planes)
    assert (made.height, made.width, made.u.shape) == (height, width, (height // 2, (width + 1) // 2))


@pytest.mark.parametrize("form", ["yuv422p", "yuv444p", "yuv420p10le", "nv12", "gray", "rgb24", "gbrp", "yuva420p"])
def test_all_others_are_seen_as_rgb(form: str) -> None:
    made = shown(frame(COFFEE, form), VideoReformatter())
    assert isinstance(made, Packed)
    assert distance(made.fingerprint()[0], fingerprint(COFFEE).pdq.value) <= 20


def test_an_odd_height_is_converted_as_vpdq_does() -> None:
    odd = frame(COFFEE[:199])
    made = shown(odd, VideoReformatter())
    assert isinstance(made, Packed)
    assert (made.rgb == as_vpdq(odd)).all()


def test_what_a_film_says_of_its_colours_changes_no_fingerprint_but_what_is_shown() -> None:
    plain, tagged = frame(COFFEE), frame(COFFEE)
    tagged.colorspace, tagged.color_range = 1, 2
    one, other = (shown(each, VideoReformatter()).fingerprint() for each in (plain, tagged))
    assert one == other
    assert (looks(plain, 640, VideoReformatter()) != looks(tagged, 640, VideoReformatter())).any()


@pytest.mark.parametrize(("longest", "shape"), [(640, (200, 300, 3)), (150, (100, 150, 3)), (10, (7, 10, 3))])
def test_a_frame_is_shown_no_larger_than_wanted_and_never_enlarged(longest: int, shape: tuple[int, ...]) -> None:
    assert looks(frame(COFFEE), longest, VideoReformatter()).shape == shape


def at(pts: int | None, base: Fraction | None = Fraction(1, 1000)) -> VideoFrame:
    made = VideoFrame(16, 16, "gray")
    made.pts, made.time_base = pts, base
    return made


def test_times_start_with_the_first_frame() -> None:
    times = Times(25)
    assert [times.of(at(pts)) for pts in (5000, 5040, 5100)] == pytest.approx([0, 0.04, 0.1])
    assert times.end == pytest.approx(0.14)


def test_frames_without_times_come_at_the_rate_of_the_film() -> None:
    times = Times(50)
    assert [times.of(at(None)) for _ in range(3)] == pytest.approx([0, 0.02, 0.04])
    assert [Times(0).of(at(None)), Times(1e9).end] == [0, 0]


def test_a_clock_that_leaps_or_goes_back_is_set_right() -> None:
    times = Times(25)
    stated = (0, 40, 10_000_000, 10_000_040, 80, 120, -(10**12))
    found = [times.of(at(pts)) for pts in stated]
    assert found == pytest.approx([0.04 * n for n in range(7)])


def test_a_slow_film_is_believed() -> None:
    times = Times(1)
    assert [times.of(at(pts)) for pts in (0, 60_000, 120_000)] == [0, 60, 120]
    assert LONGEST_GAP > 60


@given(st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), max_size=40), st.floats(0, 1e6))
def test_no_times_whatever_go_back_or_leap(stated: list[int | None], rate: float) -> None:
    times = Times(rate)
    found = [times.of(at(pts)) for pts in stated]
    assert found == sorted(found)
    assert all(later - earlier <= LONGEST_GAP for earlier, later in pairwise(found))
    assert all(time >= 0 for time in found)
