"""What people and their programs do to a sound, as files: the variants that a sound must be found in."""

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from bench.sound_files import FORMS, Form, Samples, encoded, written

RATE = 22_050
"""Samples a second of a sound before anything was done to it."""

EXCERPT = 10.0
FRAMES_A_SECOND = 10
Chance = np.random.Generator


class Part(NamedTuple):
    """Where a part of the original lies in the original, in seconds; it is as long in the variant."""

    start: float
    seconds: float


class Variant(NamedTuple):
    """A file, and the part of the original that is heard in it."""

    data: bytes
    part: Part


Change = Callable[[Samples, Samples, Chance], Variant]
"""(a sound, another sound, chance) → what was made of the first."""


def _whole(samples: Samples, form: Form, rate: int = RATE) -> Variant:
    return Variant(encoded(samples, rate, form), Part(0, len(samples) / RATE))


def _encoded_as(name: str) -> Change:
    return lambda samples, _, __: _whole(samples, FORMS[name])


def _louder(decibels: float) -> Change:
    share = 10 ** (decibels / 20)
    return lambda samples, _, __: _whole(_clipped(samples * share), FORMS["aac 64k"])


def _clipped(wave: NDArray[np.floating[Any]]) -> Samples:
    return wave.clip(-32_768, 32_767).astype(np.int16)


def _overdriven(samples: Samples, _: Samples, __: Chance) -> Variant:
    return _whole(_clipped(samples * (80_000 / max(int(np.abs(samples.astype(np.int32)).max()), 1))), FORMS["mp3 128k"])


def _noisy(decibels: float) -> Change:
    def change(samples: Samples, _: Samples, chance: Chance) -> Variant:
        loud = float(samples.astype(np.float64).std()) * 10 ** (-decibels / 20)
        return _whole(_clipped(samples + chance.normal(0, loud, len(samples))), FORMS["aac 64k"])

    return change


def _excerpt(form: str) -> Change:
    def change(samples: Samples, _: Samples, chance: Chance) -> Variant:
        length = min(int(EXCERPT * RATE), len(samples))
        start = int(chance.integers(0, len(samples) - length + 1))
        return Variant(encoded(samples[start : start + length], RATE, FORMS[form]), Part(start / RATE, length / RATE))

    return change


def _trimmed(samples: Samples, _: Samples, chance: Chance) -> Variant:
    """Begins up to a second later, so between two items of the original."""
    start = int(chance.integers(1, RATE))
    return Variant(encoded(samples[start:], RATE, FORMS["mp3 128k"]), Part(start / RATE, (len(samples) - start) / RATE))


def _within(samples: Samples, other: Samples, chance: Chance) -> Variant:
    """Ten seconds of it amid another sound."""
    length = min(int(EXCERPT * RATE), len(samples))
    start = int(chance.integers(0, len(samples) - length + 1))
    middle = len(other) // 2
    mixed = np.concatenate([other[:middle], samples[start : start + length], other[middle:]])
    return Variant(encoded(mixed, RATE, FORMS["aac 64k"]), Part(start / RATE, length / RATE))


def _faster(share: float) -> Change:
    def change(samples: Samples, _: Samples, __: Chance) -> Variant:
        at = np.arange(int(len(samples) / share)) * share
        return _whole(_clipped(np.interp(at, np.arange(len(samples)), samples)), FORMS["aac 64k"])

    return change


def _under_another_picture(samples: Samples, _: Samples, chance: Chance) -> Variant:
    """A film whose picture is noise and whose sound is this one."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        picture = container.add_stream("mpeg4", rate=FRAMES_A_SECOND, width=64, height=48, pix_fmt="yuv420p")
        sound = container.add_stream("aac", rate=RATE, layout="mono", bit_rate=64_000)
        count = len(samples) * FRAMES_A_SECOND // RATE
        for drawn in chance.integers(0, 256, (count, 48, 64, 3), dtype=np.uint8):
            container.mux(picture.encode(av.VideoFrame.from_ndarray(drawn, format="rgb24")))
        for packets in written(sound, samples, RATE):
            container.mux(packets)
        container.mux(picture.encode(None))
    return Variant(file.getvalue(), Part(0, len(samples) / RATE))


ENCODED = ("mp3 128k", "mp3 32k", "aac 64k", "aac 24k", "opus 24k", "opus 12k", "wma 32k", "amr 12.2k")

VARIANTS: dict[str, Change] = {
    **{f"re-encoded, {name}": _encoded_as(name) for name in ENCODED},
    "20 dB quieter": _louder(-20),
    "overdriven": _overdriven,
    "noise 20 dB below": _noisy(20),
    "noise 10 dB below": _noisy(10),
    "trimmed off the grid": _trimmed,
    "10 s excerpt": _excerpt("wav"),
    "10 s excerpt, mp3 32k": _excerpt("mp3 32k"),
    "10 s excerpt, opus 12k": _excerpt("opus 12k"),
    "10 s amid another sound": _within,
    "picture replaced": _under_another_picture,
}
"""Those with a bar: each is to be found."""

HARD: dict[str, Change] = {
    "re-encoded, amr 4.75k": _encoded_as("amr 4.75k"),
    "re-encoded, opus 6k": _encoded_as("opus 6k"),
    "10 s excerpt, amr 12.2k": _excerpt("amr 12.2k"),
    "1 % faster": _faster(1.01),
    "2 % faster": _faster(1.02),
    "4 % faster": _faster(1.04),
}
"""Those that are reported as they are."""
