"""libchromaprint where it is installed, and what it gave for three sounds that need no random numbers."""

import ctypes
import ctypes.util
import os
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from havre.fingerprints.chromaprint import RATE

TEST2 = 1
"""CHROMAPRINT_ALGORITHM_TEST2, libchromaprint's default."""

MISSING = "libchromaprint is missing, which ours is compared with: install Debian's libchromaprint1"

Samples = NDArray[np.int16]
Items = NDArray[np.uint32]


def libchromaprint() -> ctypes.CDLL:
    """The library; without it the test fails where `.ci/run` should have installed it, and is skipped elsewhere."""
    try:
        library = ctypes.CDLL("libchromaprint.so.1")
    except OSError:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    library.chromaprint_new.restype = ctypes.c_void_p
    return library


def theirs(samples: Samples) -> Items:
    """What libchromaprint makes of one channel at 11,025 Hz, fed in one block."""
    library = libchromaprint()
    context = ctypes.c_void_p(library.chromaprint_new(TEST2))
    found, count = ctypes.POINTER(ctypes.c_uint32)(), ctypes.c_int()
    try:
        assert library.chromaprint_start(context, RATE, 1)
        block = np.ascontiguousarray(samples)
        assert library.chromaprint_feed(context, block.ctypes.data_as(ctypes.c_void_p), len(block))
        assert library.chromaprint_finish(context)
        assert library.chromaprint_get_raw_fingerprint(context, ctypes.byref(found), ctypes.byref(count))
        return np.array(found[: count.value], np.uint32)
    finally:
        library.chromaprint_dealloc(found)
        library.chromaprint_free(context)


def _whistle(seconds: int) -> Samples:
    time = np.arange(seconds * RATE) / RATE
    return np.round(9000 * np.sin(2 * np.pi * (150 * time + 70 * time**2)) * (time % 1.5 < 1.1)).astype(np.int16)


def _hiss(seconds: int) -> Samples:
    """Noise by a rule of Lehmer's, louder and softer."""
    state, noise = 7, []
    for number in range(seconds * RATE):
        state = state * 48271 % 2147483647
        noise.append(((state >> 16) % 4001 - 2000) * (1 + number // 9000 % 5))
    return np.array(noise, np.int16)


def _chords(seconds: int) -> Samples:
    time = np.arange(seconds * RATE) / RATE
    chord = np.floor(time / 0.7).astype(np.int64)
    pitches = [220 * 2 ** ((chord * step % 12) / 12) for step in (5, 7, 3)]
    return np.round(sum(3000 * np.sin(2 * np.pi * pitch * time) for pitch in pitches)).astype(np.int16)


SOUNDS: dict[str, Callable[[int], Samples]] = {"whistle": _whistle, "hiss": _hiss, "chords": _chords}
SECONDS = 8

GOLDEN: dict[str, str] = {
    "whistle": (
        "00bc632400bc6524043d59e4043b49a4042a4984032a4984022a4986022ddd860264b1b64270b1ee4270b12b5270b12972a0a128"
        "e3a1af2ce5a1aa3ce7b1aa34feb1aa34fa918e24fa118227fa310066762d006e662e306a662e306a222e307a20ae394a20ae3a4a"
        "20ae3a4b30ad3a4b10ac3acb10ac3acb00ac369b10ec71ab366cf1ab266cf1ab2f7cf1ab2f45f1ab2d41f1eb3d41fd2e1d41f93e"
        "0941f9360941f9360941e9360945e936"
    ),
    "hiss": (
        "d77ff5ddd77df7dfd77df7ffd77df7ffd77df7efd57d75fff57d75fff579f5dff5fff1dff5fff15df5fff55df57ff55ff57df77f"
        "f57df77ff57df77ff77df77ff77df77ff77df77ff77df55ff77fd15ff77fd17ff77fd17ff57d517ff57d75fff57d557ff57d555d"
        "f57df55df57df57df5fdf57df7fff55dff7df55dff7df55fff7df5dfff7ff5ffff7ff1fffdfff3f7fdf9d377fdf95375fdf97775"
        "dd797575dd797575dd797575df79757f"
    ),
    "chords": (
        "fc426eacfc422aacf8422aacd8422ae4d8433a545b433b004ad128024ad034024ef110024ef210020ef270020ed2f00206d2c042"
        "0697808206978092068f90b2078fb0b0448dbca454cc9ba8d44c8aa8f4048aa8f4049a38e004aa08a014ae08a014a218e014a238"
        "e1346228f37532ebf37502aab36501aab26d08aef2ed08bed2ef189ed2ea385e52ea380e46ea280e46aa240e0eaa200e0eab301f"
        "0dab302408fd5324085cc220080482e0"
    ),
}
"""The items that libchromaprint 1.5.1 gives for SECONDS of each, 8 hex digits an item."""


def golden(name: str) -> Items:
    """The items of one of SOUNDS."""
    return np.frombuffer(bytes.fromhex(GOLDEN[name]), ">u4").astype(np.uint32)
