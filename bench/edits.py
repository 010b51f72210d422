"""Pictures found again after what people do to them: `python -m bench.edits [PICTURES [PROCESSES]]`.

Each edit (bench/edit_variants.py) of each of so many pictures asks a library that holds these, all other pictures that
there are, and dead leaves. `pdq`: found by PDQ in 8 orientations, as Havre does without local features. `exhaustive`:
local features say *same picture* or *crop or overlay* when the two are compared in all forms. `local`: the index names
the picture among its candidates, and they say so in the form that it names. `recall`: found by PDQ or through the
index; the bars are for this.

False are matches of two pictures of which neither is made of the other: of every edited picture, and of every known
picture as it is, with all known ones, through the index; and of different pictures under the same overlay
(bench/overlays.py), where two are compared.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.edit_variants import EDITS, HARD, NAMED, Pixels, opened
from bench.gallery import Piece, leaves, photographs, views
from bench.known_places import KnownPlaces
from bench.overlays import OVERLAYS, Pair, pairs
from havre.fingerprints.pdq import BYTES, MATCH_DISTANCE, MIN_QUALITY, ORIENTATIONS, fingerprint_each_way
from havre.fingerprints.scene import Scene, scene
from havre.matching.places import Sighting, Verdict, compare, compare_form, question

SOURCES = 60
AMONG = 40
"""Photographs that others are put among; they are not known."""
LEAVES = 1000
"""Pictures of dead leaves among the known ones."""
OVERLAID = 60
"""Pairs of each kind of overlay."""

EACH, TOGETHER, HARDER = 0.97, 0.995, 0.93
LOSS = 0.01
"""Recall that the index may cost."""
OVERLAID_FALSE = 0.02
TOLD = 10
"""False pairs that are named."""

Line = dict[str, object]
Hashes = NDArray[np.uint8]
Work = TypeVar("Work")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """What is compared of a picture."""

    scene: Scene
    ways: Hashes
    """PDQ in 8 orientations, 8 × 32."""
    quality: int


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """All known pictures, the sources of edits first."""

    pieces: list[Piece]
    prints: list[Print]
    hashes: Hashes
    """PDQ of those whose quality suffices, the others' are never near."""
    places: KnownPlaces
    among: list[Piece]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one question: by which ways the source was found, and which unrelated pictures were."""

    edit: str
    source: str
    pdq: bool
    exhaustive: bool
    local: bool
    false: tuple[str, ...]
    unrelated: int
    seconds: float


def measure(sizes: Iterable[int], processes: int = 1, made: int = LEAVES, overlaid: int = OVERLAID) -> Iterator[Line]:
    """One line for each edit of so many pictures, those of all together, then those of what is false."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            yield from _measured(gathered(size, made, Path(folder)), size, overlaid, processes)


def _measured(known: Known, size: int, overlaid: int, processes: int) -> Iterator[Line]:
    sources = range(min(size, len(known.pieces)))
    trials = _spread(lambda at: list(tried(known, at)), sources, processes)
    yield from edit_lines(trials, len(sources))
    itself = _spread(lambda at: [alone(known, at)], range(len(known.pieces)), processes)
    yield false_line("unrelated pictures", [*trials, *itself])
    yield from overlay_lines(_overlaid(known, overlaid, processes))


def _spread(work: Callable[[Work], list[Done]], over: Iterable[Work], processes: int) -> list[Done]:
    """All that the work gives, in order; by so many processes."""
    if processes < 2:
        return [done for each in over for done in work(each)]
    with get_context("fork").Pool(processes, _begin, (work,)) as pool:
        parts: Iterator[list[Done]] = pool.imap(_go_on, over)
        return [done for part in parts for done in part]


_at_work: list[Callable[[Any], Any]] = []
"""What a process that was begun does; functions that know all pictures are handed on by forking alone."""


def _begin(work: Callable[[Any], Any]) -> None:
    _at_work[:] = [work]


def _go_on(each: object) -> Any:
    return _at_work[0](each)


# ---- what is known ----


def gathered(sources: int, made: int, folder: Path) -> Known:
    """So many sources, other photographs, views of places and dead leaves; some photographs are kept to put among."""
    pieces = photographs()
    spare = min(AMONG, max(len(pieces) - sources, 0)) or 2
    among = pieces[-spare:]
    pieces = [*pieces[:-spare], *views(), *leaves(range(made))]
    prints = [print_of(piece.pixels) for piece in pieces]
    places = KnownPlaces(folder, (each.scene for each in prints))
    return Known(pieces, prints, np.stack([each.ways[0] for each in prints]), places, among)


def print_of(pixels: Pixels) -> Print:
    """Local features and PDQ."""
    made = fingerprint_each_way(pixels)
    ways = np.frombuffer(made.orientations, np.uint8).reshape(len(ORIENTATIONS), BYTES)
    return Print(scene(pixels), ways, made.quality)


def near(known: Known, asked: Print) -> set[int]:
    """The known pictures whose PDQ is near, if both are good enough to be compared."""
    if asked.quality < MIN_QUALITY:
        return set()
    distance = np.bitwise_count(known.hashes[:, None] ^ asked.ways[None]).sum(2, dtype=np.int64).min(1)
    return {int(at) for at in np.flatnonzero(distance <= MATCH_DISTANCE) if known.prints[at].quality >= MIN_QUALITY}


# ---- trials ----


def tried(known: Known, at: int) -> Iterator[Trial]:
    """Every edit of one source."""
    piece = known.pieces[at]
    among = [each.picture for each in known.among]
    for name, edit in (EDITS | {f"hard {name}": edit for name, edit in HARD.items()}).items():
        file = edit.file(piece.picture, name, piece.name, among)
        yield _asked(known, at, name, print_of(opened(file)), itself=True)


