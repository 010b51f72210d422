"""The scan of postings, slowly: what native/scene/scan.c must give, one vote after the other."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.scene import Features

FARTHEST, WEIGHT, LOOKED_AT, MOST_VOTES = 1000, 1024, 2, 128
REACH, REACH_STEPS, REACH_TURN = 14, 16, 28

Vote = tuple[int, int, int, int, int, int]
"""Feature asked, weight, x, y, angle, size."""


def scan(
    tables: Mapping[str, NDArray[Any]],
    dead: NDArray[np.bool_],
    asked: Features,
    cells: NDArray[np.uint32],
    crowded: int,
    nearest: int,
    most: int,
) -> list[tuple[int, int]]:
    """(picture, votes), best first."""
    votes = _votes(tables, dead, asked, cells, crowded, nearest)
    several = {picture: cast for picture, cast in votes.items() if len(cast) > 1}
    chosen = several if len(several) >= most * LOOKED_AT else votes
    counted = sorted(((-_counted(asked, cast), picture) for picture, cast in chosen.items()))[: most * LOOKED_AT]
    placed = sorted((-_placed(asked, votes[picture][:MOST_VOTES]), picture) for _, picture in counted)
    return [(picture, -count) for count, picture in placed[:most]]


def _votes(
    tables: Mapping[str, NDArray[Any]],
    dead: NDArray[np.bool_],
    asked: Features,
    cells: NDArray[np.uint32],
    crowded: int,
    nearest: int,
) -> dict[int, list[Vote]]:
    votes: dict[int, list[Vote]] = defaultdict(list)
    places = {int(c): at for at, c in enumerate(tables["cells"])}
    for number, feature in enumerate(asked):
        near = []
        for wanted in cells[number].tolist():
            if wanted in places:
                first, end = tables["starts"][places[wanted] : places[wanted] + 2].tolist()
                near += list(range(first, end)) if end - first <= crowded else []
        near = [row for row in near if not dead[tables["postings"]["picture"][row]]]
        apart = [_apart(feature["numbers"], tables["postings"]["numbers"][row]) for row in near]
        below = _limit(apart, nearest)
        best: dict[int, Vote] = {}
        for row, far in zip(near, apart, strict=True):
            one = tables["postings"][row]
            picture = int(one["picture"])
            if far >= below:
                continue
            turn = (int(feature["angle"]) - int(one["angle"])) % 256
            vote = (number, (below - far) * WEIGHT // below, int(one["x"]), int(one["y"]), turn, int(one["size"]))
            if picture not in best or vote[1] > best[picture][1]:
                best[picture] = vote
        for picture, vote in best.items():
            votes[picture].append(vote)
    return votes


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    low, high = (one & 15).astype(int) - (other & 15), (one >> 4).astype(int) - (other >> 4)
    return int((low**2 + high**2).sum())


def _limit(apart: list[int], nearest: int) -> int:
    far = sorted(min(each, FARTHEST) for each in apart)
    limit = far[nearest] if len(far) > nearest else FARTHEST
    return limit if not far or limit > far[0] else next((each for each in far if each > far[0]), FARTHEST)


def _counted(asked: Features, votes: list[Vote]) -> int:
    best = 0
    for phase in range(4):
        bins: dict[tuple[int, int], int] = defaultdict(int)
        for number, weight, _, _, turn, size in votes:
            steps = int(asked["size"][number]) - size + 256 + (8 if phase & 2 else 0)
            bins[(turn + (16 if phase & 1 else 0)) % 256 // 32, steps // 16] += weight
        best = max(best, *bins.values())
    return best


def _placed(asked: Features, votes: list[Vote]) -> int:
    best = 0
    for number, _, x, y, turn, size in votes:
        steps = int(asked["size"][number]) - size
        scale, angle = 2 ** (steps / 16), 2 * np.pi * turn / 256
        matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = np.array([asked["x"][number], asked["y"][number]]) / 128 - matrix @ [x, y]
        total = 0
        for other, weight, u, v, turned, sized in votes:
            off = matrix @ [u, v] + shift - np.array([asked["x"][other], asked["y"][other]]) / 128
            apart = (turned - turn + 128) % 256 - 128
            steps_off = int(asked["size"][other]) - sized - steps
            if off @ off < REACH**2 and abs(apart) <= REACH_TURN and abs(steps_off) <= REACH_STEPS:
                total += weight
        best = max(best, total)
    return best
