"""How far unrelated pictures agree by chance: `python -m bench.place_chance [DEAD_LEAVES]`.

Every picture beside every other that shows something else, as it is and as its mirror image: the score of the tight
agreement, by which an edited picture is found, and of the loose one, by which a place is; and of both, those that
`compare` lets pass as a match. One line for each kind of pictures and each of these: how many comparisons there were,
how many reach a score, the score that one in 10^3, 10^4 and 10^5 exceeds, and by how much more score the share falls to
a tenth. Pictures under the same overlay stand apart: what agrees there is not chance.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from bench.edits import OVERLAID
from bench.gallery import Piece, leaves, photographs, views
from bench.overlays import pairs
from havre.fingerprints.scene import Scene, scene
from havre.matching.agreement import agreements
from havre.matching.places import OPEN_SCORE, Question, compare_form, question

LEAVES = 200
SCORES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15)
POWERS = (3, 4, 5)
FEWEST = 5
"""Comparisons that must reach a score for it to count in the fit."""
STEP = 0.25
"""Scores between which the fit is made."""

Line = dict[str, object]


@dataclass(slots=True)
class Scores:
    """What came of comparisons of one kind."""

    tight: list[float] = field(default_factory=list)
    loose: list[float] = field(default_factory=list)
    near: list[float] = field(default_factory=list)
    """Scores of those found to be the same picture, or a part of it."""
    place: list[float] = field(default_factory=list)

    def add(self, asking: Question, known: Scene) -> None:
        """Compare the picture and its mirror image with a known one."""
        for form in (form for form in asking.forms if not form.negative):
            tight, loose = agreements(form.scene, known)
            self.tight.append(tight.score)
            self.loose.append(loose.score)
            # Below this nothing passes: most comparisons need not be made again.
            passes = max(tight.score, loose.score) >= OPEN_SCORE
            sighting = compare_form(form, known) if passes else None
            if sighting is not None:
                (self.near if sighting.verdict.near else self.place).append(sighting.score)


def measure(made: int = LEAVES, overlaid: int = OVERLAID) -> Iterator[Line]:
    """The lines of photographs and views, of dead leaves, then of each kind of overlay."""
    real = [*photographs(), *views()]
    yield from _lines("photographs", _unrelated(real))
    yield from _lines("dead leaves", _unrelated([*leaves(range(made))]))
    kinds: dict[str, Scores] = {}
    for pair in pairs(real, overlaid):
        one, other = (scene(np.asarray(picture)) for picture in (pair.one, pair.other))
        kinds.setdefault(pair.kind, Scores()).add(question(one), other)
    for kind, scores in kinds.items():
        yield from _lines(f"same {kind}", scores)


def _unrelated(pieces: Sequence[Piece]) -> Scores:
    scores = Scores()
    scenes = [scene(piece.pixels) for piece in pieces]
    questions = [question(each) for each in scenes]
    for one, other in combinations(range(len(pieces)), 2):
        if pieces[one].group != pieces[other].group:
            scores.add(questions[one], scenes[other])
    return scores


def _lines(kind: str, scores: Scores) -> Iterator[Line]:
    comparisons = len(scores.tight)
    for way in ("tight", "loose", "near", "place"):
        yield {"kind": kind, "way": way, "comparisons": comparisons} | told(getattr(scores, way), comparisons)


def told(scores: Iterable[float], comparisons: int) -> Line:
    """What share of the comparisons reaches each score, and the fit."""
    ordered = np.sort(np.asarray(list(scores), float))[::-1]
    reached = {str(score): int((ordered >= score).sum()) for score in SCORES}
    limits = {f"one_in_1e{power}": _exceeded(ordered, comparisons / 10**power) for power in POWERS}
    most = round(float(ordered[0]), 2) if len(ordered) else None
    return {"reached": reached, **limits, "most": most} | fit(ordered, comparisons)


def _exceeded(ordered: np.ndarray[tuple[int], np.dtype[np.float64]], allowed: float) -> float | None:
    """The score that no more comparisons exceed than allowed; None where too few were made, or found anything."""
    return round(float(ordered[int(allowed)]), 2) if 1 <= allowed < len(ordered) else None


def fit(ordered: np.ndarray[tuple[int], np.dtype[np.float64]], comparisons: int) -> Line:
    """A straight line through minus log10 of the share that reaches a score: the share at 0, the score to a tenth.

    Fitted from score 0 on, as far as FEWEST comparisons reach; each point counts as surely as it is known.
    """
    scores = np.arange(0, ordered[0] if len(ordered) else 0, STEP)
    counts = np.array([(ordered >= score).sum() for score in scores])
    scores, counts = scores[counts >= FEWEST], counts[counts >= FEWEST]
    if len(scores) < 3:
        return {"at_0": None, "a_tenth": None}
    slope, start = np.polyfit(scores, -np.log10(counts / comparisons), 1, w=np.sqrt(counts))
    return {"at_0": round(float(10**-start), 6), "a_tenth": round(float(1 / slope), 2) if slope > 0 else None}


if __name__ == "__main__":
    for found in measure(*map(int, sys.argv[1:2])):
        print(json.dumps(found), flush=True)
