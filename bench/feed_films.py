"""Parts of films in a feed's lists: `python -m bench.feed_films [FILMS...]`.

A folder is made with so many films of chance, 60 whole looks and 60 of their middles each, as a subscriber has them. Of
20 films a third is asked for, each look up to 24 bits off as a coder leaves it; 20 others are in no list. Ours asks in
all 8 orientations and in both forms; the naive way compares each of the upright whole looks that ask with all that are
known, in numpy, and takes three that agree for a match. `ours` and `naive` are processor seconds of one question.
`resident` is what the process holds more after all that than before the folder was opened, by hash; `index` are the
bytes of the index's files, which are mapped.

`python -m bench.feed_films edits` asks for drawn films of 10 seconds after each edit of `bench/variants.py`, and for
5 and 15 seconds of one of 6 minutes, decoded as uploads are, in lists that hold them and 500 films of chance.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from bench import clips, variants
from havre.fingerprints.looks import FURTHER, WHOLES, Looks, looks_of, pack
from havre.fingerprints.video import Film
from havre.flows.match_films import Filming
from havre.hashlists.entry import FILM, VERSIONS, Entry, Kind, Signal
from havre.media.kinds import kind_of
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Match, Question

SIZES = (1_000, 10_000)
LOOKS = 60
PART = slice(20, 40)
ASKED = 20
MOST_OFF = 24
SEED = 83
AT_ONCE = 1_000
ENOUGH = 3
SECONDS, LONG = 10.0, 360.0

Hashes = NDArray[np.uint8]


def measure(sizes: Sequence[int] = SIZES) -> Iterator[dict[str, Any]]:
    """One line for each number of films."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder:
            yield _measured(Path(folder), size)


def _measured(folder: Path, size: int) -> dict[str, Any]:
    chance = np.random.default_rng(SEED)
    known = chance.integers(0, 256, (size, 2, LOOKS, 32), np.uint8)
    _fill(folder, known)
    planted = [int(number) for number in chance.choice(size, ASKED, replace=False)]
    queries = [_worse(known[number], chance) for number in planted]
    others = [chance.integers(0, 256, (2, 20, 32), np.uint8) for _ in range(ASKED)]
    before = psutil.Process().memory_info().rss
    lists = Known(folder)
    asked = [Question(films=(_looks(each[0], each[1]).asking(),)) for each in (*queries, *others)]
    began = process_time()
    found = [[match.entry.number for match in lists.ask([each])[0]] for each in asked]
    ours = (process_time() - began) / len(asked)
    grown = psutil.Process().memory_info().rss - before
    words = np.ascontiguousarray(known[:, 0]).reshape(size * LOOKS, 32).view(np.uint64)
    began = process_time()
    naive_found = [_naive(each[0], words) for each in (*queries, *others)]
    naive = (process_time() - began) / len(asked)
    right = [[number + 1] for number in planted] + [[] for _ in others]
    index = sum(each.stat().st_size for each in folder.glob("film-*/*"))
    return {
        "what": "parts of films in a feed's lists",
        "films": size,
        "hashes": lists.looks(),
        "ours": round(ours, 5),
        "naive": round(naive, 5),
        "ratio": round(naive / ours, 1),
        "identical": found == right == naive_found,
        "resident_bytes_a_hash": round(grown / lists.looks(), 1),
        "index_bytes_a_hash": round(index / lists.looks(), 1),
    }


def _fill(folder: Path, known: Hashes) -> None:
    kept = Kept(folder)
    with kept.changing():
        for start in range(0, len(known), AT_ONCE):
            some = enumerate(known[start : start + AT_ONCE], start=start + 1)
            kept.put("baseline", [_entry(number, each) for number, each in some])
        kept.stand_at("baseline", 1, 1)
    kept.close()
    Known(folder)  # once, as the first look at a feed does: what is measured opens what lies there


def _entry(number: int, known: Hashes) -> Entry:
    looks = Signal(FILM, pack(_looks(known[0], known[1])).hex(), VERSIONS[FILM])
    return Entry(number, 1, (Signal("md5", f"{number:032x}"), looks), Kind.FILM)


