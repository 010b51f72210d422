"""Films hold frames of which nobody says when they are shown: as much agrees as where the times are known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from havre.matching.films import LARGE_SHARE, RARE, TELLING


@dataclass(frozen=True, slots=True)
class Holds:
    """A film that holds some of the frames: how many, and by how many bits the nearest differs."""

    frames: int
    distance: int


def nearest(shares: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Of one frame, the films (film, distance) that have it, each with its nearest distance."""
    best: dict[int, int] = {}
    for film, distance in shares:
        best[film] = min(distance, best.get(film, distance))
    return best


def holding(frames: Sequence[Mapping[int, int]]) -> dict[int, Holds]:
    """The films that hold enough of these frames, each given by the films that have it and their distances.

    A frame that many films have (a title, a black one) counts the less; what agrees must come to three frames that few
    have, or to half of all.
    """
    worth, count, distance = defaultdict[int, float](float), Counter[int](), dict[int, int]()
    for films in frames:
        for film, apart in films.items():
            worth[film] += min(1.0, RARE / len(films))
            count[film] += 1
            distance[film] = min(apart, distance.get(film, apart))
    # By count, not by worth: the more copies of a film there are, the less each of its frames is worth.
    half = LARGE_SHARE * len(frames)
    return {film: Holds(count[film], distance[film]) for film in worth if worth[film] >= TELLING or count[film] >= half}
