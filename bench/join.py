"""Self-join, all pairs within 31 bits, against faiss: `python -m bench.join 1000000`.

`ours` is the whole of `Index.pairs` on one core. `peer` is faiss asked for the neighbours of 2,000 of the hashes,
extrapolated to all. Seconds. Pairs at distances 0 to 31 are planted.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import faiss
import numpy as np

from bench.hashes import Hashes, planted_queries, random_hashes
from bench.search import Line, on_one_core
from havre.matching.index import Index
from havre.matching.reference import MATCH_DISTANCE, Pair

ROUNDS = 3
PEER_QUERIES = 2_000
SEED = 30


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """One line per size."""
    with on_one_core():
        for size in sizes:
            yield _measured(size)


def _measured(size: int) -> Line:
    hashes = random_hashes(size, SEED)
    planted = min(PEER_QUERIES // 2, size // 4)
    hashes[size - planted :] = planted_queries(hashes[: size - planted], planted, SEED + 1)
    asked = np.arange(max(size - PEER_QUERIES, 0), size)
    peer = faiss.IndexBinaryFlat(256)
    peer.add(hashes)
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder:
        index = Index.rebuild(Path(folder), [(np.arange(1, size + 1), hashes.data.cast("B"))])
        ours, theirs = [], []
        for _ in range(ROUNDS):
            began = perf_counter()
            pairs = list(index.pairs())
            ours.append(perf_counter() - began)
            began = perf_counter()
            answer = peer.range_search(hashes[asked], MATCH_DISTANCE + 1)
            theirs.append((perf_counter() - began) * size / len(asked))
    return {
        "what": "join",
        "size": size,
        "ours": round(median(ours), 3),
        "peer": round(median(theirs), 1),
        "ratio": round(median(theirs) / median(ours), 1),
        "identical": _identical(pairs, answer, asked, hashes),
        "extrapolated": True,
        "peer_queries": len(asked),
        "pairs": len(pairs),
    }


def _identical(pairs: list[Pair], answer: Any, asked: "np.ndarray[Any, Any]", hashes: Hashes) -> bool:
    """Whether ours has exactly the pairs that faiss finds for the hashes asked about, and every pair is one."""
    limits, distances, rows = answer
    expected = set()
    for number, row in enumerate(asked.tolist()):
        for at in range(int(limits[number]), int(limits[number + 1])):
            other = int(rows[at])
            if other != row:
                expected.add(Pair(min(row, other) + 1, max(row, other) + 1, int(distances[at])))
    lowest = int(asked[0]) + 1
    apart = (np.bitwise_count(hashes[pair.first - 1] ^ hashes[pair.second - 1]).sum() for pair in pairs)
    true = all(int(bits) == pair.distance for bits, pair in zip(apart, pairs, strict=True))
    return true and {pair for pair in pairs if pair.second >= lowest} == expected


if __name__ == "__main__":
    for found in measure([int(size) for size in sys.argv[1:]] or [1_000_000]):
        print(json.dumps(found), flush=True)
