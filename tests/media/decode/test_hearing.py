"""Sound comes to listeners at one rate, one channel, whatever it was; and changes of form are followed."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from havre.media.decode import hearing
from havre.media.decode.hearing import Track
from havre.media.decode.imprints import SOUND_RATE, Hearing

STARTS: list[float] = []
"""What listeners were told of the beginning of their sound."""


class Ear:
    """Keeps all it hears."""

    def __init__(self) -> None:
        self.samples: list[NDArray[np.int16]] = []

    def take(self, samples: NDArray[np.int16]) -> None:
        self.samples.append(samples.copy())

    def finish(self, start: float) -> NDArray[np.uint32]:
        STARTS.append(start)
        return np.concatenate(self.samples).view(np.uint16).astype(np.uint32)


HEARING = Hearing("sound", "1", Ear, lambda numbers: numbers.astype(np.uint16).tobytes())


def frames(
    seconds: float, rate: int, layout: str = "mono", form: str = "s16", first: float = 0
) -> Iterator[AudioFrame]:
    """A tone, alike in all channels."""
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    scaled = (wave * 10_000).astype(np.int16) if form.startswith("s16") else wave.astype(np.float32) * 0.3
    for start in range(0, len(scaled), 1000):
        part = np.repeat(scaled[start : start + 1000][None, :], channels, axis=0)
        packed = part if form.endswith("p") else np.ascontiguousarray(part.T).reshape(1, -1)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(packed), format=form, layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, round(rate * first) + start, Fraction(1, rate)
        yield frame


def heard(track: Track) -> NDArray[np.int16]:
    (made,) = track.finish()
    return np.frombuffer(made.data, np.int16)


@pytest.mark.parametrize(
    ("rate", "layout", "form"),
    [(48_000, "stereo", "fltp"), (8_000, "mono", "s16"), (44_100, "5.1", "fltp"), (SOUND_RATE, "mono", "s16p")],
)
def test_every_form_becomes_one_channel_at_one_rate(rate: int, layout: str, form: str) -> None:
    track = Track((HEARING,))
    for frame in frames(2.0, rate, layout, form):
        track.take(frame)
    samples = heard(track)
    assert len(samples) == pytest.approx(2 * SOUND_RATE, abs=40)
    assert track.seconds == pytest.approx(2.0, abs=0.01)
    crossings = np.count_nonzero(np.diff(np.signbit(samples.astype(int))))
    assert crossings == pytest.approx(2 * 2 * 440, abs=12)


def test_a_change_of_form_in_the_midst_is_followed() -> None:
    track = Track((HEARING,))
    for part in (frames(1.0, 48_000, "stereo", "fltp"), frames(1.0, 8_000), frames(1.0, 44_100, "5.1", "fltp")):
        for frame in part:
            track.take(frame)
    assert len(heard(track)) == pytest.approx(3 * SOUND_RATE, abs=100)


def test_several_listeners_hear_the_same() -> None:
    track = Track((HEARING, HEARING))
    for frame in frames(0.5, 24_000):
        track.take(frame)
    one, other = track.finish()
    assert one.data == other.data


@pytest.mark.parametrize(
    ("first", "zero", "start"), [(7.5, 5.0, 2.5), (7.5, None, 0), (5, 7.5, 0), (1e9, 0.0, 0), (7.5, 7.5, 0)]
)
def test_a_listener_is_told_when_the_sound_begins(first: float, zero: float | None, start: float) -> None:
    track = Track((HEARING,))
    for frame in frames(0.5, 24_000, first=first):
        track.take(frame)
    track.finish(zero)
    assert STARTS[-1] == pytest.approx(start)


def test_a_track_without_sound_leaves_nothing() -> None:
    assert Track((HEARING,)).finish() == []
    assert Track(()).seconds == 0


def test_after_a_day_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "MOST_SECONDS", 1)
    track = Track((HEARING,))
    for frame in frames(3.0, 24_000):
        track.take(frame)
    assert 1 <= track.seconds < 1.2
