"""Benign pictures to test with: drawn from a seed, photographs that scikit-image ships, and the corpus."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), RGB."""

CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "dev"

PHOTOGRAPHS = ("astronaut", "camera", "chelsea", "coffee", "coins", "moon", "page", "rocket", "text")


def corpus() -> Path:
    """The benign test corpus; the test is skipped where it is not."""
    folder = Path(os.environ.get("HAVRE_CORPUS", CORPUS))
    if not folder.is_dir():
        pytest.skip(f"no test corpus at {folder}: set HAVRE_CORPUS to where it is")
    return folder


def photograph(name: str) -> Pixels:
    """One of PHOTOGRAPHS, in colour."""
    pixels = cast(Pixels, getattr(skimage.data, name)())
    return np.ascontiguousarray(pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2))


def landscape(seed: int, height: int, width: int) -> Pixels:
    """Sky over hills under a sun: smooth areas with a few sharp edges."""
    random = np.random.default_rng(seed)
    up, along = np.arange(height)[:, None] / height, np.arange(width) / width
    sky = np.stack([120 + 100 * up, 150 + 80 * up, 235 - 30 * up], axis=2)
    picture = np.broadcast_to(sky, (height, width, 3)).copy()
    middle, wide = random.uniform(0.1, 0.9, 2), random.uniform(0.05, 0.15)
    picture[(up - middle[0] * 0.5) ** 2 + (along - middle[1]) ** 2 < wide**2] = (255, 230, 150)
    for depth in range(4):
        waves = random.uniform(1, 9, 3), random.uniform(0, 6, 3)
        hills = sum(np.sin(along * n * 3 + start) / n for n, start in zip(*waves, strict=True))
        picture[up > 0.4 + depth * 0.15 + 0.08 * hills] = random.integers(20, 200, 3)
    return cast(Pixels, picture.clip(0, 255).astype(np.uint8))


def gradient(seed: int, height: int, width: int) -> Pixels:
    """One colour going over into another: too flat for a fingerprint to mean anything."""
    random = np.random.default_rng(seed)
    share = np.add.outer(np.linspace(0, random.random(), height), np.linspace(0, random.random(), width))[:, :, None]
    first, second = random.integers(0, 256, 3), random.integers(0, 256, 3)
    return cast(Pixels, (first + (second - first) * share / 2).astype(np.uint8))


def shapes(seed: int, height: int, width: int) -> Pixels:
    """Twenty rectangles over one another: hard edges, large flat areas."""
    random = np.random.default_rng(seed)
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = random.integers(0, 256, 3)
    for _ in range(20):
        top, left = random.integers(0, height), random.integers(0, width)
        tall, wide = 1 + random.integers(0, height), 1 + random.integers(0, width)
        picture[top : top + tall, left : left + wide] = random.integers(0, 256, 3)
    return picture


def noise(seed: int, height: int, width: int) -> Pixels:
    """Every pixel by itself."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def texture(seed: int, height: int, width: int) -> Pixels:
    """Noise in blocks of 8 x 8, like cloth or leaves."""
    coarse = noise(seed, height // 8 + 1, width // 8 + 1)
    return np.ascontiguousarray(coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width])


KINDS: dict[str, Callable[[int, int, int], Pixels]] = {
    "landscape": landscape,
    "gradient": gradient,
    "shapes": shapes,
    "noise": noise,
    "texture": texture,
}
"""Ways to draw a picture from (seed, height, width)."""
