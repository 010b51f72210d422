"""Benign pictures to measure with: the corpus's photographs and views of places, and dead leaves where more are needed.

Without the corpus (HAVRE_CORPUS, or ../shared/data/dev beside the checkout) photographs are those that scikit-image
ships, and there are no views of places.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps
from tests.pictures import CORPUS, PHOTOGRAPHS, photograph

SIDE = 1024
"""Longer side, in pixels, to which a picture is reduced when it is read: as `make_variants.py` does."""
ORDER = 4
"""The seed by which photographs are put in order."""
LEAVES = 1500
SMALLEST, LARGEST = 6, 250
"""Radius of a leaf in pixels; their numbers fall with its cube, as in photographs (Lee, Mumford and Huang, 2001)."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A picture; pieces with the same `group` show the same, all others are unrelated."""

    name: str
    group: str
    picture: Image.Image

    @property
    def pixels(self) -> Pixels:
        """RGB."""
        return np.asarray(self.picture)


def corpus() -> Path | None:
    """Where the corpus is, if it is anywhere."""
    folder = Path(os.environ.get("HAVRE_CORPUS", CORPUS))
    return folder if folder.is_dir() else None


def photographs() -> list[Piece]:
    """All photographs, each of something else, in an order that is always the same."""
    folder = corpus()
    if not folder:
        return [Piece(name, name, Image.fromarray(photograph(name))) for name in PHOTOGRAPHS]
    paths = sorted((folder / "photos").iterdir())
    chosen = [paths[at] for at in np.random.default_rng(ORDER).permutation(len(paths))]
    return [Piece(path.name, path.name, read(path)) for path in chosen]


def views() -> list[Piece]:
    """Views of places, some of each; the group is the place."""
    folder = corpus()
    if not folder:
        return []
    with (folder / "scenes" / "ground_truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [Piece(row["file"], row["scene_id"], read(folder / "scenes" / row["file"])) for row in rows]


def read(path: Path, side: int = SIDE) -> Image.Image:
    """Upright, in RGB on white, its longer side at most so many pixels."""
    _know_heif()
    with Image.open(path) as file:
        file.draft("RGB", (side, side))
        picture = ImageOps.exif_transpose(file)
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    picture = picture.convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


@cache
def _know_heif() -> None:
    pi_heif.register_heif_opener(thumbnails=False)


# ---- pictures that never were ----


def leaves(seeds: Sequence[int]) -> Iterator[Piece]:
    """Pictures of dead leaves, one for each seed."""
    for seed in seeds:
        yield Piece(f"leaves {seed}", f"leaves {seed}", Image.fromarray(dead_leaves(seed)))


def dead_leaves(seed: int, height: int = 480, width: int = 640) -> Pixels:
    """Discs and boxes of all sizes over one another, each with its colour and its texture."""
    random = np.random.default_rng(seed)
    grain = _grain(random, height, width)
    picture = np.full((height, width, 3), random.uniform(0, 255, 3), np.float32) + 20 * grain[:, :, None]
    for radius in np.sort(_radii(random))[::-1]:
        x, y = random.uniform(0, width), random.uniform(0, height)
        top, left = max(0, int(y - radius)), max(0, int(x - radius))
        here = picture[top : int(y + radius) + 1, left : int(x + radius) + 1]
        inside = _outline(random, here.shape[:2], (x - left, y - top), float(radius))
        colour, contrast = random.uniform(0, 255, 3), random.uniform(0, 40)
        texture = grain[top : top + here.shape[0], left : left + here.shape[1]]
        here[inside] = colour + contrast * texture[inside, None]
    return picture.clip(0, 255).astype(np.uint8)


def _radii(random: np.random.Generator) -> NDArray[np.float64]:
    share = random.random(LEAVES)
    low, high = SMALLEST**-2.0, LARGEST**-2.0
    return np.asarray((low - share * (low - high)) ** -0.5)


def _outline(
    random: np.random.Generator, shape: tuple[int, ...], middle: tuple[float, float], radius: float
) -> NDArray[np.bool_]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    across, down = columns - middle[0], rows - middle[1]
    turn, slim = random.uniform(0, np.pi), random.uniform(0.4, 1)
    along, aside = across * np.cos(turn) + down * np.sin(turn), (down * np.cos(turn) - across * np.sin(turn)) / slim
    if random.random() < 0.5:
        return np.asarray(along**2 + aside**2 < radius**2)
    return np.asarray(np.maximum(abs(along), abs(aside)) < radius / 1.5)


def _grain(random: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """Noise whose amplitude falls with its frequency, as in photographs; deviation 1."""
    across, down = np.fft.rfftfreq(width), np.fft.fftfreq(height)
    frequency = np.maximum(np.hypot(across[None, :], down[:, None]), 1 / width)
    noise = np.fft.irfft2(np.fft.rfft2(random.normal(size=(height, width))) / frequency, (height, width))
    return np.asarray(noise / noise.std(), np.float32)
