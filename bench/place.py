"""The same place from elsewhere: `python -m bench.place [SIZE ...]`.

`recall` is the share of pairs of views of one place (the corpus's scenes/ground_truth.csv) in which anything is found;
`false` are pairs of unrelated pictures in which anything is found: views of different places, and views beside
photographs. First where all are compared, the earlier of a pair asking for the later; then where each view asks a
library of 1,000 pictures, the others of them photographs and dead leaves. `linked` views have a match with at least one
other view of their place. `overlap` is two views made of one photograph (bench/place_views.py). Last, the candidate
stage by the size of the library (bench/place_scale.py).
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.gallery import Piece, leaves, photographs, views
from bench.known_places import KnownPlaces
from bench.place_scale import SIZES, scale
from bench.place_views import two_views
from havre.fingerprints.scene import Scene, scene
from havre.matching.places import Sighting, compare, compare_form, question

COMPARED, INDEXED, LINKED = 0.60, 0.50, 0.90
"""Bars: pairs found where all are compared, pairs found through the index, views linked to another."""
FALSE = 0.0001
OVERLAPS = {0.5: 0.85, 0.3: 0.731}
"""Shares that two views have in common, and how many of them must be found; of the smaller, more than 73 %."""
UNRELATED = 20_000
"""Unrelated pairs that are compared at most, chosen evenly."""
LIBRARY = 1_000
SMALLEST = 240
"""Photographs whose shorter side has fewer pixels are not cut into views."""
PAIRS = 100
"""Pairs of views for each overlap."""
TOLD = 10
SEED = 17

Line = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture and what is compared of it."""

    piece: Piece
    scene: Scene


@dataclass(frozen=True, slots=True)
class Compared:
    """Two pictures, and what was found."""

    one: Piece
    other: Piece
    sighting: Sighting | None


def measure(sizes: Iterable[int], made: int = LIBRARY) -> Iterator[Line]:
    """Lines of pairs, of overlaps, then one for each size of the library."""
    seen_views, photos = ([Seen(p, scene(p.pixels)) for p in pieces] for pieces in (views(), photographs()))
    if seen_views:
        yield from all_compared(seen_views, photos)
        yield from through_index(seen_views, photos, made)
    yield from overlaps([each.piece for each in photos])
    yield from scale(sizes)


# ---- all compared ----


def all_compared(seen_views: Sequence[Seen], photos: Sequence[Seen]) -> Iterator[Line]:
    """Pairs of one place, unrelated pairs, and views that are linked."""
    every = list(combinations(seen_views, 2)) + [(one, other) for one in seen_views for other in photos]
    same = list(_compared([pair for pair in every if _same(*pair)]))
    different = list(_compared(_some([pair for pair in every if not _same(*pair)], UNRELATED)))
    yield _pairs_line(same, different)
    yield _linked_line("views linked to another of their place, all compared", seen_views, same)


def _same(one: Seen, other: Seen) -> bool:
    return one.piece.group == other.piece.group


def _some(pairs: list[tuple[Seen, Seen]], most: int) -> list[tuple[Seen, Seen]]:
    """At most so many of them, drawn from a seed, in their order."""
    drawn = np.random.default_rng(SEED).permutation(len(pairs))[:most]
    return [pairs[at] for at in sorted(drawn.tolist())]


def _compared(pairs: Iterable[tuple[Seen, Seen]]) -> Iterator[Compared]:
    asked, asking = None, None
    for one, other in pairs:
        if asking is None or asked is not one:
            asked, asking = one, question(one.scene)
        yield Compared(one.piece, other.piece, compare(asking, other.scene))


def _pairs_line(same: Sequence[Compared], different: Sequence[Compared]) -> Line:
    false = [each for each in different if each.sighting]
    recall, most = _share(same), FALSE * len(different)
    return {
        "what": "same place, all compared",
        "size": len(same),
        "recall": recall,
        "bar": COMPARED,
        "holds": recall >= COMPARED and len(false) <= most,
        "false": len(false),
        "unrelated": len(different),
        "false_allowed": FALSE,
        "verdicts": dict(Counter(str(each.sighting.verdict) for each in same if each.sighting)),
        "by_place": by_place(same),
        "recall_by_score": _by_score(same, different),
        "pairs": [_told(each) for each in false[:TOLD]],
    }


def _share(compared: Sequence[Compared]) -> float:
    return round(sum(each.sighting is not None for each in compared) / max(len(compared), 1), 4)


