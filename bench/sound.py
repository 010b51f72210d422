"""Sounds found again after what people do to them: `python -m bench.sound [SOUNDS_OF_EACH_KIND]`.

`recall`: how many variants are found in their original by comparing the two, overlapping the true place by at least
half; `by_index`: how many are found among all originals through the candidate tables. `false`: pairs of a variant and
an unrelated original in which anything is found. The sounds are made from seeds, seven kinds of them, with the
soundtracks of the corpus where it is; every variant is a real file, written and read with PyAV's own coders.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

import av
import numpy as np
from tests.sounds import KINDS

from bench.sound_files import Samples, decoded
from bench.sound_scale import scale
from bench.sound_variants import HARD, RATE, VARIANTS, Change, Part
from havre.fingerprints.audio import Chroma, Soundprint, pack
from havre.matching.sound import SoundSegment, segments
from havre.matching.sound_keys import Tables, candidates, tables

SECONDS = 40.0
OTHERS = 8
"""Unrelated originals that each variant is compared with."""

BAR = 0.95
SEED = 30
Line = dict[str, object]


class Original(NamedTuple):
    """A sound before anything was done to it."""

    kind: str
    name: str
    samples: Samples
    sound: Soundprint


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """One line for each variant with so many sounds of each kind, then those of the candidate stage by its size."""
    for size in sizes:
        known = list(originals(size))
        volume = tables([(number, pack(each.sound)) for number, each in enumerate(known)])
        for name, change in (VARIANTS | HARD).items():
            yield _line(name, change, known, volume, BAR if name in VARIANTS else None)
    yield from scale()


def originals(size: int) -> Iterator[Original]:
    """Seeded sounds of each kind, and the soundtracks of the corpus that are not silent, one of each recording."""
    for kind, make in KINDS.items():
        for seed in range(size):
            samples = make(1000 + seed, SECONDS, RATE)
            yield Original(kind, f"{kind} {seed}", samples, print_of(samples))
    for path in RECORDINGS:
        if path.is_file():
            samples = decoded(path.read_bytes(), RATE)
            yield Original("corpus", path.name, samples, print_of(samples))


CORPUS = Path(os.environ.get("HAVRE_CORPUS", Path(__file__).parents[2] / "shared" / "data" / "dev"))
FOLDER = CORPUS / "pdq_vectors" / "vpdq"
RECORDINGS = tuple(
    FOLDER / f"{name}.mp4" for name in ("chair-orig-22-sd-bar", "doorknob-hd-no-bar", "pattern-longer-no-bar")
)
"""The three recordings of the corpus with something to hear, all of quiet rooms; its other clips share them."""


def print_of(samples: Samples) -> Soundprint:
    """The fingerprint of a sound at RATE, brought to Chromaprint's rate as a decoder would."""
    turned = av.AudioResampler("s16", "mono", 11_025)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = RATE
    return _listened(np.concatenate([p.to_ndarray()[0] for p in (*turned.resample(frame), *turned.resample(None))]))


def _listened(samples: Samples) -> Soundprint:
    chroma = Chroma()
    chroma.take(samples)
    return chroma.finish()


def _line(name: str, change: Change, known: list[Original], volume: Tables, bar: float | None) -> Line:
    chance = np.random.default_rng(SEED)
    found: dict[str, list[bool]] = {}
    by_index, wrong, pairs, seconds = 0, 0, 0, 0.0
    for number, original in enumerate(known):
        variant = change(original.samples, known[(number + 1) % len(known)].samples, chance)
        query = _listened(decoded(variant.data))
        began = process_time()
        right = _are_there(segments(query, original.sound), variant.part)
        by_index += _through(volume, query, number, known)
        seconds += process_time() - began
        found.setdefault(original.kind, []).append(right)
        for other in _unrelated(number, len(known), chance):
            pairs += 1
            wrong += bool(segments(query, known[other].sound))
    recall = sum(map(sum, found.values())) / len(known)
    return {
        "what": f"sound, {name}",
        "size": len(known),
        "recall": round(recall, 4),
        "by_index": round(by_index / len(known), 4),
        "false": wrong,
        "pairs": pairs,
        "bar": bar,
        "holds": wrong == 0 and recall >= (bar or 0),
        "seconds": round(seconds / len(known), 4),
        "kinds": {kind: round(sum(each) / len(each), 3) for kind, each in found.items()},
    }


def _are_there(found: Sequence[SoundSegment], part: Part) -> bool:
    """Whether the segments together cover at least half of the part."""
    spans = [
        (max(each.match_span[0], part.start), min(each.match_span[1], part.start + part.seconds)) for each in found
    ]
    return sum(max(end - start, 0) for start, end in spans) >= part.seconds / 2


def _unrelated(number: int, count: int, chance: np.random.Generator) -> list[int]:
    """Others than the original, and than the one after it, of which some is heard in one of the variants."""
    others = [other for other in range(count) if other not in (number, (number + 1) % count)]
    return [int(other) for other in chance.choice(others, min(OTHERS, len(others)), replace=False)]


def _through(volume: Tables, query: Soundprint, number: int, known: list[Original]) -> bool:
    offsets = [each.offset for each in candidates(volume, query) if each.row == number]
    return bool(offsets) and bool(segments(query, known[number].sound, offsets))


if __name__ == "__main__":
    for found in measure([int(size) for size in sys.argv[1:]] or [12]):
        print(json.dumps(found), flush=True)
