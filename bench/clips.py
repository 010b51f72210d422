"""Films to measure and test with, drawn from a seed and written with PyAV's own encoders.

A clip is a promise of frames: nothing is drawn before it is wanted, so an hour costs no more memory than a second.
"""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]
"""Rows × columns × RGB."""

Samples = NDArray[np.int16]

RATE = Fraction(25)
SIZE = (320, 180)
SOUND_RATE = 24_000


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames at a steady rate."""

    frames: Callable[[], Iterator[Pixels]]
    count: int
    rate: Fraction = RATE
    size: tuple[int, int] = SIZE
    """Width and height."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self.count / self.rate)


# ---- drawn from a seed ----


def canvas(seed: int, width: int, height: int) -> Image.Image:
    """A made-up picture with large and small structures, unlike that of any other seed."""
    random = np.random.default_rng(seed)
    layers = [
        Image.fromarray(random.integers(0, 256, (size, size * 2, 3), dtype=np.uint8)).resize(
            (width, height), Image.Resampling.BICUBIC
        )
        for size in (4, 9, 40)
    ]
    picture = Image.blend(Image.blend(layers[0], layers[1], 0.45), layers[2], 0.15)
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = random.integers(0, width), random.integers(0, height)
        wide, high = random.integers(width // 30, width // 5), random.integers(height // 20, height // 3)
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        box = (int(left), int(top), int(left + wide), int(top + high))
        shape(box, fill=tuple(random.integers(0, 256, 3).tolist()))
    return picture


def scene(seed: int, seconds: float, rate: Fraction = RATE, size: tuple[int, int] = SIZE, still: bool = False) -> Clip:
    """Shots of some seconds, each a camera that moves over its own canvas while things move in it; one seed, one film.

    `still`: the camera stands and hardly anything moves.
    """
    count = round(seconds * rate)

    def frames() -> Iterator[Pixels]:
        random, done, shot = Random(f"scene {seed}"), 0, 0
        while done < count:
            length = min(round(random.uniform(1.5, 5) * rate), count - done)
            yield from _shot(Random(f"{seed}/{shot}"), seed * 1000 + shot, length, rate, size, still)
            done, shot = done + length, shot + 1

    return Clip(frames, count, rate, size)


def _shot(
    random: Random, seed: int, count: int, rate: Fraction, size: tuple[int, int], still: bool
) -> Iterator[Pixels]:
    width, height = size
    wide, high = width * 3 // 2, height * 3 // 2
    picture = canvas(seed, wide, high)
    begin = [random.uniform(0, wide - width), random.uniform(0, high - height)]
    pace = 0.0 if still else random.choice((0.02, 0.08, 0.2)) / float(rate)
    towards = [random.uniform(-1, 1) * pace * width, random.uniform(-1, 1) * pace * height]
    drift = random.uniform(-0.1, 0.1) * width / float(rate)
    side = max(height // 8, 4)
    for number in range(count):
        left, top = (
            min(max(start + step * number, 0), room)
            for start, step, room in zip(begin, towards, (wide - width, high - height), strict=True)
        )
        view = picture.transform(size, Image.Transform.AFFINE, (1, 0, left, 0, 1, top), Image.Resampling.BILINEAR)
        x = (width / 2 + drift * number) % width
        ImageDraw.Draw(view).rectangle((x, height * 0.7, x + side, height * 0.7 + side), fill=(250, 240, 80))
        yield np.asarray(view)


def pan(photograph: Pixels, seed: int, seconds: float, rate: Fraction = RATE, size: tuple[int, int] = SIZE) -> Clip:
    """A camera that moves over a photograph."""
    random = Random(f"pan {seed}")
    picture = Image.fromarray(photograph)
    count = round(seconds * rate)
    share = random.uniform(0.35, 0.7)
    wide = min(picture.width, picture.height * size[0] / size[1]) * share
    high = wide * size[1] / size[0]
    ends = [(random.uniform(0, picture.width - wide), random.uniform(0, picture.height - high)) for _ in range(2)]

    def frames() -> Iterator[Pixels]:
        for number in range(count):
            done = number / max(count - 1, 1)
            left, top = (start + (end - start) * done for start, end in zip(*ends, strict=True))
            yield np.asarray(picture.resize(size, Image.Resampling.BILINEAR, (left, top, left + wide, top + high)))

    return Clip(frames, count, rate, size)


def read(path: Path, longest: int = 640) -> Clip:
    """A film from a file, made smaller where it is larger than this."""
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        # Some coders take no finer fractions of a second.
        rate = Fraction(stream.average_rate or 25).limit_denominator(1001)
        factor = max(1.0, max(stream.width, stream.height) / longest)
        width, height = (round(side / factor / 2) * 2 for side in (stream.width, stream.height))
        count = sum(1 for _ in opened.decode(stream))

    def frames() -> Iterator[Pixels]:
        with av.open(str(path)) as opened:
            for frame in opened.decode(video=0):
                yield np.ascontiguousarray(frame.to_ndarray(format="rgb24", width=width, height=height), np.uint8)

    return Clip(frames, count, rate, (width, height))


def tune(seed: int, seconds: float, rate: int = SOUND_RATE) -> Samples:
    """A melody with noise in it."""
    random = np.random.default_rng(seed)
    notes = 220 * 2 ** (random.integers(0, 25, max(round(seconds * 4), 1)) / 12)
    pitch = np.repeat(notes, -(-round(seconds * rate) // len(notes)))[: round(seconds * rate)]
    phase = np.cumsum(2 * np.pi * pitch / rate)
    sound = np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.1 * random.standard_normal(len(phase))
    return (sound * 8000).clip(-32768, 32767).astype(np.int16)


# ---- written as files ----


@dataclass(frozen=True, slots=True)
class Encoding:
    """A container, its coders, and their options."""

    form: str
    codec: str
    options: Mapping[str, str] = field(default_factory=dict)
    sound: str = ""
    pixels: str = "yuv420p"
    sound_rate: int = SOUND_RATE


X264 = {"preset": "veryfast", "threads": "1"}

ENCODINGS: dict[str, Encoding] = {
    "h264": Encoding("mp4", "libx264", {**X264, "crf": "26"}, "aac"),
    "h264 poor": Encoding("mp4", "libx264", {**X264, "crf": "38"}, "aac"),
    "mov": Encoding("mov", "libx264", {**X264, "crf": "26"}, "pcm_s16le"),
    "mkv": Encoding("matroska", "libx264", {**X264, "crf": "28"}, "libmp3lame"),
    "3gp": Encoding("3gp", "mpeg4", {"b": "600k"}, "aac"),
    "hevc": Encoding("mp4", "libx265", {"preset": "ultrafast", "crf": "28", "x265-params": "pools=1:log-level=none"}),
    "vp8": Encoding("webm", "libvpx", {"b": "600k", "cpu-used": "8", "deadline": "realtime"}, "libopus"),
    "vp9": Encoding("webm", "libvpx-vp9", {"b": "600k", "cpu-used": "8", "deadline": "realtime"}, "libopus"),
    "av1": Encoding("matroska", "libsvtav1", {"preset": "12", "crf": "40", "svtav1-params": "lp=1"}),
    "mpeg4": Encoding("avi", "mpeg4", {"qmin": "8", "qmax": "8"}, "libmp3lame"),
    "mpeg1": Encoding("mpeg", "mpeg1video", {"b": "1500k"}, "mp2"),
    "mpeg2": Encoding("mpegts", "mpeg2video", {"b": "1500k"}, "mp2"),
    "wmv": Encoding("asf", "wmv2", {"b": "1500k"}, "wmav2"),
    "flv": Encoding("flv", "flv", {"b": "1500k"}, "libmp3lame", sound_rate=22_050),
    "ogv": Encoding("ogg", "libvpx", {"b": "600k", "cpu-used": "8", "deadline": "realtime"}),
    "10 bits": Encoding("mp4", "libx264", {**X264, "crf": "26"}, pixels="yuv420p10le"),
    "4:4:4": Encoding("matroska", "libx264", {**X264, "crf": "26"}, pixels="yuv444p"),
}
"""Ways to write a film, by what they are called in the tables."""


def encoded(
    clip: Clip,
    encoding: Encoding = ENCODINGS["h264"],
    sounds: tuple[Samples, ...] = (),
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """The clip as a file, with these soundtracks of one channel, at the encoding's own rate."""
    file = io.BytesIO()
    with av.open(file, "w", format=encoding.form) as container:
        container.metadata.update(tags or {})
        stream: Any = container.add_stream(encoding.codec, rate=clip.rate, options=dict(encoding.options))
        stream.width, stream.height, stream.pix_fmt = *clip.size, encoding.pixels
        tracks = [_track(container, encoding.sound, encoding.sound_rate) for _ in sounds]
        for pixels in clip.frames():
            for packet in stream.encode(VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if encoding.codec == "libsvtav1":
            # It makes the thread that calls it one of real time, where it may: nobody else would get the processor.
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        for track, samples in zip(tracks, sounds, strict=True):
            for packet in _sounding(track, samples, encoding.sound_rate):
                container.mux(packet)
    return file.getvalue()


def recorded(samples: Samples, form: str, codec: str, rate: int = SOUND_RATE) -> bytes:
    """A sound as a file of its own."""
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        for packet in _sounding(_track(container, codec, rate), samples, rate):
            container.mux(packet)
    return file.getvalue()


def _track(container: Any, codec: str, rate: int) -> Any:
    return container.add_stream(codec, rate=rate, layout="mono", options={"b": "64k"})


def _sounding(track: Any, samples: Samples, rate: int) -> Iterator[Any]:
    for start in range(0, len(samples), 1024):
        part = np.ascontiguousarray(samples[start : start + 1024]).reshape(1, -1)
        frame = AudioFrame.from_ndarray(part, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield from track.encode(frame)
    yield from track.encode()
