"""Does sensor noise link pictures? `python -m bench.noise [--cameras FOLDER] [--strength 0.005]`.

One line a material: how well a picture is told to be of a camera known by its other pictures (`camera`), and two
pictures to be of one camera (`pair`). First real pictures: those of the corpus that one camera took (HAVRE_CORPUS), and
with --cameras any folder that holds a folder of pictures for each camera. Then sensors made from a seed over
photographs of the corpus, as they leave the camera and after what happens to pictures. Figures: error where misses and
false links are equal; share of true links above the highest of the false ones; median PCE; share at 60 or above.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench import sensor
from bench.sensor import Pattern, Plane

Grey = npt.NDArray[np.uint8]
Line = dict[str, object]
Camera = Sequence[Grey]

CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "dev"
ONE_CAMERA = ("banana", "brighton_park", "buddha")
"""Scenes of the corpus that one camera took: a Nikon, a drone, a film camera. All resized and saved anew."""
MATCH = 60.0
"""PCE from which two are taken to agree (Goljan, Fridrich, Filler 2009: 2.4 % missed at 2.4e-5 false, full size)."""
CAMERAS, PICTURES = 4, 8
SIZE = (2304, 1728)
"""Width and height of a simulated picture: 4 MP."""
SEED = 41


def measure(cameras: Path | None = None, strength: float = 0.005) -> Iterator[Line]:
    """Real pictures first, then simulated sensors of this standard deviation of their answer to light."""
    yield from _real(cameras)
    yield from _simulated(strength)


# ---- real pictures ----


def _real(cameras: Path | None) -> Iterator[Line]:
    corpus = Path(os.environ.get("HAVRE_CORPUS", CORPUS))
    sets = {name: _read(corpus / "scenes" / name) for name in ONE_CAMERA}
    others = [grey for path in sorted((corpus / "photos").iterdir()) if (grey := _grey(path)) is not None]
    yield _line("corpus, resized to 1400 and saved anew", sets, others)
    if cameras is not None:
        sets = {folder.name: _read(folder) for folder in sorted(cameras.iterdir()) if folder.is_dir()}
        yield _line(f"cameras of {cameras.name}", sets, [])


def _read(folder: Path) -> Camera:
    return [grey for path in sorted(folder.iterdir()) if (grey := _grey(path)) is not None]


def _grey(path: Path) -> Grey | None:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if picture is None or min(picture.shape) < 256 else np.asarray(picture, np.uint8)


# ---- simulated sensors ----


@dataclass(frozen=True)
class Sensor:
    """What makes one camera its own: the answer of each pixel to light, around 1."""

    gain: Plane

    def take(self, scene: npt.NDArray[np.uint8], random: np.random.Generator) -> bytes:
        """A JPEG of quality 95: light times gain, shot and read noise, a Bayer pattern, demosaicing, gamma."""
        light = (scene.astype(np.float32) / 255) ** 2.2
        bayer = np.empty(light.shape[:2], np.float32)
        for row, column, colour in ((0, 0, 2), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
            bayer[row::2, column::2] = light[row::2, column::2, colour]
        bayer *= self.gain
        bayer += random.normal(0, 1, bayer.shape).astype(np.float32) * np.sqrt(bayer / FULL_WELL + READ_NOISE**2)
        raw = (np.clip(bayer, 0, 1) * 65535).astype(np.uint16)
        colours = cv2.cvtColor(raw, cv2.COLOR_BayerRG2RGB).astype(np.float32) / 65535
        return _jpeg((colours ** (1 / 2.2) * 255).astype(np.uint8), 95)


FULL_WELL = 5_000.0
"""Electrons a pixel of a phone holds; shot noise is the root of the electrons."""
READ_NOISE = 0.001
"""Of full scale."""


def sensors(count: int, strength: float) -> list[Sensor]:
    """Cameras of one model whose pixels differ with this standard deviation."""
    random = np.random.default_rng(SEED)
    shape = (SIZE[1], SIZE[0])
    return [Sensor(1 + strength * random.standard_normal(shape, np.float32)) for _ in range(count)]


def _jpeg(picture: npt.NDArray[np.uint8], quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _again(native: bytes, quality: int, longest: int = max(SIZE)) -> bytes:
    """The picture at this longest side, saved anew."""
    picture = np.asarray(cv2.imdecode(np.frombuffer(native, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    share = longest / max(picture.shape[:2])
    if share < 1:
        picture = np.asarray(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
    return _jpeg(picture, quality)


AFTER: Mapping[str, Callable[[bytes], bytes]] = {
    "as taken, quality 95": lambda native: native,
    "saved anew, quality 90": partial(_again, quality=90),
    "saved anew, quality 70": partial(_again, quality=70),
    "saved anew, quality 50": partial(_again, quality=50),
    "half size, quality 90": partial(_again, quality=90, longest=max(SIZE) // 2),
    "1600 pixels, quality 90": partial(_again, quality=90, longest=1600),
    "sent on by a platform: 1280 pixels, quality 75": partial(_again, quality=75, longest=1280),
    "sent on twice: 1280 pixels, quality 75, then 960, 70": lambda native: _again(_again(native, 75, 1280), 70, 960),
}


def _simulated(strength: float) -> Iterator[Line]:
    scenes = _scenes(CAMERAS * PICTURES)
    random = np.random.default_rng(SEED + 1)
    natives = [
        [sensor_.take(scenes[number * PICTURES + at], random) for at in range(PICTURES)]
        for number, sensor_ in enumerate(sensors(CAMERAS, strength))
    ]
    for what, change in AFTER.items():
        sets = {str(n): [_decoded(change(native)) for native in taken] for n, taken in enumerate(natives)}
        yield _line(f"simulated, {what}", sets, []) | {"strength": strength}
    for what in list(AFTER)[-3:]:
        yield _known_cameras(f"simulated, camera known from originals, {what}", natives, AFTER[what])


def _scenes(count: int) -> list[npt.NDArray[np.uint8]]:
    """The largest photographs of the corpus brought to SIZE; most are enlarged, hence smooth, which favours noise."""
    corpus = Path(os.environ.get("HAVRE_CORPUS", CORPUS)) / "photos"
    read = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in sorted(corpus.iterdir())]
    largest = sorted((p for p in read if p is not None), key=lambda p: -p.shape[0] * p.shape[1])[:count]
    return [_covering(np.asarray(picture, np.uint8)) for picture in largest]


def _covering(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    share = max(SIZE[0] / picture.shape[1], SIZE[1] / picture.shape[0])
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    wide = (max(SIZE[0], round(picture.shape[1] * share)), max(SIZE[1], round(picture.shape[0] * share)))
    return np.asarray(cv2.resize(picture, wide, interpolation=how)[: SIZE[1], : SIZE[0]], np.uint8)


def _decoded(jpeg: bytes) -> Grey:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def _known_cameras(what: str, natives: Sequence[Sequence[bytes]], change: Callable[[bytes], bytes]) -> Line:
    """Originals of a seized camera against what went round of it: the scale between them is given, not searched for."""
    true, false = [], []
    spread = [[sensor.pattern(sensor.residual(_decoded(change(native)))) for native in taken] for taken in natives]
    shape = spread[0][0].shape
    for camera, taken in enumerate(natives):
        originals = [_decoded(native) for native in taken]
        noises = [sensor.residual(grey) for grey in originals]
        for left in range(len(taken)):
            estimate = sensor.fingerprint(_without(originals, left), _without(noises, left))
            resized = cv2.resize(estimate, shape[::-1], interpolation=cv2.INTER_AREA)
            small = sensor.pattern(np.asarray(resized, np.float32))
            true.append(sensor.pce(small, spread[camera][left]))
            false += [sensor.pce(small, other[left]) for at, other in enumerate(spread) if at != camera]
    return {"what": what, **_told("camera", true, false)}


def _without(kept: Sequence[npt.NDArray[Any]], left: int) -> list[npt.NDArray[Any]]:
    return [*kept[:left], *kept[left + 1 :]]


# ---- figures ----


@dataclass(frozen=True)
class Taken:
    """What one camera took: the pictures, their residuals, and these ready to be compared."""

    pictures: Camera
    noises: Sequence[Plane]
    patterns: Sequence[Pattern]


def _taken(pictures: Camera) -> Taken:
    noises = [sensor.residual(grey) for grey in pictures]
    return Taken(pictures, noises, [sensor.pattern(noise) for noise in noises])


def _line(what: str, cameras: Mapping[str, Camera], others: Camera) -> Line:
    """Leave one out: each picture against its camera's others, and against every other camera."""
    everything = [grey for pictures in cameras.values() for grey in pictures]
    height, width = (min(grey.shape[side] for grey in everything) for side in (0, 1))
    began = process_time()
    known = [_taken([grey[:height, :width] for grey in pictures]) for pictures in cameras.values()]
    each = (process_time() - began) / len(everything)
    fitting = [grey[:height, :width] for grey in others if grey.shape[0] >= height and grey.shape[1] >= width]
    strangers = _taken(fitting).patterns
    line: Line = {"what": what, "size": f"{width}x{height}", "pictures": [len(one.pictures) for one in known]}
    line |= _told("camera", *_against_cameras(known, strangers))
    line |= _told("pair", *_against_each_other(known, strangers))
    return line | _told_blocks(known) | {"residual_ms": round(1000 * each)}


