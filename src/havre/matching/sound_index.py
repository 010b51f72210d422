"""Sounds in a library: where each key is heard, beside the sounds themselves, and what of a query is heard in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from havre.errors import Broken, Invalid
from havre.fingerprints.audio import Soundprint, unpack
from havre.matching import sound_keys
from havre.matching.sound import SoundSegment, segments
from havre.matching.sound_chance import expected_false
from havre.matching.sound_keys import candidates, rows_of
from havre.matching.volume import RECORDS, Mask, Tables, Volume

MOST_SOUNDS = 50
"""Of all candidates, so many sounds are compared with the query (bench/sound_scale.py finds all among as many)."""

InTurn = Callable[[Sequence[int]], Sequence[int]]
"""Of records, the likeliest first, those to compare with a query."""

CHUNK = 1 << 22
"""Places of an older volume that are moved to a new one in one go."""


@dataclass(frozen=True, slots=True)
class SoundHit:
    """A known sound in which something of the query is heard."""

    record: int
    segments: tuple[SoundSegment, ...]
    """In the order of the query."""

    expected_false: float
    """How many sounds with a segment as good as the best of these are heard by chance in a library of this size."""


class _Likely(NamedTuple):
    """A sound that may share something with the query, and the offsets to look at, the likeliest first."""

    votes: int
    volume: int
    row: int
    offsets: list[int]


class Sounds:
    """The kind: tables of `sound_keys.tables`; the packed sounds, one after the other; how many items tell anything."""

    name = "sounds"
    version = 1

    def build(self, entries: Sequence[tuple[int, bytes]], /) -> Tables:
        """Tables of packed sounds; Invalid for bytes that are none."""
        made = sound_keys.tables(entries)
        told = rows_of(made["starts"], np.asarray(made["places"], np.int64))
        return made | {
            "told": np.bincount(told, minlength=len(entries)).astype(np.uint32),
            "offsets": _sums([len(data) for _, data in entries], np.uint64),
            "packed": np.frombuffer(b"".join(data for _, data in entries), np.uint8),
        }

    def merge(self, parts: Sequence[tuple[Tables, Mask]], /) -> Tables:
        """What `build` makes of all sounds whose mask is true, without looking at the sounds."""
        plan = _planned(parts)
        return {
            RECORDS: plan.records,
            "starts": plan.starts,
            **_postings(parts, plan),
            "told": np.concatenate([tables["told"][live] for tables, live in parts])[plan.order],
            "offsets": plan.offsets,
            "packed": _packed(parts, plan),
        }


SOUNDS = Sounds()


# ---- searching ----


def search(
    volumes: Sequence[Volume], query: Soundprint, most: int = MOST_SOUNDS, in_turn: InTurn | None = None
) -> list[SoundHit]:
    """Known sounds in which something of the query is heard, the least likely to be chance first.

    Only the `most` likeliest sounds of all volumes are compared with it, or those that `in_turn` takes of them.
    """
    hits = []
    query_items, known_items = int(query.informative.sum()), items_told(volumes)
    every = {_record(volumes, likely): likely for likely in _likeliest(volumes, query)}
    chosen = in_turn(list(every)) if in_turn else list(every)[:most]
    for likely in (every[record] for record in chosen):
        tables = volumes[likely.volume].tables
        found = _heard(query, sound_in(tables, likely.row), likely.offsets)
        if found:
            chance = min(
                expected_false(each.distinct, each.agreement, each.sameness, query_items, known_items) for each in found
            )
            hits.append(SoundHit(_record(volumes, likely), tuple(found), chance))
    return sorted(hits, key=lambda hit: (hit.expected_false, hit.record))


def _record(volumes: Sequence[Volume], likely: _Likely) -> int:
    return int(volumes[likely.volume].records[likely.row])


def items_told(volumes: Sequence[Volume]) -> int:
    """How many items of all live sounds tell anything: among so many a query may find something by chance."""
    return sum(int(volume.tables["told"][volume.live].sum(dtype=np.int64)) for volume in volumes)


def sound_in(tables: Tables, row: int) -> Soundprint:
    """The sound of a row; Broken if its bytes are none."""
    first, end = tables["offsets"][row : row + 2].tolist()
    try:
        return unpack(tables["packed"][first:end].tobytes())
    except Invalid as damage:
        raise Broken("the library of sounds is damaged, %(damage)s: run `havre index rebuild`", damage=damage) from None


def _heard(query: Soundprint, known: Soundprint, offsets: Sequence[int]) -> list[SoundSegment]:
    """Looked at closely once something is found at the likeliest offsets."""
    found = segments(query, known, offsets)
    return found and (segments(query, known) or found)


def _likeliest(volumes: Sequence[Volume], query: Soundprint) -> list[_Likely]:
    """Every candidate sound of all volumes once, most votes first."""
    found: dict[tuple[int, int], _Likely] = {}
    for number, volume in enumerate(volumes):
        for each in candidates(volume.tables, query, dead=volume.dead):
            first = found.setdefault((number, each.row), _Likely(each.votes, number, each.row, []))
            first.offsets.append(each.offset)
    return sorted(found.values(), key=lambda likely: -likely.votes)


# ---- merging ----


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Where everything goes. Live rows are numbered through all parts; `order` says which of them each new row is."""

    order: NDArray[np.intp]
    records: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    offsets: NDArray[np.uint64]
    shifts: list[NDArray[np.int64]]
    """By part and row: by how many items a sound moves."""


