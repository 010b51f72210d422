"""Small pictures and archives of every kind, made from a seed: material for tests and for the fuzzer."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import py7zr
import skimage.data
from PIL import Image

from bench import clips

PHOTOGRAPHS = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")
"""Photographs that come with scikit-image; made-up blobs are too smooth for stable fingerprints."""


@cache
def _photograph(name: str) -> Image.Image:
    return Image.open(Path(str(skimage.data.__file__)).parent / name).convert("RGB")


def scene(seed: int = 1, width: int = 160, height: int = 120) -> Image.Image:
    """A photograph chosen by the seed, or a part of one, at this size."""
    photograph = _photograph(PHOTOGRAPHS[seed % 4])
    margin = seed * 7 % 60
    box = (margin, margin // 2, photograph.width - margin // 3, photograph.height - margin)
    return photograph.resize((width, height), Image.Resampling.LANCZOS, box=box)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    """The picture as a file of Pillow's `form`."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def animation(form: str, count: int = 3, **options: Any) -> bytes:
    """Quite different pictures, one after the other, in one file."""
    first, *rest = (scene(seed) for seed in range(10, 10 + count))
    return saved(first, form, save_all=True, append_images=rest, **options)


PICTURES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(scene(), "JPEG", quality=90),
    "png": lambda: saved(scene(), "PNG"),
    "gif": lambda: animation("GIF"),
    "webp": lambda: saved(scene(), "WEBP", quality=90),
    "tiff": lambda: animation("TIFF", 2, compression="tiff_lzw"),
    "bmp": lambda: saved(scene(), "BMP"),
    "avif": lambda: saved(scene(), "AVIF"),
    "jp2": lambda: saved(scene(), "JPEG2000"),
}
"""One good file of every kind of picture that can be written here; nothing installed writes HEIC."""


@cache
def film(name: str, seconds: float = 0.6, sounds: int = 1) -> bytes:
    """A film in one of the encodings of bench.clips, 64 × 48, with soundtracks where it can have them."""
    encoding = clips.ENCODINGS[name]
    clip = clips.scene(3, seconds, size=(64, 48))
    tracks = tuple(clips.tune(seed, seconds, encoding.sound_rate) for seed in range(sounds if encoding.sound else 0))
    return clips.encoded(clip, encoding, tracks)


@cache
def sound(form: str, codec: str, rate: int = clips.SOUND_RATE) -> bytes:
    """A second and a half of a melody."""
    return clips.recorded(clips.tune(5, 1.5, rate), form, codec, rate)


FILMS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "mp4": ("mp4", lambda: film("h264")),
    "mp4 in hevc": ("mp4", lambda: film("hevc")),
    "mov": ("mov", lambda: film("mov")),
    "mkv": ("mkv", lambda: film("mkv")),
    "mkv in av1": ("mkv", lambda: film("av1")),
    "webm": ("webm", lambda: film("vp8")),
    "webm in vp9": ("webm", lambda: film("vp9")),
    "avi": ("avi", lambda: film("mpeg4")),
    "3gp": ("3gp", lambda: film("3gp")),
    "wmv": ("wmv", lambda: film("wmv")),
    "flv": ("flv", lambda: film("flv")),
    "mpeg": ("mpeg", lambda: film("mpeg1")),
    "ts": ("ts", lambda: film("mpeg2")),
    "ogv": ("ogv", lambda: film("ogv")),
}
"""What it is called: its kind by content, and a good one."""

SOUNDS: dict[str, Callable[[], bytes]] = {
    "mp3": lambda: sound("mp3", "libmp3lame"),
    "wav": lambda: sound("wav", "pcm_s16le"),
    "flac": lambda: sound("flac", "flac"),
    "ogg": lambda: sound("ogg", "libopus"),
    "m4a": lambda: sound("ipod", "aac"),
    "aac": lambda: sound("adts", "aac"),
    "amr": lambda: sound("amr", "libopencore_amrnb", 8_000),
    "aiff": lambda: sound("aiff", "pcm_s16be"),
    "wma": lambda: sound("asf", "wmav2"),
}
"""A good one of every kind of sound."""

MEMBERS = {"one.jpg": saved(scene(2), "JPEG"), "folder/two.png": saved(scene(3), "PNG"), "empty": b""}
"""What every archive below holds."""


def zipped(members: dict[str, bytes] = MEMBERS, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The members as a ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 3, 4, 5, 6)), data, method)
    return file.getvalue()


def tarred(members: dict[str, bytes] = MEMBERS) -> bytes:
    """The members as a TAR."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_580_702_706
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def seven(members: dict[str, bytes] = MEMBERS, **options: Any) -> bytes:
    """The members as a 7z."""
    file = io.BytesIO()
    with py7zr.SevenZipFile(file, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return file.getvalue()


ARCHIVES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip": ("zip", zipped),
    "stored zip": ("zip", lambda: zipped(method=zipfile.ZIP_STORED)),
    "7z": ("7z", seven),
    "tar": ("tar", tarred),
    "tar.gz": ("gzip", lambda: gzip.compress(tarred(), mtime=0)),
    "tar.bz2": ("bzip2", lambda: bz2.compress(tarred())),
    "tar.xz": ("xz", lambda: lzma.compress(tarred())),
}
"""What it is called: its kind by content, and a good one."""
