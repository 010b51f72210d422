"""Train what turns SIFT descriptors into the short ones of a scene: `python -m bench.scene_model FOLDER OUT.npz`.

FOLDER holds benign photographs under free licences; docs/decisions/0140 names those that the shipped model was trained
on. From warped, dimmed, blurred and re-encoded copies come pairs of descriptors of the same point. The projection is
linear discriminant analysis: directions in which different points differ most for how much the same point varies. It is
made so that mirroring a picture, or turning it negative, only changes signs: a stored picture can ask as its own mirror
image. Only statistics over all pictures are kept, nothing of any one of them.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from havre.fingerprints.local import ANGLE, SIZE, X, Y, features
from havre.fingerprints.scene import CELLS, DIMENSIONS, HALF, LEVELS, POOLED, SHIFT

SIDE = 640
"""Longer side of a picture that is warped."""
ASKED, KNOWN = 1200, 700
"""Features looked for in the warped picture, and in the picture itself."""
SHRINK = 0.02
"""Share of the mean variance added to that of the same point, so that no direction counts for being almost constant."""
SPAN = 2.4
"""Standard deviations that the levels of one dimension reach to each side."""
ROUNDS = 15
"""Of k-means."""
CELL_SCALE = 8
"""Centroids are kept in eighths of a level."""
SEED = 7

Floats = NDArray[np.float64]

_AT = np.arange(128).reshape(4, 4, 8)
MIRROR = _AT[::-1][:, :, -np.arange(8) % 8].ravel()
NEGATIVE = _AT[::-1, ::-1].ravel()
SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
"""What mirroring and turning negative do to a direction: keep it or reverse it."""


def train(folder: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of the model."""
    one, other, all_seen = _gathered(sorted(folder.iterdir()))
    print(f"{len(one):,} pairs of descriptors", flush=True)
    weights, offset, mirror, negative = _projection(one, other)
    model = {"weights": weights, "offset": offset, "mirror": mirror, "negative": negative}
    levels = _levels(all_seen, weights, offset)
    # Their mirror images too: a cell and its mirror image are then cells alike.
    levels = np.concatenate([levels, np.where(mirror, -levels, levels)])
    cells = [_centroids(levels[:, half * HALF : (half + 1) * HALF], half) for half in (0, 1)]
    return {**model, "cells": np.stack(cells)}


def _gathered(paths: list[Path]) -> tuple[Floats, Floats, Floats]:
    ones, others, seen = [], [], []
    for number, path in enumerate(paths):
        try:
            with Image.open(path) as opened:
                picture = opened.convert("L")
        except OSError:
            continue
        picture.thumbnail((SIDE, SIDE))
        for one, other in _pairs(picture, np.random.default_rng(1000 + number)):
            ones.append(one)
            others.append(other)
        found = features(np.asarray(picture), 60, side=1024, pooled=POOLED)
        seen.append(found.descriptors)
    return tuple(np.concatenate(part).astype(np.float64) for part in (ones, others, seen))  # type: ignore[return-value]


def _pairs(picture: Image.Image, random: np.random.Generator) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Descriptors of the same points in a picture and in a warped copy."""
    warp = _warp(picture.size, random)
    corners = _through(warp, np.array([[0, 0], [picture.width, 0], list(picture.size), [0, picture.height]], float))
    low, high = corners.min(0), corners.max(0)
    width, height = (high - low).astype(int)
    if not (min(width, height) > 60 and max(width, height) < 1600):
        return
    warp = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ warp
    copy = _spoilt(_warped(picture, warp, (width, height)), random)
    known = features(np.asarray(picture), KNOWN, side=1024, pooled=POOLED)
    asked = features(np.asarray(copy), ASKED, side=1600, pooled=POOLED)
    if len(known) < 20 or len(asked) < 20:
        return
    at, found = _same_points(warp, known.points, asked.points)
    yield known.descriptors[at], asked.descriptors[found]


def _warp(size: tuple[int, int], random: np.random.Generator) -> Floats:
    """Seen from elsewhere: turned, scaled, stretched and in perspective."""
    turn = np.radians(random.uniform(-25, 25)) * (random.random() < 0.7)
    scale, stretch, along = 2 ** random.uniform(-1, 0.6), 2 ** random.uniform(-0.9, 0.9), random.uniform(0, np.pi)
    matrix = np.eye(3)
    matrix[:2, :2] = _turn(turn) @ _turn(along) @ np.diag([scale * stretch**0.5, scale / stretch**0.5]) @ _turn(-along)
    matrix[2, :2] = random.uniform(-0.2, 0.2, 2) / max(size)
    return matrix


def _turn(angle: float) -> Floats:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _through(matrix: Floats, points: Floats) -> Floats:
    moved = np.c_[points, np.ones(len(points))] @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _warped(picture: Image.Image, warp: Floats, size: tuple[int, int]) -> Image.Image:
    shrinking = min(size[0] / picture.width, size[1] / picture.height)
    if shrinking < 1:
        picture = picture.filter(ImageFilter.GaussianBlur(float(0.5 * (1 / shrinking - 1))))
    back = np.linalg.inv(warp)
    return picture.transform(
        (int(size[0]), int(size[1])),
        Image.Transform.PERSPECTIVE,
        (back / back[2, 2]).ravel()[:8].tolist(),
        Image.Resampling.BICUBIC,
    )


def _spoilt(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Dimmed, noisy, sometimes blurred, and encoded anew."""
    if random.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 1.5)))
    grey = 255 * (np.asarray(picture) / 255) ** random.uniform(0.6, 1.7) * random.uniform(0.7, 1.2)
    grey = grey + random.normal(0, random.uniform(0, 6), grey.shape)
    file = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(random.integers(25, 90)))
    return Image.open(file)


