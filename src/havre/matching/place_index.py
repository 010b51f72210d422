"""Scenes in a library: which of many pictures may show the same as a picture, or the same place.

Of each picture the features that are likeliest found again are posted under the pair of cells their numbers lie in
(an inverted multi-index: Babenko and Lempitsky 2012). A query looks into the nearest pairs for each of its features.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from havre.errors import Broken
from havre.fingerprints.scene import LONG, LOOK, Features, unpack
from havre.matching import _scene
from havre.matching.cells import cell, nearest_cells
from havre.matching.places import Question
from havre.matching.volume import RECORDS, Mask, Tables, Volume

POSTED = 300
"""Features of a picture that are posted."""
ASKED = (640, 120, 70, 70)
"""Features that ask: of a picture as it is, as its mirror image, as its negative, as both. What was mirrored or turned
negative is seldom cut small as well, and a whole picture is found by few features."""
LARGE_SHARE = 0.3
"""The share of both that is taken for its size: small copies and far views keep only what is large."""
CELLS_ASKED = 10
"""Pairs of cells that each feature looks into."""
NEAREST = 50
"""Postings that each feature votes for."""
CROWDED_ABOVE, CROWDED_TIMES = 1000, 50
"""Postings in a pair of cells from which on it says nothing: so many, or so many times the mean of those occupied."""
MOST = 30
"""Candidates that are worth a look …"""
ALWAYS, FEWEST_VOTES = 5, 2000
"""… if they are among the first five or have two equal features' votes: 97 % of those that are another view of a place
have, and a third of those that are nothing."""
NAMED = 10 * MOST
"""Candidates that are named, for some may not be told, and some come before others."""

POSTING = np.dtype(
    [("numbers", "u1", 24), ("x", "u1"), ("y", "u1"), ("angle", "u1"), ("size", "u1"), ("picture", "<u4")]
)
"""32 bytes: the numbers of a feature, its place in 1/256 of the longer side, and the row of its picture."""

NO_LOOK = bytes(LOOK * LOOK)
MOVED_AT_ONCE = 1 << 20
"""Postings that are moved to a new volume in one go."""


class Candidate(NamedTuple):
    """A picture that may show the same as one form of the picture asked."""

    record: int
    form: int
    votes: int


class Scenes:
    """The kind: postings by pair of cells; which pairs are occupied, and where their postings start."""

    name = "scenes"
    version = 1

    def build(self, entries: Sequence[tuple[int, bytes]], /) -> Tables:
        """Tables of packed scenes; Invalid for bytes that are none."""
        posted = [chosen(unpack(data, NO_LOOK).features, POSTED) for _, data in entries]
        postings = np.concatenate([np.zeros(0, POSTING), *(_postings(each, row) for row, each in enumerate(posted))])
        cells = np.concatenate([np.zeros(0, np.uint32), *(cell(each) for each in posted)])
        records = np.array([record for record, _ in entries], np.uint32)
        order = np.lexsort((postings["picture"], cells))
        return {RECORDS: records, **_occupied(cells[order]), "postings": postings[order]}

    def merge(self, parts: Sequence[tuple[Tables, Mask]], /) -> Tables:
        """What `build` makes of all pictures whose mask is true, from their postings."""
        records = np.concatenate([tables[RECORDS][live] for tables, live in parts])
        rows = np.empty(len(records), np.uint32)
        rows[np.argsort(records)] = np.arange(len(records), dtype=np.uint32)
        moved, first = [], 0
        for _, live in parts:
            new = np.zeros(len(live), np.uint32)
            new[live] = rows[first : first + int(live.sum())]
            moved.append(new)
            first += int(live.sum())
        return {RECORDS: np.sort(records), **_merged(parts, moved)}


SCENES = Scenes()


def chosen(features: Features, count: int) -> Features:
    """The `count` likeliest found again: some for their size, the others for their rank; in the order of ranks."""
    if len(features) <= count:
        return features
    large = np.argsort(-features["size"].astype(int), kind="stable")[: round(count * LARGE_SHARE)]
    rest = np.setdiff1d(np.arange(len(features)), large)[: count - len(large)]
    likeliest: Features = features[np.sort(np.concatenate([large, rest]))]
    return likeliest


def _postings(features: Features, row: int) -> NDArray[np.void]:
    postings = np.zeros(len(features), POSTING)
    postings["numbers"] = features["numbers"]
    for axis in ("x", "y"):
        postings[axis] = np.minimum(features[axis].astype(np.uint32) * 256 // LONG, 255)
    postings["angle"], postings["size"], postings["picture"] = features["angle"], features["size"], row
    return postings


def _occupied(cells: NDArray[np.uint32]) -> dict[str, NDArray[np.uint32]]:
    """The pairs that occur in sorted ones, and where each begins."""
    first = np.flatnonzero(np.concatenate([np.ones(min(len(cells), 1), np.bool_), cells[1:] != cells[:-1]]))
    return {"cells": cells[first], "starts": np.append(first, len(cells)).astype(np.uint32)}


def _merged(parts: Sequence[tuple[Tables, Mask]], rows: Sequence[NDArray[np.uint32]]) -> dict[str, NDArray[np.generic]]:
    """Postings of all parts by pair of cells, then by their new rows. Memory: twice what is made."""
    keys: list[NDArray[np.uint64]] = []
    kept: list[NDArray[np.intp]] = []
    for (tables, live), new in zip(parts, rows, strict=True):
        pictures = tables["postings"]["picture"]
        here = np.flatnonzero(live[pictures])
        cells = np.repeat(tables["cells"], np.diff(tables["starts"]))[here]
        keys.append(cells.astype(np.uint64) << np.uint64(32) | new[pictures[here]])
        kept.append(here)
    every = np.concatenate([np.zeros(0, np.uint64), *keys])
    order = np.argsort(every, kind="stable")
    places = np.empty(len(order), np.intp)
    places[order] = np.arange(len(order))
    postings, first = np.zeros(len(order), POSTING), 0
    for (tables, _), here, new in zip(parts, kept, rows, strict=True):
        for at in range(0, len(here), MOVED_AT_ONCE):
            some = tables["postings"][here[at : at + MOVED_AT_ONCE]]
            some["picture"] = new[some["picture"]]
            postings[places[first + at : first + at + len(some)]] = some
        first += len(here)
    return {**_occupied((every[order] >> np.uint64(32)).astype(np.uint32)), "postings": postings}


# ---- searching ----


def candidates(
    volumes: Sequence[Volume], asked: Question, most: int = NAMED, forms: int = len(ASKED)
) -> list[Candidate]:
    """Pictures that may show the same as the first `forms` forms of this one, those with most votes first.

    Votes of volumes of different sizes are compared as they are. Broken where a library is damaged.
    """
    found: dict[int, Candidate] = {}
    for number, form in enumerate(asked.forms[:forms]):
        features = chosen(form.scene.features, ASKED[number])
        cells = nearest_cells(features, CELLS_ASKED)
        for volume in volumes:
            for row, votes in _scanned(volume, features, cells, most):
                record = int(volume.records[row])
                if record not in found or votes > found[record].votes:
                    found[record] = Candidate(record, number, votes)
    return sorted(found.values(), key=lambda each: (-each.votes, each.record))[:most]


def worth_a_look(likely: Sequence[Candidate]) -> list[Candidate]:
    """Those that are compared with the picture, of candidates in their order of likelihood."""
    return [each for number, each in enumerate(likely) if number < ALWAYS or each.votes >= FEWEST_VOTES]


def _scanned(volume: Volume, features: Features, cells: NDArray[np.uint32], most: int) -> list[tuple[int, int]]:
    tables = volume.tables
    crowded = max(CROWDED_ABOVE, CROWDED_TIMES * len(tables["postings"]) // max(len(tables["cells"]), 1))
    try:
        found, _ = _scene.scan(
            tables["cells"],
            tables["starts"],
            tables["postings"].view(np.uint8),
            volume.dead,
            features.tobytes(),
            np.ascontiguousarray(cells),
            CELLS_ASKED,
            crowded,
            NEAREST,
            most,
        )
    except ValueError as damage:
        raise Broken("the library of scenes is damaged, %(damage)s: run `havre index rebuild`", damage=damage) from None
    return found