def by_place(same: Sequence[Compared]) -> dict[str, float]:
    """The share of pairs found, for each place."""
    places: dict[str, list[Compared]] = defaultdict(list)
    for each in same:
        places[each.one.group].append(each)
    return {place: _share(pairs) for place, pairs in sorted(places.items())}


def _by_score(same: Sequence[Compared], different: Sequence[Compared]) -> dict[str, float]:
    """Pairs of one place whose score no unrelated pair but so many reaches."""
    scores = sorted((each.sighting.score for each in different if each.sighting), reverse=True)
    found = {}
    for allowed in (0, 1, 2):
        limit = scores[allowed] if len(scores) > allowed else 0.0
        passed = sum(each.sighting is not None and each.sighting.score > limit for each in same)
        found[f"{allowed} false"] = round(passed / max(len(same), 1), 4)
    return found


def _told(each: Compared) -> str:
    if not each.sighting:
        return ""
    found = f"{each.sighting.verdict}, {each.sighting.points} points, score {each.sighting.score}"
    return f"{each.one.name} ~ {each.other.name}: {found}"


def _linked_line(what: str, seen_views: Sequence[Seen], same: Sequence[Compared]) -> Line:
    groups = Counter(each.piece.group for each in seen_views)
    several = [each.piece.name for each in seen_views if groups[each.piece.group] > 1]
    linked = {name for each in same if each.sighting for name in (each.one.name, each.other.name)}
    recall = round(sum(name in linked for name in several) / len(several), 4)
    alone = sorted(set(several) - linked)
    return {
        "what": what,
        "size": len(several),
        "recall": recall,
        "bar": LINKED,
        "holds": recall >= LINKED,
        "not": alone,
    }


# ---- through the index ----


def through_index(seen_views: Sequence[Seen], photos: Sequence[Seen], made: int) -> Iterator[Line]:
    """Each view asks a library of all."""
    more = [Seen(p, scene(p.pixels)) for p in leaves(range(max(made - len(seen_views) - len(photos), 0)))]
    held = [*seen_views, *photos, *more]
    with TemporaryDirectory() as folder:
        found = list(_asked(KnownPlaces(Path(folder), (each.scene for each in held)), seen_views, held))
    same, different = (
        [each for each in found if (each.one.group == each.other.group) is right] for right in (True, False)
    )
    pairs = sum(one is not other and _same(one, other) for one in seen_views for other in seen_views)
    recall = round(sum(each.sighting is not None for each in same) / pairs, 4)
    false = [each for each in different if each.sighting]
    unrelated = len(seen_views) * (len(held) - 1) - pairs
    yield {
        "what": f"same place, through the index of {len(held):,} pictures",
        "size": pairs,
        "recall": recall,
        "bar": INDEXED,
        "holds": recall >= INDEXED and len(false) <= FALSE * unrelated,
        "false": len(false),
        "unrelated": unrelated,
        "named_by_index": round(len(same) / pairs, 4),
        "pairs": [_told(each) for each in false[:TOLD]],
    }
    yield _linked_line("views linked to another of their place, through the index", seen_views, same)


def _asked(known: KnownPlaces, seen_views: Sequence[Seen], held: Sequence[Seen]) -> Iterator[Compared]:
    """All candidates of each view but itself."""
    for one in seen_views:
        asking = question(one.scene)
        for at, form in known.likely(asking).items():
            if held[at] is not one:
                yield Compared(one.piece, held[at].piece, compare_form(form, held[at].scene))


# ---- overlaps ----


def overlaps(photos: Sequence[Piece], pairs: int = PAIRS) -> Iterator[Line]:
    """Views made of photographs that have so much in common."""
    large = [piece for piece in photos if min(piece.picture.size) >= SMALLEST][:pairs]
    for shared, bar in OVERLAPS.items():
        verdicts = Counter(_of_two_views(piece, shared) for piece in large)
        recall = round(1 - verdicts[""] / len(large), 4)
        yield {
            "what": f"overlap of {shared:.0%}",
            "size": len(large),
            "recall": recall,
            "bar": bar,
            "holds": recall >= bar,
            "verdicts": {verdict: times for verdict, times in sorted(verdicts.items()) if verdict},
        }


def _of_two_views(piece: Piece, shared: float) -> str:
    one, other = (scene(np.asarray(view)) for view in two_views(piece.picture, shared, piece.name))
    sighting = compare(question(one), other)
    return str(sighting.verdict) if sighting else ""


if __name__ == "__main__":
    for found in measure([int(size) for size in sys.argv[1:]] or SIZES):
        print(json.dumps(found), flush=True)
