"""Seizures to take in: folders planned from a seed, with what each file must turn out to be, and single odd files."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np
from bench.clips import ENCODINGS, encoded
from bench.clips import scene as film_scene
from PIL import Image

from tests.pictures import Pixels, gradient, noise

VIDEO = encoded(film_scene(1, 0.4, size=(64, 48)), ENCODINGS["h264"])
"""A film of ten frames."""

TEXT = b"meet me at the harbour\n"

KEEPS = 3
"""Files of a planned seizure show about one scene in so many twice."""


def jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    """The picture as a JPEG file."""
    return _saved(Image.fromarray(pixels), "JPEG", quality=quality)


def png(pixels: Pixels) -> bytes:
    """The picture as a PNG file."""
    return _saved(Image.fromarray(pixels), "PNG")


def _saved(picture: Image.Image, form: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def scene(seed: int) -> Pixels:
    """What nothing else shows: seeds are at least 90 bits apart, the variants of one at most 31."""
    coarse = Image.fromarray(noise(seed, 20, 20))
    return np.array(coarse.resize((128, 128), Image.Resampling.BICUBIC))


def picture(seed: int) -> bytes:
    """A scene as it was first found."""
    return jpeg(scene(seed))


def cut(data: bytes) -> bytes:
    """The first two thirds of a file."""
    return data[: len(data) * 2 // 3]


FORMS: dict[str, Callable[[Pixels], bytes]] = {
    "re-encoded": lambda pixels: jpeg(pixels, 60),
    "larger": lambda pixels: _saved(Image.fromarray(pixels).resize((256, 256), Image.Resampling.BICUBIC), "PNG"),
    "mirrored": lambda pixels: png(np.ascontiguousarray(pixels[:, ::-1])),
    "turned": lambda pixels: png(np.ascontiguousarray(np.rot90(pixels))),
}
"""What makes other bytes of a scene that are visually the same."""


def variant(form: str, seed: int) -> bytes:
    """A scene in one of FORMS."""
    return FORMS[form](scene(seed))


def variants(seed: int) -> dict[str, bytes]:
    """A scene re-encoded, made larger, mirrored and turned: other bytes, visually the same."""
    return {form: variant(form, seed) for form in FORMS}


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 900 million pixels."""
    small = png(np.zeros((1, 1, 3), np.uint8))
    head, size, rest = small[:16], (30_000).to_bytes(4, "big") * 2, small[24:29]
    checked = crc32(head[12:] + size + rest).to_bytes(4, "big")
    return head + size + rest + checked + small[33:]


def lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    """These files below a folder."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


@dataclass
class Plan:
    """The files of a seizure by their path, and what each is when they are taken in in the order of paths."""

    files: dict[str, bytes] = field(default_factory=dict)
    shows: dict[str, str] = field(default_factory=dict)
    """What each file shows: two that show the same are a first and a repeat."""

    def add(self, path: str, data: bytes, shows: str) -> None:
        """One more file."""
        self.files[path], self.shows[path] = data, shows

    def outcomes(self) -> dict[str, str]:
        """The outcome of each file, and why a new one stands apart, as 'new', 'new flat', 'repeat', 'refused'."""
        seen: set[str] = set()
        told: dict[str, str] = {}
        for path in sorted(self.files, key=str.encode):
            first = self.shows[path] not in seen
            seen.add(self.shows[path])
            told[path] = _outcome(self.shows[path], first)
        return told

    def totals(self) -> dict[str, int]:
        """The six outcomes and the stacks."""
        told = list(self.outcomes().values())
        six = ("known", "near", "repeat", "new", "refused", "quarantined")
        counts = {outcome: sum(each.split()[0] == outcome for each in told) for outcome in six}
        return counts | {"stacks": told.count("new")}


def _outcome(shows: str, first: bool) -> str:
    if shows == "nothing":
        return "refused"
    if shows == "a bomb":
        return "quarantined"
    if not first:
        return "repeat"
    return {"flat": "new flat", "cut": "new damaged"}.get(shows.split()[0], "new")


def seizure(seed: int, count: int) -> Plan:
    """Scenes, their copies and variants, and odd files, under names that put them in any order."""
    random, plan = Random(seed), Plan()
    for number in range(count):
        path = f"{random.choice('abc')}/{random.choice(['', 'deep/', 'x!/'])}{random.randrange(10**6):06}-{number}"
        plan.add(path, *_content(random, number, count))
    return plan


def _content(random: Random, number: int, count: int) -> tuple[bytes, str]:
    which = random.randrange(count // KEEPS + 1)
    odd: tuple[Callable[[], tuple[bytes, str]], ...] = (
        lambda: (TEXT, "nothing"),
        lambda: (b"", "nothing"),
        lambda: (bomb(), "a bomb"),
        lambda: (jpeg(gradient(1, 90, 120)), "flat"),
        lambda: (VIDEO, "video"),
        lambda: (cut(picture(10_000 + number)), f"cut {number}"),
    )
    if random.random() < 0.25:
        return random.choice(odd)()
    form = random.choice(["as found", "as found", *FORMS])
    return picture(which) if form == "as found" else variant(form, which), f"scene {which}"
