"""The fingerprint of a sound: samples in blocks → Chromaprint items, which of them tell anything, and their bytes.

Nothing is recognised: neither words nor whose voice it is. Two fingerprints agree where the same recording is heard.
"""

import struct
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints.chromaprint import (
    BANDS,
    FRAME,
    HOP,
    ITEM_SECONDS,
    RATE,
    ROWS,
    SMOOTHING,
    Features,
    items_from,
    rows_from,
    smoothed,
)

METHOD = "sound"
VERSION = "1"
"""Changes whenever any sound would get another fingerprint; stored beside every one."""

LEAST_CHANGE = 0.02
"""Variance, of rows of length 1 within the window of an item, from which the item tells anything.

A constant tone or hum has 0.000, white noise 0.002-0.006, pink noise 0.009-0.022; the quietest rooms of the corpus have
0.041 and more, voices and music 0.05-0.5 (docs/calibration-sound.md).
"""

MOST_SILENCE = ROWS // 2
"""An item with more silent rows than this in its window tells more of the silence than of the sound."""

BATCH = 256 * HOP
"""Samples looked at in one go: about 8 MB of work memory, however long the sound."""

HEADER = struct.Struct("<B3xIqQ")
"""Version, items, start in microseconds, samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Soundprint:
    """What a sound is found by."""

    items: NDArray[np.uint32]
    informative: NDArray[np.bool_]
    """Which items tell anything: silence, constant tones and steady noise do not, and never match."""

    start: float
    """Seconds into its file at which the sound begins."""

    samples: int
    """How many samples it was made of."""

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return self.samples / RATE

    def moment(self, item: int) -> float:
        """Seconds into the file at which the window of an item begins."""
        return self.start + item * ITEM_SECONDS


class Chroma:
    """Makes a fingerprint of samples that come in blocks, in memory that grows by 5 bytes for every 0.124 s."""

    def __init__(self) -> None:
        self._samples: NDArray[np.int16] = np.zeros(0, np.int16)
        self._rows: Features = np.zeros((0, BANDS))
        self._features: Features = np.zeros((0, BANDS))
        self._items = array("I")
        self._informative = bytearray()
        self._taken = 0

    def take(self, samples: NDArray[np.int16]) -> None:
        """More of the sound: one channel at 11,025 Hz, a block of any length. Raises Invalid for anything else."""
        if samples.dtype != np.int16 or samples.ndim != 1:
            raise Invalid(f"a block of sound is a row of int16 samples, not {samples.dtype} {samples.shape}")
        self._taken += len(samples)
        for at in range(0, len(samples), BATCH):
            self._samples = np.concatenate([self._samples, samples[at : at + BATCH]])
            if len(self._samples) >= FRAME:
                self._add(rows_from(self._samples))

    def _add(self, rows: Features) -> None:
        self._samples = self._samples[len(rows) * HOP :]
        rows = np.concatenate([self._rows, rows])
        self._rows = rows[-len(SMOOTHING) + 1 :]
        if len(rows) < len(SMOOTHING):
            return
        features = np.concatenate([self._features, smoothed(rows)])
        self._features = features[-ROWS + 1 :]
        if len(features) >= ROWS:
            self._items.frombytes(items_from(features).tobytes())
            self._informative += informative_from(features).tobytes()

    def finish(self, start: float = 0.0) -> Soundprint:
        """The fingerprint of all that was taken; `start` is how many seconds into its file the sound begins."""
        items = np.frombuffer(self._items.tobytes(), np.uint32)
        return Soundprint(items, np.frombuffer(bytes(self._informative), np.bool_), start, self._taken)


def informative_from(features: Features) -> NDArray[np.bool_]:
    """Which windows of 16 rows hold a sound that changes by more than steady noise does."""
    change = np.maximum(_sums(features * features) / ROWS - (_sums(features) / ROWS) ** 2, 0).sum(axis=1)
    silent = _sums((features == 0).all(axis=1, keepdims=True))[:, 0]
    told: NDArray[np.bool_] = (change >= LEAST_CHANGE) & (silent <= MOST_SILENCE)
    return told


def _sums(rows: NDArray[np.float64] | NDArray[np.bool_]) -> Features:
    """The sum of each 16 neighbouring rows."""
    total = np.zeros((len(rows) + 1, rows.shape[1]))
    total[1:] = rows.cumsum(axis=0)
    return total[ROWS:] - total[:-ROWS]


def items_in(samples: int) -> int:
    """How many items so many samples make."""
    rows = (samples - FRAME) // HOP + 1 if samples >= FRAME else 0
    return max(rows - len(SMOOTHING) - ROWS + 2, 0)


def pack(sound: Soundprint) -> bytes:
    """The fingerprint as bytes: a header, the items, one bit for each that tells anything."""
    header = HEADER.pack(int(VERSION), len(sound.items), round(sound.start * 1e6), sound.samples)
    marks = np.packbits(sound.informative, bitorder="little")
    return header + sound.items.astype("<u4").tobytes() + marks.tobytes()


def unpack(data: bytes) -> Soundprint:
    """The fingerprint that was packed; Invalid for bytes that `pack` does not give."""
    if len(data) < HEADER.size:
        raise Invalid("these bytes are too few for the fingerprint of a sound")
    version, count, start, samples = HEADER.unpack_from(data)
    if version != int(VERSION):
        raise Invalid(f"the fingerprint of a sound has version {version}, and this program reads version {VERSION}")
    if count != items_in(samples) or len(data) != HEADER.size + 4 * count + (count + 7) // 8:
        raise Invalid("the fingerprint of a sound does not have the length it states")
    items = np.frombuffer(data, "<u4", count, HEADER.size).astype(np.uint32)
    marks = np.frombuffer(data, np.uint8, offset=HEADER.size + 4 * count)
    informative = np.unpackbits(marks, count=count, bitorder="little").astype(np.bool_)
    sound = Soundprint(items, informative, start / 1e6, samples)
    if pack(sound) != data:
        raise Invalid("the fingerprint of a sound has bytes set that mean nothing")
    return sound
