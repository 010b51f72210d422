"""What grouping makes of planted series, accidents and hubs: `python -m bench.groups [MEDIA]`.

Half the media belong to series of 2 to 60, of whose pairs a share is found (`recall of links`, or `views`: pictures in
a row, of which each is found beside the next ones only). Accidents come as often as their links say. Hubs are media
with sure links into series drawn at random: a wallpaper, a collage, a film cut together. One line a world: the share of
planted pairs that stand in one proposal, the share of proposed pairs that were planted, the largest proposal, seconds,
and how many media an update about one medium looks at, the median of eight and the most.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from time import process_time

import numpy as np

from havre.linking.group import propose, region
from havre.linking.links import Kind, Link, between

Line = dict[str, object]
SEED = 51


@dataclass(frozen=True)
class World:
    """How much of a series is found, how many hubs there are, how many links each has, and how sure these are."""

    what: str
    found: float | None
    """The share of a series' pairs; None for views in a row."""
    hubs: int = 0
    fan: int = 0
    surest: tuple[float, float] = (2.0, 9.0)
    weights: tuple[float, float] = (1.0, 9.0)
    """Of the links within series."""


WORLDS = (
    World("recall of links 0.9", 0.9),
    World("recall of links 0.5", 0.5),
    World("recall of links 0.2", 0.2),
    World("views", None),
    World("recall of links 0.5, none rarer than 1 in 100", 0.5, weights=(2.0, 2.0)),
    World("recall of links 0.5, none rarer than 1 in 1,000", 0.5, weights=(1.0, 3.0)),
    World("recall of links 0.5, 20 hubs of 200 links", 0.5, 20, 200),
    World("views, 20 hubs of 200 links", None, 20, 200),
    World("recall of links 0.5, 300 hubs of 6 links", 0.5, 300, 6),
    World("views, 300 hubs of 6 links", None, 300, 6),
    World("recall of links 0.5, 300 hubs of 3 links", 0.5, 300, 3),
    World("recall of links 0.5, 300 hubs of 3 links, as sure as any", 0.5, 300, 3, (9.0, 12.0)),
)


def measure(media: int = 20_000, worlds: Sequence[World] = WORLDS) -> Iterator[Line]:
    """One line a world, in a database of so many media; the hubs come on top."""
    for world in worlds:
        random = np.random.default_rng(SEED)
        series = list(_series(media // 2, random))
        links = [*_true(series, world, random), *_accidents(media, random), *_hubs(media, world, random)]
        yield {"what": world.what, "media": media, "links": len(links), **_scored(series, links, media)}


def _series(media: int, random: np.random.Generator) -> Iterator[range]:
    start = 1
    while start < media:
        size = int(min(60, 2 + random.pareto(1.2) * 3))
        yield range(start, start + size)
        start += size


def _true(series: Sequence[range], world: World, random: np.random.Generator) -> Iterator[Link]:
    for media in series:
        for one, other in combinations(media, 2):
            beside = 0.9 if other - one == 1 else 0.6 if other - one <= 3 else 0.05
            if random.random() < (beside if world.found is None else world.found):
                yield between(one, other, Kind.PLACE, 10 ** -random.uniform(*world.weights))


def _accidents(media: int, random: np.random.Generator) -> Iterator[Link]:
    """A link expected x times arises x times a medium: uniform below the weakest that matching hands on."""
    weakest = 0.5
    for _ in range(random.poisson(media * weakest / 2)):
        one, other = random.integers(1, media, 2).tolist()
        if one != other:
            yield between(one, other, Kind.PLACE, weakest * random.random())


def _hubs(media: int, world: World, random: np.random.Generator) -> Iterator[Link]:
    for hub in range(media + 1, media + 1 + world.hubs):
        for other in random.choice(media // 2, world.fan, replace=False).tolist():
            yield between(hub, other + 1, Kind.PLACE, 10 ** -random.uniform(*world.surest))


def _scored(series: Sequence[range], links: Sequence[Link], media: int) -> Line:
    began = process_time()
    proposals = propose(links, [], media)
    seconds = process_time() - began
    home = {medium: number for number, members in enumerate(series) for medium in members}
    pairs = [home.get(a, -a) == home.get(b, -b) for p in proposals for a, b in combinations(p.media, 2)]
    planted = sum(len(members) * (len(members) - 1) // 2 for members in series)
    touched = _touched(links, media)
    return {
        "proposals": len(proposals),
        "planted_pairs_together": round(sum(pairs) / planted, 3),
        "proposed_pairs_right": round(sum(pairs) / max(1, len(pairs)), 4),
        "largest": max((len(p.media) for p in proposals), default=0),
        "seconds": round(seconds, 2),
        "touched_median": median(touched),
        "touched_most": max(touched),
    }


def _touched(links: Sequence[Link], media: int) -> list[int]:
    """How many media hang together with each of eight of the planted ones."""
    by_medium: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_medium[link.one].append(link)
        by_medium[link.other].append(link)

    def links_of(asked: Collection[int]) -> list[Link]:
        return [link for medium in asked for link in by_medium[medium]]

    asked = range(1, media // 2, max(1, media // 16))
    return [len(region([medium], links_of, [], media).media) for medium in asked]


if __name__ == "__main__":
    for found in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000):
        print(json.dumps(found), flush=True)