def _against_cameras(known: Sequence[Taken], strangers: Sequence[Pattern]) -> tuple[list[float], list[float]]:
    true, false = [], []
    for one in known:
        for left in range(len(one.pictures)):
            rest = sensor.fingerprint(_without(one.pictures, left), _without(one.noises, left))
            true.append(sensor.pce(sensor.pattern(rest), one.patterns[left]))
        whole = sensor.pattern(sensor.fingerprint(one.pictures, one.noises))
        foreign = [noise for other in known if other is not one for noise in other.patterns]
        false += [sensor.pce(whole, noise) for noise in [*foreign, *strangers]]
    return true, false


def _against_each_other(known: Sequence[Taken], strangers: Sequence[Pattern]) -> tuple[list[float], list[float]]:
    true = [sensor.pce(a, b) for one in known for a, b in combinations(one.patterns, 2)]
    false = [sensor.pce(a, b) for one, other in combinations(known, 2) for a in one.patterns for b in other.patterns]
    false += [sensor.pce(one.patterns[0], stranger) for one in known for stranger in strangers]
    return true, false


def _told_blocks(known: Sequence[Taken]) -> Line:
    """Correlation of residuals where two pictures show the same in the same place, and where they do not.

    A sensor's pattern is in both; what is only in the first is the scene: a camera that stood still.
    """
    same, different = [], []
    for one in known:
        for a, b in combinations(range(min(5, len(one.pictures))), 2):
            seen = _blocks(one.pictures[a].astype(np.float32), one.pictures[b].astype(np.float32))
            noise = _blocks(one.noises[a], one.noises[b])
            same += noise[seen > SAME].tolist()
            different += noise[seen < DIFFERENT].tolist()
    return {
        "blocks_of_the_same_scene": len(same),
        "their_correlation": round(median(same), 4) if same else None,
        "other_blocks": len(different),
        "other_correlation": round(median(different), 4) if different else None,
    }


