"""The candidate stage for many sounds: `python -m bench.sound_scale 1000 10000 100000`.

Sounds of 3 minutes that never were, in volumes of 10,000: chords of semitones that come and fade, through Chromaprint's
end. Queries are 10 s of one of them, a tenth of the bits turned over. One line for each number of known sounds: how
many are among the candidates, how many a comparison with the right one finds, and the processor time of a query.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from time import thread_time

import numpy as np

from havre.fingerprints.audio import Soundprint, pack
from havre.fingerprints.chromaprint import BANDS, HOP, RATE, items_from, smoothed
from havre.matching.sound import segments
from havre.matching.sound_keys import Candidate, Tables, candidates, tables

COUNTS = (1_000, 10_000)
SECONDS = 180
VOLUME = 10_000
"""Sounds in one volume."""

QUERIES = 100
EXCERPT = 59
"""Items of a query: 10 s."""

FLIPPED = 0.1
"""Share of the bits of a query that are turned over: as many as AMR at 4.75 kbit/s does to voices (bench/sound.py)."""

KEPT = 50
SEED = 31
Line = dict[str, object]


def drawn(chance: np.random.Generator, seconds: float) -> Soundprint:
    """The fingerprint of a sound that never was."""
    samples = int(seconds * RATE)
    rows = np.full(((samples - 4096) // HOP + 1, BANDS), chance.uniform(0.02, 0.3))
    pace, at = chance.uniform(2, 10), 0
    while at < len(rows):
        length = int(chance.exponential(pace)) + 1
        loud = chance.random(BANDS) ** chance.uniform(2, 10) * np.exp(chance.normal(0, 0.8))
        fading = np.exp(-np.arange(min(3 * length, len(rows) - at)) / length)
        rows[at : at + len(fading)] += fading[:, None] * loud
        at += length
    steady = chance.random(BANDS) ** 2 * chance.uniform(0, 1)
    items = items_from(smoothed(10 * (rows + steady) * np.exp(chance.normal(0, 0.15, rows.shape))))
    return Soundprint(items, np.ones(len(items), np.bool_), 0.0, samples)


def damaged(sound: Soundprint, chance: np.random.Generator, share: float = FLIPPED) -> Soundprint:
    """The same with so many bits turned over, for 4 items on end as a coder does it."""
    turned = np.repeat(chance.random((len(sound.items) // 4 + 1, 32)) < share, 4, axis=0)[: len(sound.items)]
    flips = np.packbits(turned, axis=1).view(">u4").astype(np.uint32)[:, 0]
    return Soundprint(sound.items ^ flips, sound.informative, sound.start, sound.samples)


def excerpt(sound: Soundprint, first: int, count: int) -> Soundprint:
    """So many items of it."""
    part = slice(first, first + count)
    return Soundprint(sound.items[part], sound.informative[part], 0.0, 4096 + (count + 18) * HOP)


def scale(counts: Iterable[int] = COUNTS) -> Iterator[Line]:
    """One line for each number of known sounds."""
    chance = np.random.default_rng(SEED)
    volumes: list[Tables] = []
    sample: dict[int, Soundprint] = {}
    held = 0
    for count in counts:
        while held < count:
            size = min(VOLUME, count - held)
            made = [(held + number, drawn(chance, SECONDS)) for number in range(size)]
            if len(sample) < QUERIES:
                sample |= dict(made[:: max(size // QUERIES, 1)][: QUERIES - len(sample)])
            volumes.append(tables([(record, pack(sound)) for record, sound in made]))
            held += size
        yield _asked(volumes, sample, count, chance)


def _asked(volumes: list[Tables], known: dict[int, Soundprint], count: int, chance: np.random.Generator) -> Line:
    found, compared, seconds, whole = 0, 0, 0.0, 0.0
    for record, sound in known.items():
        first = int(chance.integers(0, len(sound.items) - EXCERPT))
        query = damaged(excerpt(sound, first, EXCERPT), chance)
        compared += bool(segments(query, sound))
        began = thread_time()
        ranked = likely(volumes, query)
        seconds += thread_time() - began
        found += any(each == record for each, _ in ranked)
        began = thread_time()
        likely(volumes, damaged(sound, chance))
        whole += thread_time() - began
    return {
        "what": "sound candidates",
        "size": count,
        "recall": round(found / len(known), 4),
        "exhaustive": round(compared / len(known), 4),
        "bar": None,
        "holds": found >= compared - 1,
        "milliseconds_for_10_s": round(1000 * seconds / len(known), 2),
        "milliseconds_for_180_s": round(1000 * whole / len(known), 2),
        "bytes_a_sound": round(sum(table.nbytes for volume in volumes for table in volume.values()) / count),
    }


def likely(volumes: Iterable[Tables], query: Soundprint) -> list[tuple[int, Candidate]]:
    """The best candidates of all volumes, as records."""
    every = [(int(volume["records"][c.row]), c) for volume in volumes for c in candidates(volume, query, KEPT)]
    return sorted(every, key=lambda each: -each[1].votes)[:KEPT]


if __name__ == "__main__":
    for told in scale([int(count) for count in sys.argv[1:]] or COUNTS):
        print(json.dumps(told), flush=True)
