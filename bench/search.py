"""Exact radius search against faiss: `python -m bench.search 1000000 10000000`.

One core, single queries of radius 31, the two in turn in one run, medians. `ours` is the whole of `Index.search`, from
bytes to a list of hits; `peer` is `IndexBinaryFlat.range_search`. Seconds. Hostile distributions come first; the last
line is the worse of random and realistic.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import faiss
import numpy as np

from bench.hashes import HOSTILE, Hashes, planted_queries, random_hashes, realistic_hashes
from havre.matching import _hamming
from havre.matching.index import Index
from havre.matching.reference import MATCH_DISTANCE

ROUNDS = 10
TURN_SECONDS, SHORT_TURN_SECONDS, SMALL = 0.1, 0.005, 100_000
"""How long each way is measured before the next has its turn; shorter below so many hashes, which fit every cache."""
CHECKED_QUERIES = 1_000
SEED = 20

Line = dict[str, object]


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """One line per distribution and size, hostile ones first; the last is the worse of random and realistic."""
    with on_one_core():
        lines = []
        for size in sizes:
            yield from _hostile(size)
            for what, make in (("search random", random_hashes), ("search realistic", realistic_hashes)):
                hashes = make(size, SEED)
                line = _measured(what, hashes, planted_queries(hashes, CHECKED_QUERIES, SEED + 1))
                del hashes
                lines.append(line)
                yield line
        yield min(lines, key=lambda line: float(str(line["ratio"]))) | {"worst": True}


class on_one_core:  # noqa: N801 (reads as what it does)
    """Pin this process, and faiss, to one core."""

    def __enter__(self) -> None:
        self._before = os.sched_getaffinity(0)
        self._threads = faiss.omp_get_max_threads()
        os.sched_setaffinity(0, {max(self._before)})
        faiss.omp_set_num_threads(1)

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._before)
        faiss.omp_set_num_threads(self._threads)


def _hostile(size: int) -> Iterator[Line]:
    for what, spoil in HOSTILE.items():
        hashes = random_hashes(size, SEED)
        victim = random_hashes(1, SEED + 2)[0]
        spoil(hashes, victim, SEED + 3)
        queries = planted_queries(victim[None, :], CHECKED_QUERIES // 5, SEED + 4)
        near = [number for number in range(len(queries)) if number % 32 < 4]
        line = _measured(f"search hostile, {what}", hashes, queries, timed=queries[near])
        del hashes
        yield line


def _measured(what: str, hashes: Hashes, queries: Hashes, timed: Hashes | None = None) -> Line:
    peer = faiss.IndexBinaryFlat(256)
    peer.add(hashes)
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder:
        began = perf_counter()
        Index.rebuild(Path(folder), [(np.arange(1, len(hashes) + 1), hashes.data.cast("B"))])
        built = perf_counter() - began
        began = perf_counter()
        index = Index.open(Path(folder))
        opened = perf_counter() - began
        ours, theirs, brute = _in_turn(index, peer, hashes, queries if timed is None else timed)
        status = index.status()
        return {
            "what": what,
            "size": len(hashes),
            "ours": ours,
            "peer": theirs,
            "ratio": round(theirs / ours, 2),
            "identical": _identical(index, peer, queries),
            "bytes_per_entry": round(status.bytes_per_entry, 2),
            "open_seconds": round(opened, 4),
            "build_seconds": round(built, 2),
            "new_searchable_seconds": _new_searchable(index, len(hashes) + 1),
            "own_brute": brute,
            "times_own_brute": round(ours / brute, 3),
            "checked_queries": len(queries),
        }


def _in_turn(index: Index, peer: Any, hashes: Hashes, queries: Hashes) -> tuple[float, float, float]:
    """Median seconds of ours, of the peer and of our own comparison of everything, each for equal times in turn.

    Equal times, not equal numbers: a turn as short as ours needs for a few queries would only measure how its index
    comes back into the caches that the peer's pass over everything has just filled.
    """
    asked = [query.tobytes() for query in queries]
    rows = hashes.data.cast("B")
    ways: list[tuple[list[float], Callable[[int], object]]] = [
        ([], lambda at: index.search(asked[at], MATCH_DISTANCE)),
        ([], lambda at: peer.range_search(queries[at : at + 1], MATCH_DISTANCE + 1)),
        ([], lambda at: _hamming.within(asked[at], rows, MATCH_DISTANCE)),
    ]
    at, turn = 0, SHORT_TURN_SECONDS if len(hashes) < SMALL else TURN_SECONDS
    for round_number in range(ROUNDS + 1):
        for seconds, ask in ways:
            until = perf_counter() + turn
            while (began := perf_counter()) < until:
                at = (at + 1) % len(asked)
                ask(at)
                if round_number:  # the first round warms up
                    seconds.append(perf_counter() - began)
    ours, theirs, brute = (median(seconds) for seconds, _ in ways)
    return ours, theirs, brute


def _identical(index: Index, peer: Any, queries: Hashes) -> bool:
    """Whether every query finds the same records at the same distances as faiss, which compares everything."""
    limits, distances, rows = peer.range_search(queries, MATCH_DISTANCE + 1)
    batch = index.search_batch(queries.tobytes())
    for number, query in enumerate(queries):
        part = slice(int(limits[number]), int(limits[number + 1]))
        expected = sorted(zip(distances[part].astype(int).tolist(), (rows[part] + 1).tolist(), strict=True))
        for hits in (index.search(query.tobytes()), batch[number]):
            if [(hit.distance, hit.record) for hit in hits] != expected:
                return False
    return True


def _new_searchable(index: Index, record: int) -> float:
    fresh = random_hashes(1, SEED + 9).tobytes()
    began = perf_counter()
    index.add([record], fresh)
    found = any(hit.record == record for hit in index.search(fresh))
    return round(perf_counter() - began, 6) if found else float("inf")


if __name__ == "__main__":
    for found in measure([int(size) for size in sys.argv[1:]] or [1_000_000]):
        print(json.dumps(found), flush=True)
