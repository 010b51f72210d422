"""Chromaprint, the acoustic fingerprint that AcoustID's users have: samples → one 32-bit item for every 0.124 s.

Item for item what libchromaprint 1.5.1 gives with its default algorithm (TEST2), so that fingerprints made elsewhere
are found here. Each item tells how the 12 semitones of the octave, all octaves together, lie and move over 2.7 s.
"""

from typing import NamedTuple

import numpy as np

# By name, so that they are loaded now: a worker may open no file later.
from numpy.fft import rfft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 11_025
"""Samples a second, of one channel: what libchromaprint turns every sound into first (its kDefaultSampleRate)."""

FRAME = 4096
"""Samples in one spectrum (kDefaultFrameSize)."""

HOP = FRAME // 3
"""Samples from one spectrum to the next, and so from one item to the next (kDefaultFrameOverlap is the rest)."""

LOWEST, HIGHEST = 28, 3520
"""Hertz: what of a spectrum is looked at (MIN_FREQ, MAX_FREQ), A0 to A7."""

BANDS = 12
"""Semitones of an octave."""

SMOOTHING = (0.25, 0.75, 1.0, 0.75, 0.25)
"""Weights of 5 neighbouring spectra (kChromaFilterCoefficients)."""

FAINTEST = 0.01
"""A smoothed row of 12 energies whose length is below this counts as silence (ChromaNormalizer)."""

ROWS = 16
"""Smoothed rows that one item looks at: the widest of the classifiers."""

ITEM_SECONDS = HOP / RATE
"""From one item to the next: 0.124 s."""

WINDOW_SECONDS = ((ROWS + len(SMOOTHING) - 2) * HOP + FRAME) / RATE
"""How much of the sound one item is made of: 2.72 s."""

Features = NDArray[np.float64]
"""Rows of 12 numbers."""


class Classifier(NamedTuple):
    """One rectangle over rows and bands, how it is divided in two, and where the logarithm of their ratio is cut."""

    division: int
    band: int
    bands: int
    rows: int
    cuts: tuple[float, float, float]


CLASSIFIERS = (
    Classifier(0, 4, 3, 15, (1.98215, 2.35817, 2.63523)),
    Classifier(4, 4, 6, 15, (-1.03809, -0.651211, -0.282167)),
    Classifier(1, 0, 4, 16, (-0.298702, 0.119262, 0.558497)),
    Classifier(3, 8, 2, 12, (-0.105439, 0.0153946, 0.135898)),
    Classifier(3, 4, 4, 8, (-0.142891, 0.0258736, 0.200632)),
    Classifier(4, 0, 3, 5, (-0.826319, -0.590612, -0.368214)),
    Classifier(1, 2, 2, 9, (-0.557409, -0.233035, 0.0534525)),
    Classifier(2, 7, 3, 4, (-0.0646826, 0.00620476, 0.0784847)),
    Classifier(2, 6, 2, 16, (-0.192387, -0.029699, 0.215855)),
    Classifier(2, 1, 3, 2, (-0.0397818, -0.00568076, 0.0292026)),
    Classifier(5, 10, 1, 15, (-0.53823, -0.369934, -0.190235)),
    Classifier(3, 6, 2, 10, (-0.124877, 0.0296483, 0.139239)),
    Classifier(2, 1, 1, 14, (-0.101475, 0.0225617, 0.231971)),
    Classifier(3, 5, 6, 4, (-0.0799915, -0.00729616, 0.063262)),
    Classifier(1, 9, 2, 12, (-0.272556, 0.019424, 0.302559)),
    Classifier(3, 4, 2, 14, (-0.164292, -0.0321188, 0.0846339)),
)
"""The 16 trained classifiers of TEST2 (kClassifiersTest2), first the one whose two bits stand highest in an item."""

Rectangle = tuple[int, int, int, int]
"""Rows from and to, bands from and to, the ends not included."""


