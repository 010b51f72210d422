"""Sensor noise (PRNU) as the literature takes it: pixels → residual, residuals → fingerprint of a camera, two → PCE.

Every sensor answers light a little differently in each pixel, always the same way. What a denoiser removes from a
picture holds a trace of that pattern [Lukáš, Fridrich, Goljan 2006]; several pictures of one camera give an estimate of
it [Chen, Fridrich, Goljan, Lukáš 2008]; the peak of the correlation over its energy elsewhere (PCE) says whether a
picture carries it [Goljan, Fridrich, Filler 2009]. numpy and OpenCV's box filter, nothing trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""Shape (height, width), one number a pixel."""

LEVELS = 4
NOISE = 5.0
"""Standard deviation that the denoiser takes for noise, in grey levels of 0-255 (Lukáš et al. 2006)."""
WINDOWS = (3, 5, 7, 9)
"""Sides, in coefficients, of the squares that local variance is estimated in; the least counts (Mıhçak et al. 1999)."""
PEAK = 11
"""Side in pixels of the square around the peak that its energy is not measured in (Goljan et al. 2009)."""

# Daubechies' orthogonal filter of 8 taps (Ten Lectures on Wavelets, table 6.1, N = 4).
LOW = np.array(
    [0.23037781, 0.71484657, 0.63088077, -0.02798377, -0.18703481, 0.03084138, 0.03288301, -0.0105974], np.float32
)
HIGH = (LOW[::-1] * np.array([1, -1] * 4, np.float32)).astype(np.float32)


def residual(grey: npt.NDArray[np.generic]) -> Plane:
    """What denoising takes out of a picture, without what rows, columns and a JPEG grid have in common."""
    return _without_grids(_without_lines(_noise_of(grey.astype(np.float32))))


def fingerprint(pictures: Sequence[npt.NDArray[np.generic]], residuals: Sequence[Plane]) -> Plane:
    """The estimate of a camera's pattern from pictures of one size and their residuals (Chen et al. 2008, eq. 6)."""
    above = np.zeros(residuals[0].shape, np.float32)
    below = np.full(residuals[0].shape, 1e-3, np.float32)
    for picture, noise in zip(pictures, residuals, strict=True):
        light = picture.astype(np.float32)
        above += noise * light
        below += light * light
    return _without_grids(_without_lines(above / below))


@dataclass(frozen=True)
class Pattern:
    """A residual or a fingerprint made ready to be compared with many."""

    shape: tuple[int, int]
    spectrum: npt.NDArray[np.complex64]


def pattern(plane: Plane) -> Pattern:
    """The plane's spectrum, its mean left out."""
    height, width = plane.shape
    return Pattern((height, width), np.fft.rfft2(plane - plane.mean()).astype(np.complex64))


def pce(one: Pattern, other: Pattern) -> float:
    """Peak-to-correlation energy at no shift, signed: some 1 by chance, 60 for a match (Goljan et al. 2009)."""
    return _energy_ratio(np.fft.irfft2(one.spectrum * other.spectrum.conj(), one.shape).astype(np.float32))


def _energy_ratio(plane: Plane) -> float:
    """The square of the correlation at no shift over its mean square away from there."""
    beside = np.arange(-(PEAK // 2), PEAK // 2 + 1)
    value = float(plane[0, 0])
    inside = float((plane[np.ix_(beside, beside)].astype(np.float64) ** 2).sum())
    total = float(np.square(plane, dtype=np.float64).sum())
    outside = (total - inside) / (plane.size - PEAK * PEAK)
    return value * abs(value) / outside if outside > 0 else 0.0


# ---- the denoiser ----


def _noise_of(grey: Plane) -> Plane:
    """Wavelet coefficients shrunk towards noise, and back: the noise itself, not the picture without it."""
    step = 1 << LEVELS
    height, width = grey.shape
    wide = np.pad(grey, ((0, -height % step), (0, -width % step)), mode="symmetric")
    bands = []
    for _ in range(LEVELS):
        wide, details = _split(wide)
        bands.append([_shrunk(detail) for detail in details])
    rest = np.zeros_like(wide)
    for details in reversed(bands):
        rest = _joined(rest, details)
    return rest[:height, :width]


def _shrunk(detail: Plane) -> Plane:
    """The part of a band that local variance says is noise (a Wiener filter a coefficient)."""
    noise = NOISE * NOISE
    energy = detail * detail
    least = cv2.boxFilter(energy, -1, (WINDOWS[0],) * 2)
    for side in WINDOWS[1:]:
        np.minimum(least, cv2.boxFilter(energy, -1, (side, side)), out=least)
    return np.asarray(detail * (noise / (np.maximum(least - noise, 0) + noise)), np.float32)


def _split(plane: Plane) -> tuple[Plane, list[Plane]]:
    """One level: the picture at half size, and its details along rows, columns and both."""
    low, high = (_filtered(plane, taps) for taps in (LOW, HIGH))
    quarters = [_filtered(part.T, taps).T for part in (low, high) for taps in (LOW, HIGH)]
    return quarters[0], quarters[1:]


def _joined(rest: Plane, details: list[Plane]) -> Plane:
    """The inverse of `_split`."""
    low = _spread(rest.T, LOW).T + _spread(details[0].T, HIGH).T
    high = _spread(details[1].T, LOW).T + _spread(details[2].T, HIGH).T
    return _spread(low, LOW) + _spread(high, HIGH)


def _filtered(plane: Plane, taps: Plane) -> Plane:
    """Every second value of the columns' circular convolution."""
    length = plane.shape[0]
    wrapped = np.concatenate([plane, plane[: len(taps)]])
    out = np.zeros((length // 2, plane.shape[1]), np.float32)
    for at, tap in enumerate(taps):
        out += tap * wrapped[at : at + length : 2]
    return out


def _spread(plane: Plane, taps: Plane) -> Plane:
    """The adjoint of `_filtered`: for an orthogonal filter, its inverse."""
    length = 2 * plane.shape[0]
    out = np.zeros((length + len(taps), plane.shape[1]), np.float32)
    for at, tap in enumerate(taps):
        out[at : at + length : 2] += tap * plane
    out[: len(taps)] += out[length:]
    return out[:length]


# ---- what is no sensor's own ----


def _without_lines(plane: Plane) -> Plane:
    """Rows and columns of each of the four pixels of a Bayer cell to mean zero: demosaicing is every camera's."""
    out: Plane = np.asarray(plane - plane.mean(), np.float32)
    for row in (0, 1):
        for column in (0, 1):
            part = out[row::2, column::2]
            part -= part.mean(axis=1, keepdims=True)
            part -= part.mean(axis=0, keepdims=True)
    return out


def _without_grids(plane: Plane) -> Plane:
    """Peaks of the spectrum flattened: a JPEG grid or an upsampling is a peak, a sensor's pattern is none."""
    spectrum = np.fft.rfft2(plane)
    size = np.abs(spectrum).astype(np.float32) / np.float32(np.sqrt(plane.size))
    noise = float(plane.var())
    energy = size * size
    least = cv2.boxFilter(energy, -1, (WINDOWS[0],) * 2)
    for side in WINDOWS[1:]:
        np.minimum(least, cv2.boxFilter(energy, -1, (side, side)), out=least)
    kept = noise / (np.maximum(least - noise, 0) + noise)
    return np.fft.irfft2(spectrum * kept, plane.shape).astype(np.float32)