BLOCK = 32
SAME, DIFFERENT = 0.8, 0.3
"""Correlation of two blocks of pixels above and below which they show the same, or not."""


def _blocks(one: Plane, other: Plane) -> Plane:
    """The correlation of each block of the one with that of the other."""
    height, width = (side // BLOCK for side in one.shape)
    cut = [
        part[: height * BLOCK, : width * BLOCK]
        .reshape(height, BLOCK, width, BLOCK)
        .swapaxes(1, 2)
        .reshape(-1, BLOCK**2)
        for part in (one, other)
    ]
    first, second = (part - part.mean(axis=1, keepdims=True) for part in cut)
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.asarray((first * second).sum(axis=1) / np.maximum(spread, 1e-6), np.float32)


def _told(name: str, true: Sequence[float], false: Sequence[float]) -> Line:
    highest = max(false)
    return {
        f"{name}_links": len(true),
        f"{name}_strangers": len(false),
        f"{name}_equal_error": round(equal_error(true, false), 3),
        f"{name}_found_at_none_false": round(sum(value > highest for value in true) / len(true), 3),
        f"{name}_pce_true": round(median(true), 1),
        f"{name}_pce_false_highest": round(highest, 1),
        f"{name}_found_at_60": round(sum(value >= MATCH for value in true) / len(true), 3),
        f"{name}_false_at_60": sum(value >= MATCH for value in false),
    }


def equal_error(true: Sequence[float], false: Sequence[float]) -> float:
    """The error at the threshold where the shares of missed and of false links are nearest to each other."""
    thresholds = sorted({*true, *false})
    errors = [
        (sum(value < at for value in true) / len(true), sum(value >= at for value in false) / len(false))
        for at in thresholds
    ]
    missed, wrong = min(errors, key=lambda pair: abs(pair[0] - pair[1]))
    return (missed + wrong) / 2


if __name__ == "__main__":
    given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    folder = Path(given["--cameras"]) if "--cameras" in given else None
    for found in measure(folder, float(given.get("--strength", 0.005))):
        print(json.dumps(found), flush=True)
