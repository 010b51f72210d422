"""Local features against OpenCV's SIFT: `python -m bench.sift [PICTURES_OF_THE_CORPUS]`.

First the time: processor seconds for one picture on one core, the two in turn, the same options and number of features.
Then what they are good for: each picture is edited in ways of which one knows where every point goes, and features of
both are matched (mutually nearest descriptors). `ours` and `peer` are the matches that are right, as many features
asked from either; `repeated` is the share of points that the edited picture has again. Grey pictures of at most 640
pixels, the same bytes for both; OpenCV's descriptors become RootSIFT as ours are. Pictures: those that scikit-image
ships, and a share of the corpus where HAVRE_CORPUS, or ../shared/data/dev beside the checkout, is.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean, median
from time import thread_time

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from bench.fingerprint import Line, one_core
from havre.fingerprints import _sift
from havre.fingerprints.local import SIZE, X, Y, features

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
"""Shape (n, 3): x, y, size."""

Descriptors = NDArray[np.float32]
Map = NDArray[np.float64]
"""A homography, 3 × 3: where each point of a picture lies in the edited one."""

CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "dev"
PHOTOGRAPHS = ("astronaut", "camera", "chelsea", "coffee", "coins", "moon", "page", "rocket")
FROM_CORPUS = 48
SEED = 11
ROUNDS = 5

TIMED = ((640, 500), (1024, 1600))
"""Longer side, features."""

SIDE, COUNT = 640, 500
NEAR = 3.0
"""Pixels, or a quarter of its size if that is more, that a match may be off its place and still be right."""

SIZES_APART = 0.7
"""Octaves that the sizes of a right match may be apart."""

AGAIN, SIZES_AGAIN = 1.5, 0.4
"""The same, in pixels and octaves, for a point that is found again."""


@dataclass(frozen=True, slots=True)
class Found:
    """The features of a picture; descriptors of length about 1."""

    points: Points
    descriptors: Descriptors


# ---- who finds ----


def ours(grey: Grey, count: int, pooled: int = 1) -> Found:
    """What `features` finds, nothing reduced."""
    found = features(grey, count, side=max(grey.shape), pooled=pooled)
    return Found(found.points[:, [X, Y, SIZE]].astype(np.float64), np.divide(found.descriptors, 512, dtype=np.float32))


def peer(grey: Grey, count: int) -> Found:
    """What OpenCV finds with the same options: RootSIFT, the strongest first, its shift of a quarter pixel undone."""
    keypoints, descriptors = opencv(grey, count)
    if not keypoints:
        return Found(np.empty((0, 3)), np.empty((0, 128), np.float32))
    strongest = sorted(range(len(keypoints)), key=lambda i: -keypoints[i].response)[:count]
    points = [(keypoints[i].pt[0] - 0.25, keypoints[i].pt[1] - 0.25, keypoints[i].size) for i in strongest]
    share = descriptors[strongest] / np.maximum(descriptors[strongest].sum(axis=1, keepdims=True), 1)
    return Found(np.array(points), np.sqrt(share).astype(np.float32))


def opencv(grey: Grey, count: int) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.float32]]:
    """The peer as it is called."""
    keypoints, descriptors = cv2.SIFT.create(count, 3, 0.01, 12, 1.6).detectAndCompute(grey, None)
    return keypoints, np.asarray(descriptors, np.float32)


# ---- pictures and their edits ----


def pictures(from_corpus: int = FROM_CORPUS, side: int = SIDE) -> Iterator[Grey]:
    """Grey pictures of at most `side` pixels: the shipped ones and so many of the corpus, evenly picked."""
    for name in PHOTOGRAPHS:
        shipped = getattr(skimage.data, name)()
        yield reduced(shipped if shipped.ndim == 2 else cv2.cvtColor(shipped, cv2.COLOR_RGB2GRAY), side)
    corpus = Path(os.environ.get("HAVRE_CORPUS", CORPUS))
    files = sorted(corpus.glob("photos/*.jpg")) + sorted(corpus.glob("scenes/*/*.jpg"))
    for path in files[:: max(1, len(files) // max(1, from_corpus))] if from_corpus else []:
        yield reduced(np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8), side)


def reduced(grey: NDArray[np.uint8], side: int) -> Grey:
    """The picture, its longer side at most `side`."""
    high, wide = grey.shape
    scale = min(1.0, side / max(high, wide))
    size = (round(wide * scale), round(high * scale))
    return np.ascontiguousarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey, np.uint8)


def shift(x: float, y: float) -> Map:
    """Everything moved."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def rotation(grey: Grey, degrees: float) -> Map:
    """About the middle."""
    middle = ((grey.shape[1] - 1) / 2, (grey.shape[0] - 1) / 2)
    return np.vstack([cv2.getRotationMatrix2D(middle, degrees, 1), [0, 0, 1]])