def _same_points(warp: Floats, known: Floats, asked: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which known points lie where which asked ones do, of the size and angle that the warp makes of them."""
    places = known[:, [X, Y]].astype(float)
    here = _through(warp, places)
    right, below = _through(warp, places + np.array([1, 0])) - here, _through(warp, places + np.array([0, 1])) - here
    size = np.sqrt(np.abs(right[:, 0] * below[:, 1] - right[:, 1] * below[:, 0])) * known[:, SIZE]
    turned = np.degrees(np.arctan2(right[:, 1] - below[:, 0], right[:, 0] + below[:, 1])) + known[:, ANGLE]
    apart = np.linalg.norm(here[:, None] - asked[None, :, [X, Y]], axis=2) / np.maximum(asked[None, :, SIZE], 1)
    alike = np.abs(np.log2(asked[None, :, SIZE] / size[:, None])) < 0.5
    alike &= np.abs((asked[None, :, ANGLE] - turned[:, None] + 180) % 360 - 180) < 20
    cost = np.where(alike & (apart < 0.35), apart, np.inf)
    best = cost.argmin(1)
    at = np.flatnonzero(np.isfinite(cost[np.arange(len(known)), best]))
    return at, best[at]


# ---- the projection ----


def _projection(one: Floats, other: Floats) -> tuple[NDArray[np.generic], ...]:
    seen = np.concatenate([one, other])
    mean = np.mean([seen.mean(0)[order] for order in _orders()], axis=0)
    total = _symmetric((seen - mean).T @ (seen - mean) / len(seen))
    same = _symmetric((one - other).T @ (one - other) / len(one) / 2)
    same += SHRINK * np.trace(same) / len(same) * np.eye(len(same))
    directions = sorted(_directions(total, same), key=lambda found: -found[0])[:DIMENSIONS]
    random = np.random.default_rng(SEED)
    columns: list[tuple[tuple[int, int], Floats]] = []
    for sign in SIGNS:
        block = np.stack([direction for _, its, direction in directions if its == sign], 1)
        # Turned among themselves, so that each carries as much as the others.
        turned = block @ np.linalg.qr(random.normal(size=(block.shape[1],) * 2))[0]
        columns += [(sign, column) for column in turned.T]
    columns = columns[0::2] + columns[1::2]  # each half gets its share of every kind
    matrix = np.stack([column for _, column in columns], 1)
    step = 2 * SPAN * ((seen - mean) @ matrix).std() / LEVELS
    weights = np.rint(matrix.T / step * 2**SHIFT)
    assert np.abs(weights).max() < 2**15
    mirror = np.array([sign[0] < 0 for sign, _ in columns])
    negative = np.array([sign[1] < 0 for sign, _ in columns])
    return _exact(weights), np.rint(weights @ mean).astype(np.int64) * ~(mirror | negative), mirror, negative


def _exact(weights: Floats) -> NDArray[np.int16]:
    """Rounded, and each exactly as symmetric as it is meant to be."""
    return weights.astype(np.int16)


def _orders() -> list[NDArray[np.intp]]:
    return [np.arange(128), MIRROR, NEGATIVE, MIRROR[NEGATIVE]]


def _symmetric(matrix: Floats) -> Floats:
    return np.asarray(np.mean([matrix[np.ix_(order, order)] for order in _orders()], axis=0))


def _directions(total: Floats, same: Floats) -> Iterator[tuple[float, tuple[int, int], Floats]]:
    """How telling, of which signs, and the direction scaled so that the same point varies by one."""
    unit = np.eye(128)
    for sign in SIGNS:
        project = (unit + sign[0] * unit[MIRROR]) @ (unit + sign[1] * unit[NEGATIVE]) / 4
        strength, basis = np.linalg.eigh((project + project.T) / 2)
        basis = basis[:, strength > 0.5]
        spread, axes = np.linalg.eigh(basis.T @ same @ basis)
        white = axes @ np.diag(spread**-0.5)
        telling, found = np.linalg.eigh(white.T @ basis.T @ total @ basis @ white)
        for value, column in zip(telling, (basis @ white @ found).T, strict=True):
            yield float(value), sign, column


# ---- the cells ----


def _levels(descriptors: Floats, weights: NDArray[np.generic], offset: NDArray[np.generic]) -> Floats:
    """As havre.fingerprints.scene makes them: odd numbers from -15 to 15."""
    exact = descriptors @ weights.T.astype(np.float64) - offset
    return np.asarray(2 * np.floor(exact / 2**SHIFT).clip(-LEVELS // 2, LEVELS // 2 - 1) + 1)


def _centroids(points: Floats, half: int) -> NDArray[np.int8]:
    """k-means; an empty cell starts again at a random point."""
    random = np.random.default_rng(SEED + half)
    centres = points[random.permutation(len(points))[:CELLS]].copy()
    for _ in range(ROUNDS):
        cost = (centres**2).sum(1)
        nearest = np.concatenate([(cost - 2 * part @ centres.T).argmin(1) for part in np.array_split(points, 64)])
        counts = np.bincount(nearest, minlength=CELLS)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, points)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
        empty = counts == 0
        centres[empty] = points[random.integers(0, len(points), int(empty.sum()))]
    return np.rint(centres * CELL_SCALE).astype(np.int8)


if __name__ == "__main__":
    np.savez(sys.argv[2], **train(Path(sys.argv[1])))