def _halves(classifier: Classifier) -> tuple[list[Rectangle], list[Rectangle]]:
    """What stands above and what below the fraction line: the six divisions of Chromaprint's Filter0 to Filter5."""
    division, low, bands, rows, _ = classifier
    high, middle, half = low + bands, low + bands // 2, rows // 2
    third, thirds = bands // 3, rows // 3
    divided: list[tuple[list[Rectangle], list[Rectangle]]] = [
        ([(0, rows, low, high)], []),
        ([(0, rows, middle, high)], [(0, rows, low, middle)]),
        ([(half, rows, low, high)], [(0, half, low, high)]),
        (
            [(0, half, middle, high), (half, rows, low, middle)],
            [(0, half, low, middle), (half, rows, middle, high)],
        ),
        (
            [(0, rows, low + third, low + 2 * third)],
            [(0, rows, low, low + third), (0, rows, low + 2 * third, high)],
        ),
        ([(thirds, 2 * thirds, low, high)], [(0, thirds, low, high), (2 * thirds, rows, low, high)]),
    ]
    return divided[division]


def _notes() -> tuple[slice, NDArray[np.intp], NDArray[np.intp]]:
    """The bins of a spectrum that are looked at, in the order of their semitones, and where each semitone starts."""
    bins = slice(round(FRAME * LOWEST / RATE), round(FRAME * HIGHEST / RATE))
    octave = np.log2(np.arange(bins.start, bins.stop) * RATE / FRAME / (440 / 16))
    note = (BANDS * (octave - np.floor(octave))).astype(np.int64)
    order = np.argsort(note, kind="stable")
    return bins, order, np.searchsorted(note[order], np.arange(BANDS))


BINS, BY_NOTE, NOTE_STARTS = _notes()
HAMMING = (0.54 - 0.46 * np.cos(2 * np.pi / (FRAME - 1) * np.arange(FRAME))) / np.iinfo(np.int16).max
GRAY = np.array([0, 1, 3, 2], np.uint32)


def rows_from(samples: NDArray[np.int16]) -> Features:
    """The energy in each semitone for each whole spectrum, every HOP samples."""
    frames = sliding_window_view(samples, FRAME)[::HOP]
    spectra = rfft(frames * HAMMING)[:, BINS]
    energy = spectra.real**2 + spectra.imag**2
    return np.add.reduceat(energy[:, BY_NOTE], NOTE_STARTS, axis=1)


def smoothed(rows: Features) -> Features:
    """Each 5 neighbouring rows weighted into one of length 1, or of zeros where there is next to nothing to hear."""
    count = len(rows) - len(SMOOTHING) + 1
    total = np.zeros((count, BANDS))
    for at, weight in enumerate(SMOOTHING):
        total += weight * rows[at : at + count]
    length = np.sqrt((total * total).sum(axis=1, keepdims=True))
    return np.where(length < FAINTEST, 0.0, total / np.maximum(length, FAINTEST))


def items_from(features: Features) -> NDArray[np.uint32]:
    """One item for each 16 neighbouring smoothed rows."""
    sums = np.zeros((len(features) + 1, BANDS + 1))
    sums[1:, 1:] = features.cumsum(axis=0).cumsum(axis=1)
    items = np.zeros(len(features) - ROWS + 1, np.uint32)
    for classifier in CLASSIFIERS:
        above, below = (_total(sums, part, len(items)) for part in _halves(classifier))
        level = np.searchsorted(classifier.cuts, np.log1p(above) - np.log1p(below), side="right")
        items = (items << np.uint32(2)) | GRAY[level]
    return items


def _total(sums: Features, rectangles: list[Rectangle], count: int) -> NDArray[np.float64]:
    """The sum over rectangles, which lie as far from row to row for each of `count` items."""
    total = np.zeros(count)
    for start, end, low, high in rectangles:
        until, before = sums[end : end + count], sums[start : start + count]
        total += until[:, high] - before[:, high] - until[:, low] + before[:, low]
    return total