def perspective(grey: Grey, share: float, random: np.random.Generator) -> Map:
    """Each corner moved inwards by at most this share of the shorter side."""
    high, wide = grey.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * random.uniform(0, share * min(high, wide), (4, 2))
    return np.asarray(cv2.getPerspectiveTransform(corners, (corners + inwards).astype(np.float32)), np.float64)


def tilt(grey: Grey, factor: float) -> Map:
    """As a plane looked at from the side: squeezed across a slanted axis."""
    middle = shift(grey.shape[1] / 2, grey.shape[0] / 2)
    squeezed = middle @ np.diag([1 / factor, 1, 1]) @ np.linalg.inv(middle)
    return rotation(grey, 20) @ squeezed @ rotation(grey, 30)


def warped(grey: Grey, where: Map) -> Grey:
    """The picture moved by a map, in a frame of its own size; blurred before where it shrinks."""
    scale = float(np.sqrt(abs(np.linalg.det(where[:2, :2] / where[2, 2]))))
    blur = 0.5 * np.sqrt(max(scale**-2 - 1, 0))
    source = cv2.GaussianBlur(grey, (0, 0), blur) if blur > 0.25 else grey
    return np.asarray(cv2.warpPerspective(source, where, grey.shape[::-1], flags=cv2.INTER_CUBIC), np.uint8)


def jpeg(grey: Grey, quality: int) -> Grey:
    """Written and read again."""
    written = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_GRAYSCALE), np.uint8)


def scaled(grey: Grey, factor: float) -> tuple[Grey, Map]:
    """Made larger or smaller."""
    high, wide = grey.shape
    size = (round(wide * factor), round(high * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    x, y = size[0] / wide, size[1] / high
    where = np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]])
    return np.ascontiguousarray(cv2.resize(grey, size, interpolation=way), np.uint8), where


def cropped(grey: Grey, share: float, random: np.random.Generator) -> tuple[Grey, Map]:
    """This share of both sides cut away."""
    high, wide = (int(side * (1 - share)) for side in grey.shape)
    top, left = int(random.integers(grey.shape[0] - high + 1)), int(random.integers(grey.shape[1] - wide + 1))
    return np.ascontiguousarray(grey[top : top + high, left : left + wide]), shift(-left, -top)


def noisy(grey: Grey, levels: float, random: np.random.Generator) -> Grey:
    """With Gaussian noise."""
    return np.clip(grey + random.normal(0, levels, grey.shape), 0, 255).astype(np.uint8)


Edit = Callable[[Grey, np.random.Generator], tuple[Grey, Map]]


def _moved(
    how: Callable[[Grey, np.random.Generator], Map], grey: Grey, random: np.random.Generator
) -> tuple[Grey, Map]:
    where = how(grey, random)
    return warped(grey, where), where


def _kept(
    how: Callable[[Grey, np.random.Generator], Grey], grey: Grey, random: np.random.Generator
) -> tuple[Grey, Map]:
    return how(grey, random), np.eye(3)


EDITS: dict[str, Edit] = {
    "jpeg 20": partial(_kept, lambda grey, _: jpeg(grey, 20)),
    "blur 2": partial(_kept, lambda grey, _: np.asarray(cv2.GaussianBlur(grey, (0, 0), 2), np.uint8)),
    "noise 15": partial(_kept, lambda grey, random: noisy(grey, 15, random)),
    "crop 30 %": lambda grey, random: cropped(grey, 0.3, random),
    "crop 60 %": lambda grey, random: cropped(grey, 0.6, random),
    "scale 50 %": lambda grey, _: scaled(grey, 0.5),
    "scale 75 %": lambda grey, _: scaled(grey, 0.75),
    "scale 150 %": lambda grey, _: scaled(grey, 1.5),
    "rotate 7": partial(_moved, lambda grey, _: rotation(grey, 7)),
    "rotate 45": partial(_moved, lambda grey, _: rotation(grey, 45)),
    "perspective 15 %": partial(_moved, lambda grey, random: perspective(grey, 0.15, random)),
    "perspective 30 %": partial(_moved, lambda grey, random: perspective(grey, 0.3, random)),
    "tilt 2": partial(_moved, lambda grey, _: tilt(grey, 2)),
}


# ---- how good ----


def mutual(one: Descriptors, other: Descriptors) -> NDArray[np.int64]:
    """Pairs of which each is the other's nearest, shape (n, 2)."""
    if not len(one) or not len(other):
        return np.empty((0, 2), np.int64)
    apart = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    there, back = apart.argmin(axis=1), apart.argmin(axis=0)
    first = np.flatnonzero(back[there] == np.arange(len(one)))
    return np.stack([first, there[first]], axis=1)


def moved(points: Points, where: Map) -> Points:
    """Where the points lie in the edited picture, and how large they are there."""
    flat = np.column_stack([points[:, :2], np.ones(len(points))]) @ where.T
    scale = np.sqrt(np.abs(np.linalg.det(where) / flat[:, 2] ** 3))
    return np.column_stack([flat[:, :2] / flat[:, 2:], points[:, 2] * scale])


