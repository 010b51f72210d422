"""A stream of pictures becomes runs, keys and views, within its limits."""

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame

from bench import clips, variants
from havre.fingerprints.video import MIDDLE, TRIMMED, WHOLE
from havre.fingerprints.vpdq import frames_from
from havre.media.decode import reel
from havre.media.decode.outcomes import Exceeded, Limits
from havre.media.decode.reel import Reel


def run(made: Reel, clip: clips.Clip) -> Reel:
    for number, pixels in enumerate(clip.frames()):
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1) / clip.rate
        made.take(frame)
    return made


def test_it_counts_measures_and_keeps_time() -> None:
    made = run(Reel(Limits(), 25.0), clips.scene(1, 2.0))
    assert (made.count, made.width, made.height) == (50, 320, 180)
    assert made.seconds == pytest.approx(2.0)
    film = made.finish()
    assert (film.frames, film.seconds) == (50, 2.0)
    assert len(film.forms[WHOLE].runs) == len(film.forms[MIDDLE].runs) > len(film.forms[TRIMMED].runs)


def test_every_frame_is_told_to_whoever_wants_it() -> None:
    told: list[bytes] = []
    made = run(Reel(Limits(), 25.0, told.append), clips.scene(1, 1.0))
    frames = list(frames_from(b"".join(told)))
    assert [frame.number for frame in frames] == list(range(made.count))
    assert frames[0].pdq == bytes(made.finish().runs["pdq"][0])


def test_the_middle_is_the_same_whatever_is_laid_into_a_corner() -> None:
    plain, marked = (
        run(Reel(Limits()), change(clips.scene(3, 0.2))).finish() for change in (lambda c: c, variants.marked)
    )
    assert plain.forms[MIDDLE].ways.tobytes() == marked.forms[MIDDLE].ways.tobytes()
    assert plain.runs["pdq"].tobytes() != marked.runs["pdq"].tobytes()


def test_a_middle_in_which_nothing_is_to_be_seen_is_no_form_of_its_own() -> None:
    def emptied(pixels: clips.Pixels) -> clips.Pixels:
        changed = pixels.copy()
        changed[20:160, 40:280] = 128
        return changed

    plain = clips.scene(3, 0.4)
    hollow = clips.Clip(lambda: map(emptied, plain.frames()), plain.count)
    film = run(Reel(Limits()), hollow).finish()
    assert len(film.forms[WHOLE].runs) > 0
    assert len(film.forms[MIDDLE].runs) == 0


def test_too_many_frames_and_too_many_runs_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exceeded, match="only its first 10 frames") as exceeded:
        run(Reel(Limits(film_frames=10)), clips.scene(1, 2.0))
    assert exceeded.value.limit == "film_frames"
    monkeypatch.setattr(reel, "MOST_RUNS", 3)
    noise = clips.Clip(lambda: iter(np.random.default_rng(1).integers(0, 256, (20, 90, 160, 3), dtype=np.uint8)), 20)
    with pytest.raises(Exceeded, match="changes too often"):
        run(Reel(Limits()), noise)


def test_a_film_of_nothing_is_nothing() -> None:
    made = Reel(Limits())
    assert (made.seconds, len(made.finish().runs), made.storyboard.views()) == (0.0, 0, [])


def test_the_smallest_frames_are_survived() -> None:
    for size in ((2, 2), (4, 6), (2, 64), (64, 2), (8, 8)):
        clip = clips.Clip(lambda size=size: iter([np.zeros((size[1], size[0], 3), np.uint8)] * 3), 3, size=size)  # type: ignore[misc]
        assert run(Reel(Limits()), clip).finish().frames == 3
