# ruff: noqa: A005 - named as `havre bench` names it
"""Captures of whole sites: rows a second into the dossier, with the peak of memory; the peer is one row at a time.

`havre bench site --size 3000000` reads the capture of a portal of 3 million pictures, twice with another half, compares
the two, and groups one by the open pages from which its pictures come; on SQLite and on PostgreSQL.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

BACKENDS = ("sqlite", "postgresql")


def measure(sizes: Iterable[int]) -> Iterator[dict[str, Any]]:
    """One line for each number of rows and each database."""
    for rows in sizes:
        for backend in BACKENDS:
            yield _line(rows, backend)


def _line(rows: int, backend: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.site_read", str(rows), backend]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    told = json.loads(done.stdout.splitlines()[-1])
    ours, naive = told["rows_per_second"], told["naive_rows_per_second"]
    return {
        "what": f"capture of a site, {backend}",
        "size": rows,
        "ours": told["seconds"] / rows,
        "peer": 1 / naive,
        "ratio": round(ours / naive, 1),
        "identical": told["complete"] and told["same_rows"],
    } | {name: value for name, value in told.items() if name not in ("rows", "complete", "same_rows")}