def _planned(parts: Sequence[tuple[Tables, Mask]]) -> _Plan:
    records = np.concatenate([tables[RECORDS][live] for tables, live in parts])
    order = np.argsort(records)
    items = np.concatenate([np.diff(tables["starts"])[live] for tables, live in parts])
    sizes = np.concatenate([np.diff(tables["offsets"])[live] for tables, live in parts])
    starts = _sums(items[order], np.uint32)
    moved = np.empty(len(order), np.int64)
    moved[order] = starts[:-1]
    shifts, first = [], 0
    for tables, live in parts:
        shift = np.zeros(len(live), np.int64)
        end = first + int(live.sum())
        shift[live] = moved[first:end] - tables["starts"][:-1][live]
        shifts.append(shift)
        first = end
    return _Plan(order, records[order], starts, _sums(sizes[order], np.uint64), shifts)


def _sums(sizes: "np.typing.ArrayLike", dtype: type[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Where each of things so large begins when they lie one after the other, and where the last ends."""
    return np.concatenate([np.zeros(1, dtype), np.cumsum(sizes, dtype=dtype)])


def _postings(parts: Sequence[tuple[Tables, Mask]], plan: _Plan) -> dict[str, NDArray[np.uint32]]:
    """Keys, bounds and places, from keys and places sorted together: 8 bytes for a place while it is done."""
    count = sum(int(tables["told"][live].sum(dtype=np.int64)) for tables, live in parts)
    both, at = np.empty(count, "<u8"), 0
    for (tables, live), shift in zip(parts, plan.shifts, strict=True):
        for moved in _moved(tables, live, shift):
            both[at : at + len(moved)] = moved
            at += len(moved)
    both.sort()
    halves = both.view("<u4")
    places, keys = halves[::2].copy(), halves[1::2]
    first = np.flatnonzero(np.concatenate([np.ones(min(count, 1), np.bool_), keys[1:] != keys[:-1]]))
    return {"keys": keys[first], "bounds": np.append(first, count).astype(np.uint32), "places": places}


def _moved(tables: Tables, live: Mask, shift: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Keys, and below them the places of live rows where they go, in parts."""
    bounds = tables["bounds"]
    for start in range(0, len(tables["places"]), CHUNK):
        places = tables["places"][start : start + CHUNK].astype(np.int64)
        rows = rows_of(tables["starts"], places)
        at = np.arange(start, start + len(places))
        keys = tables["keys"][np.searchsorted(bounds, at.astype(bounds.dtype), side="right") - 1].astype(np.int64)
        yield ((keys << 32) | (places + shift[rows]))[live[rows]]


def _packed(parts: Sequence[tuple[Tables, Mask]], plan: _Plan) -> NDArray[np.uint8]:
    """The sounds themselves, those that stay neighbours in one go."""
    owner = np.concatenate([np.full(int(live.sum()), number) for number, (_, live) in enumerate(parts)])[plan.order]
    rows = np.concatenate([np.flatnonzero(live) for _, live in parts])[plan.order]
    parted = np.flatnonzero((np.diff(owner) != 0) | (np.diff(rows) != 1)) + 1
    packed = np.empty(int(plan.offsets[-1]), np.uint8)
    for first, end in pairwise(sorted({0, *parted.tolist(), len(rows)})):
        tables = parts[int(owner[first])][0]
        begins, ends = int(tables["offsets"][rows[first]]), int(tables["offsets"][rows[end - 1] + 1])
        packed[int(plan.offsets[first]) : int(plan.offsets[end])] = tables["packed"][begins:ends]
    return packed