def right(one: Found, other: Found, where: Map) -> int:
    """How many matches join the same place at the same size."""
    pairs = mutual(one.descriptors, other.descriptors)
    expected, seen = moved(one.points[pairs[:, 0]], where), other.points[pairs[:, 1]]
    apart = np.hypot(*(expected - seen)[:, :2].T)
    larger = np.abs(np.log2(expected[:, 2] / seen[:, 2]))
    return int(((apart < np.maximum(NEAR, seen[:, 2] / 4)) & (larger < SIZES_APART)).sum())


def repeated(one: Found, other: Found, where: Map, shape: tuple[int, int]) -> float:
    """The share of points that lie in the edited picture and are found there."""
    expected = moved(one.points, where)
    high, wide = shape
    expected = expected[((expected[:, :2] > 5) & (expected[:, :2] < (wide - 6, high - 6))).all(axis=1)]
    if not len(expected) or not len(other.points):
        return 0.0
    apart = np.hypot(*(expected[:, None, :2] - other.points[None, :, :2]).transpose(2, 0, 1))
    larger = np.abs(np.log2(expected[:, None, 2] / other.points[None, :, 2]))
    again = ((apart < AGAIN) & (larger < SIZES_AGAIN)).any(axis=1)
    return float(again.sum() / min(len(expected), len(other.points)))


# ---- measuring ----


def measure(from_corpus: int = FROM_CORPUS) -> Iterator[Line]:
    """A line for each size in TIMED, then one for each of EDITS."""
    cv2.setNumThreads(1)
    with one_core():
        for side, count in TIMED:
            yield _timed(list(pictures(from_corpus // 4, side)), side, count)
        yield from _matched(list(pictures(from_corpus)))


def _timed(greys: Sequence[Grey], side: int, count: int) -> Line:
    seconds: dict[str, list[float]] = {}
    for grey in greys:
        for who, taken in _in_turn(grey, count).items():
            seconds.setdefault(who, []).append(taken)
    fastest = _sift.backends()[-1]
    ratios = [theirs / mine for theirs, mine in zip(seconds["peer"], seconds[fastest], strict=True)]
    return {
        "what": f"sift, {count} features",
        "size": side,
        "ours": round(mean(seconds[fastest]), 6),
        "peer": round(mean(seconds["peer"]), 6),
        "ratio": round(sum(seconds["peer"]) / sum(seconds[fastest]), 2),
        "worst_ratio": round(min(ratios), 2),
        "pictures": len(ratios),
        "backend": fastest,
        **{f"{name}_seconds": round(mean(seconds[name]), 6) for name in _sift.backends()},
    }


def _in_turn(grey: Grey, count: int) -> dict[str, float]:
    """Median processor seconds of the peer and of each backend, each once in every round."""
    high, wide = grey.shape
    ways: dict[str, Callable[[], object]] = {"peer": partial(opencv, grey, count)}
    for name in _sift.backends():
        ways[name] = partial(_sift.extract, grey, high, wide, 1, wide, most=count, backend=name)
    rounds: dict[str, list[float]] = {who: [] for who in ways}
    for _ in range(ROUNDS):
        for who, way in ways.items():
            began = thread_time()
            way()
            rounds[who].append(thread_time() - began)
    return {who: median(taken) for who, taken in rounds.items()}


def _matched(greys: Sequence[Grey]) -> Iterator[Line]:
    ways: dict[str, Callable[[Grey, int], Found]] = {"ours": ours, "peer": peer, "pooled": partial(ours, pooled=2)}
    originals = {who: [way(grey, COUNT) for grey in greys] for who, way in ways.items()}
    for name, edit in EDITS.items():
        edited = [edit(grey, np.random.default_rng(SEED + at)) for at, grey in enumerate(greys)]
        matches: dict[str, list[int]] = {who: [] for who in ways}
        again: dict[str, list[float]] = {who: [] for who in ways}
        for who, way in ways.items():
            for before, (grey, where) in zip(originals[who], edited, strict=True):
                after = way(grey, COUNT)
                matches[who].append(right(before, after, where))
                again[who].append(repeated(before, after, where, (grey.shape[0], grey.shape[1])))
        yield {
            "what": f"sift, {name}",
            "size": SIDE,
            **{who: round(mean(matches[who]), 1) for who in ways},
            "ratio": round(sum(matches["ours"]) / sum(matches["peer"]), 3),
            "pooled_ratio": round(sum(matches["pooled"]) / sum(matches["peer"]), 3),
            "repeated": round(mean(again["ours"]), 3),
            "peer_repeated": round(mean(again["peer"]), 3),
            "pictures": len(greys),
        }


if __name__ == "__main__":
    for line in measure(*map(int, sys.argv[1:])):
        print(json.dumps(line), flush=True)
