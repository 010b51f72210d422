"""Exact JPEG fingerprint with digests against Pillow + pdqhash + hashlib: `python -m bench.fingerprint 12000000`.

One core, the two in turn in one run, medians of processor seconds for one picture. Both go from the bytes of a JPEG to
MD5, SHA-1, SHA-256, the PDQ and its quality; `identical` is whether they agree on all five, and ours on all eight
orientations. Pictures: photographs that scikit-image ships, stretched to the size, with noise from a seed, so that a
pixel takes about as many bits as in a camera's file; 4:2:0, quality 85 to 92.
"""

import hashlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import thread_time

import numpy as np
import pdqhash
import simplejpeg
import skimage.data
from PIL import Image

from havre.fingerprints import _pdq
from havre.fingerprints.exact import digest

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
QUALITIES = (85, 88, 90, 92)
NOISE = 2.0
"""Standard deviation of the noise, in grey levels."""

ROUNDS = 7
SEED = 4

Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """What either side says of a picture."""

    md5: bytes
    sha1: bytes
    sha256: bytes
    pdq: bytes
    quality: int


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """One line for each number of pixels: seconds for one picture, ours and the peer's, and their parts."""
    with one_core():
        for size in sizes:
            yield _measured(size)


def ours(data: bytes, pixels: bytearray) -> Found:
    """Decode into memory that is used again for every picture, fingerprint in one pass, digest."""
    height, width, _, _ = simplejpeg.decode_jpeg_header(data)
    # Four bytes for a pixel: the decoder writes them faster than three.
    simplejpeg.decode_jpeg(data, "RGBX", buffer=memoryview(pixels)[: width * height * 4])
    hashes, quality = _pdq.fingerprint(pixels, height, width, 4, width * 4)
    digests = digest(data)
    return Found(digests.md5, digests.sha1, digests.sha256, hashes[:32], quality)


def peer(data: bytes, _: bytearray) -> Found:
    """What a careful user of pdqhash writes."""
    bits, quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    return Found(
        hashlib.md5(data).digest(),
        hashlib.sha1(data).digest(),
        hashlib.sha256(data).digest(),
        np.packbits(bits).tobytes(),
        quality,
    )


def jpegs(size: int, seed: int) -> Iterator[bytes]:
    """One JPEG of about `size` pixels, 4 : 3, of each photograph."""
    random = np.random.default_rng(seed)
    width = round((size * 4 / 3) ** 0.5 / 8) * 8
    height = round(width * 3 / 4 / 8) * 8
    for name, quality in zip(PHOTOGRAPHS, QUALITIES, strict=True):
        photograph = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
        pixels = np.asarray(photograph.resize((width, height), Image.Resampling.BICUBIC), np.float32)
        pixels = pixels + random.normal(0, NOISE, (height, width, 1)).astype(np.float32)
        written = io.BytesIO()
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(
            written, "JPEG", quality=quality, subsampling="4:2:0"
        )
        yield written.getvalue()


@contextmanager
def one_core() -> Iterator[None]:
    """Pin this process to one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _measured(size: int) -> Line:
    pictures = list(jpegs(size, SEED))
    pixels = bytearray(max(size * 2, 1) * 4)
    seconds: dict[str, list[float]] = {"ours": [], "peer": [], "decode": [], "kernel": [], "digests": []}
    identical = True
    for data in pictures:
        identical &= ours(data, pixels) == peer(data, pixels)
        for what, taken in _in_turn(data, pixels).items():
            seconds[what].append(taken)
    total = {what: sum(taken) / len(taken) for what, taken in seconds.items()}
    return {
        "what": "fingerprint",
        "size": size,
        "ours": round(total["ours"], 6),
        "peer": round(total["peer"], 6),
        "ratio": round(total["peer"] / total["ours"], 2),
        "identical": identical,
        "worst_ratio": round(min(p / o for p, o in zip(seconds["peer"], seconds["ours"], strict=True)), 2),
        "bits_per_pixel": round(8 * sum(map(len, pictures)) / len(pictures) / size, 2),
        "backend": _pdq.backends()[-1],
        "pictures": len(pictures),
        **{f"{part}_seconds": round(total[part], 6) for part in ("decode", "kernel", "digests")},
    }


def _in_turn(data: bytes, pixels: bytearray) -> dict[str, float]:
    """Median processor seconds of each way and of the parts of ours, each once in every round."""
    height, width, _, _ = simplejpeg.decode_jpeg_header(data)
    view = memoryview(pixels)[: width * height * 4]
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: ours(data, pixels),
        "peer": lambda: peer(data, pixels),
        "decode": lambda: simplejpeg.decode_jpeg(data, "RGBX", buffer=view),
        "kernel": lambda: _pdq.fingerprint(pixels, height, width, 4, width * 4),
        "digests": lambda: digest(data),
    }
    seconds: dict[str, list[float]] = {what: [] for what in ways}
    for _ in range(ROUNDS):
        for what, way in ways.items():
            began = thread_time()
            way()
            seconds[what].append(thread_time() - began)
    return {what: median(taken) for what, taken in seconds.items()}


if __name__ == "__main__":
    for line in measure([int(size) for size in sys.argv[1:]] or [1_000_000, 12_000_000]):
        print(json.dumps(line), flush=True)