def alone(known: Known, at: int) -> Trial:
    """A known picture as it is, beside all others."""
    return _asked(known, at, "as it is", known.prints[at], itself=False)


def _asked(known: Known, at: int, name: str, asked: Print, itself: bool) -> Trial:
    piece, nearest = known.pieces[at], near(known, asked)
    began = process_time()
    asking = question(asked.scene)
    likely = known.places.likely(asking)
    seconds = process_time() - began
    same = {other for other, form in likely.items() if _same(compare_form(form, known.prints[other].scene))}
    false = [known.pieces[other] for other in sorted(nearest | same) if known.pieces[other].group != piece.group]
    return Trial(
        edit=name,
        source=piece.name,
        pdq=at in nearest,
        exhaustive=itself and _same(compare(asking, known.prints[at].scene)),
        local=at in same,
        false=tuple(other.name for other in false),
        unrelated=sum(other.group != piece.group for other in known.pieces),
        seconds=seconds,
    )


def _same(sighting: Sighting | None) -> bool:
    return sighting is not None and sighting.verdict.near


def _overlaid(known: Known, of_each: int, processes: int) -> dict[str, list[Verdict | None]]:
    real = [piece for piece in known.pieces if not piece.name.startswith("leaves")]
    verdicts = _spread(_verdict, pairs(real, of_each), processes)
    kinds: dict[str, list[Verdict | None]] = defaultdict(list)
    for kind, verdict in verdicts:
        kinds[kind].append(verdict)
    return kinds


def _verdict(pair: Pair) -> list[tuple[str, Verdict | None]]:
    one, other = (scene(np.asarray(picture)) for picture in (pair.one, pair.other))
    sighting = compare(question(one), other)
    return [(pair.kind, sighting.verdict if sighting else None)]


# ---- lines ----


def edit_lines(trials: Sequence[Trial], size: int) -> Iterator[Line]:
    """Each edit, all ordinary ones together, the harder ones on average, what the index costs."""
    for name in [*EDITS, *(f"hard {name}" for name in HARD)]:
        yield _line(f"edit, {name}", [t for t in trials if t.edit == name], EACH if name in EDITS else None)
    ordinary = [trial for trial in trials if trial.edit in EDITS]
    yield _line("all edits together", ordinary, TOGETHER)
    yield _line("harder edits on average", [trial for trial in trials if trial.edit not in EDITS], HARDER)
    named = [f"hard {name}" for name in NAMED]
    yield _line("harder edits that the goal names", [trial for trial in trials if trial.edit in named], HARDER)
    for told, part in (("edits", ordinary), ("all edits, harder ones too", trials)):
        exhaustive, local = _share(t.exhaustive for t in part), _share(t.local for t in part)
        yield {
            "what": f"local features through the index, {told}",
            "size": len(part),
            "recall": local,
            "exhaustive": exhaustive,
            "bar": round(exhaustive - LOSS, 4),
            "holds": local >= exhaustive - LOSS,
            "milliseconds": round(1000 * float(np.mean([t.seconds for t in part])), 1),
            "sources": size,
        }


def _line(what: str, trials: Sequence[Trial], bar: float | None) -> Line:
    recall = _share(trial.pdq or trial.local for trial in trials)
    return {
        "what": what,
        "size": len(trials),
        "pdq": _share(trial.pdq for trial in trials),
        "local": _share(trial.local for trial in trials),
        "exhaustive": _share(trial.exhaustive for trial in trials),
        "recall": recall,
        "bar": bar,
        "holds": recall >= (bar or 0),
    }


def _share(found: Iterable[bool]) -> float:
    each = list(found)
    return round(sum(each) / len(each), 4) if each else 0.0


def false_line(what: str, trials: Sequence[Trial]) -> Line:
    """How many pairs there were, how many of them false, and which."""
    false = Counter((trial.source, other) for trial in trials for other in trial.false)
    pairs_seen = sum(trial.unrelated for trial in trials)
    return {
        "what": what,
        "size": pairs_seen,
        "false": sum(false.values()),
        "allowed": 0,
        "holds": not false,
        "pairs": [f"{one} ~ {other}: {times}" for (one, other), times in false.most_common(TOLD)],
    }


NEAR = tuple(verdict for verdict in Verdict if verdict.near)


def overlay_lines(kinds: dict[str, list[Verdict | None]]) -> Iterator[Line]:
    """Each kind of overlay, and all together: taken for the same picture, or for anything at all."""
    for kind in OVERLAYS:
        yield _overlay_line(f"same {kind}", kinds[kind], NEAR, None)
    every = [verdict for verdicts in kinds.values() for verdict in verdicts]
    yield _overlay_line("same overlay, taken for the same picture", every, NEAR, OVERLAID_FALSE)
    yield _overlay_line("same overlay, any match at all", every, tuple(Verdict), OVERLAID_FALSE)


def _overlay_line(what: str, verdicts: Sequence[Verdict | None], wrong: Sequence[Verdict], most: float | None) -> Line:
    counted = Counter(verdict for verdict in verdicts if verdict)
    false = sum(counted[verdict] for verdict in wrong)
    return {
        "what": what,
        "size": len(verdicts),
        "false": false,
        "allowed": None if most is None else int(most * len(verdicts)),
        "holds": most is None or false <= most * len(verdicts),
        "verdicts": {str(verdict): times for verdict, times in sorted(counted.items())},
    }


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    for found in measure(given[:1] or [SOURCES], *given[1:2]):
        print(json.dumps(found), flush=True)