def _looks(whole: Hashes, middle: Hashes) -> Looks:
    """A look a second."""
    made, further = np.zeros(len(whole), WHOLES), np.zeros(len(middle), FURTHER)
    made["start"], made["pdq"] = np.arange(len(whole)) * 1_000, whole
    made["end"] = made["start"] + 1_000
    further["look"], further["pdq"] = np.arange(len(middle)), middle
    return Looks(len(whole) * 1_000, len(whole) * 1_000, made, further[:0], further)


def _worse(known: Hashes, chance: np.random.Generator) -> Hashes:
    bits = np.unpackbits(known[:, PART], axis=-1)
    for row in bits.reshape(-1, 256):
        row[chance.choice(256, int(chance.integers(0, MOST_OFF + 1)), replace=False)] ^= 1
    return np.packbits(bits, axis=-1)


def _naive(asked: Hashes, words: NDArray[np.uint64]) -> list[int]:
    agree: dict[int, int] = {}
    for each in np.ascontiguousarray(asked).view(np.uint64):
        near = np.flatnonzero(np.bitwise_count(words ^ each).sum(axis=1) <= 31)
        for film in np.unique(near // LOOKS).tolist():
            agree[film] = agree.get(film, 0) + 1
    return sorted(film + 1 for film, count in agree.items() if count >= ENOUGH)


def measure_edits(films: int = 4) -> Iterator[dict[str, Any]]:
    """One line for each edit: of how many films it was found, and whether anything else was."""
    filming = Filming()
    originals = [clips.scene(seed, SECONDS) for seed in range(1, films + 1)]
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder:
        for name, asked, right in _edited(filming, originals, Path(folder)):
            found = [[match.entry.number for match in each] for each in asked]
            hits = sum(number in each for number, each in zip(right, found, strict=True))
            wrong = sum(number != own for own, each in zip(right, found, strict=True) for number in each)
            yield {"what": f"films of a feed, {name}", "asked": len(found), "found": hits, "wrong": wrong}
    filming.close()


def _edited(
    filming: Filming, originals: list[clips.Clip], folder: Path
) -> Iterator[tuple[str, list[list[Match]], list[int]]]:
    long = clips.scene(99, LONG)
    chance = np.random.default_rng(SEED).integers(0, 256, (500, 2, LOOKS, 32), np.uint8)
    _fill(folder, chance)
    kept = Kept(folder)
    numbers = range(len(chance) + 1, len(chance) + len(originals) + 2)
    with kept.changing():
        for number, clip in zip(numbers, (*originals, long), strict=True):
            looks = looks_of(
                _film(filming, clip, clips.ENCODINGS["h264"]), lambda those: np.zeros(len(those), np.bool_)
            )
            assert looks is not None
            signal = Signal(FILM, pack(looks).hex(), VERSIONS[FILM])
            kept.put("baseline", [Entry(number, 2, (signal,), Kind.FILM)])
    kept.close()
    lists, own = Known(folder), list(numbers)

    def ask(clip: clips.Clip, encoding: clips.Encoding) -> list[Match]:
        return lists.ask([Question(films=(_film(filming, clip, encoding),))])[0]

    for name, make in variants.VARIANTS.items():
        made = [make(clip) for clip in originals]
        yield name, [ask(each.clip, each.encoding) for each in made], own[:-1]
    for seconds in (5, 15):
        parts = [variants.trimmed(long, begin, begin + seconds) for begin in range(30, int(LONG) - 30, 60)]
        found = [ask(part, clips.ENCODINGS["h264 poor"]) for part in parts]
        yield f"{seconds} seconds of 6 minutes", found, [own[-1]] * len(found)


def _nothing(hashes: Hashes) -> NDArray[np.bool_]:
    """Nothing is harmless here."""
    return np.zeros(len(hashes), np.bool_)


def _film(filming: Filming, clip: clips.Clip, encoding: clips.Encoding) -> Film:
    content = clips.encoded(clip, encoding)
    kind = kind_of(content)
    assert kind is not None
    return filming.films(content, kind.name)[0][0]


if __name__ == "__main__":
    import json

    edits = sys.argv[1:] == ["edits"]
    for line in measure_edits() if edits else measure([int(each) for each in sys.argv[1:]] or SIZES):
        print(json.dumps(line), flush=True)
