"""Pictures of the lists that a film shows, and films of which only single frames without their times are listed.

Those are what people protect by themselves: their browser hashes a frame a second. One frame of a film may be like
another film's by chance or by a common title; of a film several must be there, and each of its own.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.video import Film
from havre.hashlists.entry import Kind
from havre.matching import film_chance, films
from havre.matching.hashes import Records
from havre.matching.index import Index
from havre.matching.reference import MATCH_DISTANCE
from havre.subscription.films import MOST_EXPECTED, Found
from havre.subscription.kept import Held, Kept

ENOUGH = 3
"""Frames of a listed film that another one must show; all of them, where it has fewer."""
MOST_RECORDS = 2_000
"""Hashes of the lists whose entries are read for one film, the nearest ones."""
HITS = 50
"""Of one hash, the nearest ones."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A hash of the lists as a film shows it: how near, in which of its runs, how turned."""

    distance: int
    run: int
    orientation: int


def frames_of(kept: Kept, index: Index, film: Film, compared: int) -> Iterator[Found]:
    """The entries whose pictures or frames a film shows; none that chance alone would give now and then."""
    asked = films.asked(film)
    near = _near(index, asked)
    nearest = sorted(near, key=lambda record: near[record].distance)[:MOST_RECORDS]
    shown: dict[tuple[str, int], list[_Seen]] = defaultdict(list)
    held: dict[tuple[str, int], Held] = {}
    for record, each in kept.by_records(sorted(nearest)).items():
        key = (each.shelf, each.entry.number)
        shown[key].append(near[record])
        held[key] = each
    for key, seen in shown.items():
        found = _told(held[key], sorted(seen, key=lambda one: one.distance), len(asked), compared)
        if found is not None and found.expected_false <= MOST_EXPECTED:
            yield found


def _near(index: Index, asked: films.Asked) -> dict[int, _Seen]:
    """By its record, the best sight of each hash that is near."""
    near: dict[int, _Seen] = {}
    for number, hits in enumerate(index.search_few(asked.hashes.tobytes(), MATCH_DISTANCE, _all)):
        for hit in hits[:HITS]:
            if hit.record not in near or hit.distance < near[hit.record].distance:
                run, turned = int(asked.run[number]), int(asked.orientation[number])
                near[hit.record] = _Seen(hit.distance, run, turned)
    return near


def _all(_queries: Records, _distances: Records, records: Records) -> NDArray[np.bool_]:
    return np.ones(len(records), np.bool_)


def _told(held: Held, seen: list[_Seen], questions: int, compared: int) -> Found | None:
    """What the nearest frames tell, each in a run of its own; None where they are too few."""
    frames = sum(each.method == "pdq" for each in held.entry.signals)
    enough = 1 if held.entry.kind == Kind.PICTURE else min(ENOUGH, frames)
    by_run = {each.run: each for each in reversed(seen)}
    apart = sorted(by_run.values(), key=lambda each: each.distance)
    if len(apart) < enough:
        return None
    # One is met anywhere by chance, the others among the frames of this one entry.
    first, *further = (film_chance.share(each.distance) for each in apart[:enough])
    expected = questions * compared * first * prod(min(1.0, questions * frames * share) for share in further)
    middle = apart[:enough][enough // 2]
    return Found(held.shelf, held.entry, middle.distance, apart[0].orientation, expected, method="pdq")
