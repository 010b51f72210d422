"""Which of many sounds may share something with a query: tables of keys to look in, and the vote over offsets.

Every item that tells anything has a key of 20 bits that mostly outlive another encoding. Where two sounds share a
stretch, many of their keys are equal at one and the same offset. What is found here is only worth a closer look:
`sound.py` says whether it is a match.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.audio import Soundprint, unpack

Tables = Mapping[str, NDArray[np.generic]]

KEY_BITS = 20
CUTS_ABOVE = tuple(range(31, 0, -2))
"""Bits that say on which side of its middle cut each of the 16 classifiers lies: the surer one of the two it has."""

STEADY = (30, 28, 26, 18)
"""The other bits of the four classifiers that look longest, so change least."""

ONE_BIT_OFF = np.uint32(1) << np.arange(KEY_BITS, dtype=np.uint32)

MOST_PLACES = 500_000
"""How many places of one volume a query looks at that have its keys; of more, those of common keys are left out."""

MOST_NEAR = 200_000
MOST_NEAR_ITEMS = 512
"""How many whose key is one bit off, for how many items of the query: a few seconds need them, long sounds do not."""

MOST_CANDIDATES = 256
MOST_OFFSETS_EACH = 8
"""Offsets of one sound among the candidates: it may have been cut together, but must not crowd the others out."""

FEWEST_VOTES = 2


class Candidate(NamedTuple):
    """A sound of a volume, by how many items the query has to be moved to lie on it, and equal keys there."""

    row: int
    offset: int
    votes: int


def keys_of(items: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The key of each item."""
    keys = np.zeros(len(items), np.uint32)
    for bit in CUTS_ABOVE + STEADY:
        keys = (keys << np.uint32(1)) | ((items >> np.uint32(bit)) & np.uint32(1))
    return keys


def tables(entries: Sequence[tuple[int, bytes]]) -> dict[str, NDArray[np.generic]]:
    """Tables of packed sounds to look in: their `records` in the order of rows, and those of `tables_of`."""
    records = np.array([record for record, _ in entries], np.uint32)
    return {"records": records} | tables_of([unpack(data) for _, data in entries])


def tables_of(sounds: Sequence[Soundprint]) -> dict[str, NDArray[np.generic]]:
    """Where each sound `starts` among all items; the `keys` there are; `places` by key, within the `bounds` of each."""
    starts = np.cumsum([0, *(len(sound.items) for sound in sounds)], dtype=np.uint32)
    told = np.concatenate([np.zeros(0, np.bool_), *(sound.informative for sound in sounds)])
    items = np.concatenate([np.zeros(0, np.uint32), *(sound.items for sound in sounds)])
    places = np.flatnonzero(told).astype(np.uint32)
    every = keys_of(items[places])
    order = np.argsort(every, kind="stable")
    keys, first = np.unique(every[order], return_index=True)
    bounds = np.append(first, len(places)).astype(np.uint32)
    return {"starts": starts, "keys": keys, "bounds": bounds, "places": places[order]}


def candidates(
    volume: Tables,
    query: Soundprint,
    most: int = MOST_CANDIDATES,
    each: int = MOST_OFFSETS_EACH,
    dead: NDArray[np.bool_] | None = None,
) -> list[Candidate]:
    """The likeliest sounds of a volume and offsets, most votes first, `each` sound at so many offsets at most.

    Rows that are dead have no vote.
    """
    starts = volume["starts"]
    places, asked = _looked_up(volume, query)
    if dead is not None and dead.any():
        alive = ~dead[rows_of(starts, places)]
        places, asked = places[alive], asked[alive]
    diagonals = places - asked
    best = _most_voted(diagonals, 4 * most)
    at = np.searchsorted(best, diagonals)
    lying = np.flatnonzero(at < len(best))
    lying = lying[best[at[lying]] == diagonals[lying]]
    rows = rows_of(starts, places[lying])
    return _ranked(np.stack([rows, diagonals[lying] - starts[rows]], axis=1), most, each)


def rows_of(starts: NDArray[np.generic], places: NDArray[np.integer]) -> NDArray[np.int64]:
    """In which sound each place among all items lies."""
    return np.searchsorted(starts, places.astype(starts.dtype), side="right") - 1


def _looked_up(volume: Tables, query: Soundprint) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places whose key is that of an item of the query, beside the item; then those whose key is one bit from it.

    The rarest keys come first, until it is enough: common keys tell the least.
    """
    asked = np.flatnonzero(query.informative)
    wanted = keys_of(query.items[asked])
    exact = _held(volume, wanted, asked, MOST_PLACES)
    few = slice(None, None, max(-(-len(asked) // MOST_NEAR_ITEMS), 1))
    turned = (wanted[few, None] ^ ONE_BIT_OFF).reshape(-1)
    near = _held(volume, turned, np.repeat(asked[few], KEY_BITS), MOST_NEAR)
    return np.concatenate([exact[0], near[0]]), np.concatenate([exact[1], near[1]])


def _held(
    volume: Tables, wanted: NDArray[np.uint32], asked: NDArray[np.int64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """At most so many places that have one of the keys wanted, beside who asked for it."""
    keys, bounds, places = volume["keys"], volume["bounds"], volume["places"]
    found = np.searchsorted(keys, wanted)
    inside = found < len(keys)
    held = np.flatnonzero(inside)[keys[found[inside]] == wanted[inside]]
    asked, first = asked[held], bounds[found[held]].astype(np.int64)
    sizes = bounds[found[held] + 1] - first
    order = np.argsort(sizes, kind="stable")
    order = order[np.cumsum(sizes[order]) <= most]
    first, sizes, asked = first[order], sizes[order], asked[order]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return places[np.repeat(first, sizes) + within].astype(np.int64), np.repeat(asked, sizes)


def _most_voted(diagonals: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The diagonals with the most votes, those for the next one counted too: an excerpt rarely begins on the grid."""
    values, votes = np.unique(diagonals, return_counts=True)
    together = votes.copy()
    together[:-1] += np.where(values[1:] == values[:-1] + 1, votes[1:], 0)
    enough = np.flatnonzero(together >= FEWEST_VOTES)
    best = enough[np.argsort(-together[enough], kind="stable")[:most]]
    return np.sort(values[best])


def _ranked(found: NDArray[np.int64], most: int, each: int) -> list[Candidate]:
    """Places voted for, counted by row and offset."""
    pairs, votes = np.unique(found, axis=0, return_counts=True)
    seen: dict[int, int] = {}
    ranked = []
    for number in np.argsort(-votes, kind="stable").tolist():
        row, offset = pairs[number].tolist()
        seen[row] = seen.get(row, 0) + 1
        if seen[row] <= each:
            ranked.append(Candidate(row, offset, int(votes[number])))
    return ranked[:most]
