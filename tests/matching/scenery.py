"""Scenes made from a seed, and pairs of pictures of which one is an edit of the other."""

import io
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from havre.fingerprints.scene import FEATURE, LONG, LOOK, Features, Scene
from tests.pictures import Pixels

Floats = NDArray[np.float64]


def random_scene(random: np.random.Generator, count: int, width: int = 1024, height: int = 768) -> Scene:
    """Features without any sense."""
    features = np.zeros(count, FEATURE)
    features["x"] = random.integers(0, LONG + 1, count)
    features["y"] = random.integers(0, LONG * height // width + 1, count)
    features["size"] = random.integers(60, 140, count)
    features["angle"] = random.integers(0, 256, count)
    features["numbers"] = random.integers(0, 256, (count, 24))
    return Scene(width, height, features, random.integers(0, 256, (LOOK, LOOK)).astype(np.uint8))


def moved(one: Scene, random: np.random.Generator, turn: float, scale: float, noise: int = 1) -> Scene:
    """The same features as another picture would have them: turned (radians), scaled, with slightly other numbers."""
    places = np.stack([one.features["x"], one.features["y"]], 1).astype(float) - LONG / 2
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    at = places @ matrix.T + LONG / 2
    inside = ((at >= 0) & (at <= [LONG, LONG * one.height / one.width])).all(1)
    features = one.features[inside].copy()
    features["x"], features["y"] = at[inside].round().T
    features["size"] = (features["size"] + 16 * np.log2(scale)).round().clip(0, 255)
    features["angle"] = (features["angle"].astype(int) + round(turn * 128 / np.pi)) % 256
    levels = np.stack([features["numbers"] & 15, features["numbers"] >> 4]).astype(int)
    low, high = (levels + random.integers(-noise, noise + 1, levels.shape)).clip(0, 15)
    features["numbers"] = low | high << 4
    return replace(one, features=features[random.permutation(len(features))])


def encoded(picture: Image.Image, quality: int = 85) -> Pixels:
    """As it comes out of a JPEG."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def under_banner(pixels: Pixels, seed: int) -> Pixels:
    """A picture of 800 × 600 with the banner of this seed on top: coloured, full of shapes and lines."""
    random = np.random.default_rng(seed)
    picture = Image.fromarray(pixels).resize((800, 600))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 800, 130), fill=tuple(random.integers(0, 256, 3).tolist()))
    for _ in range(120):
        x, y, w, h = random.integers([0, 0, 4, 4], [790, 120, 60, 40]).tolist()
        draw.rectangle((x, y, x + w, min(y + h, 129)), fill=tuple(random.integers(0, 256, 3).tolist()))
    return encoded(picture)


def nearest_slowly(asked: Features, known: Features) -> NDArray[np.int64]:
    """How far every asked feature is from every known one: n × m."""
    numbers = [np.stack([each["numbers"] & 15, each["numbers"] >> 4]).astype(int) for each in (asked, known)]
    far: NDArray[np.int64] = ((numbers[0][:, :, None] - numbers[1][:, None]) ** 2).sum((0, 3))
    return far
