"""A VICS hash set of a million entries, written and read: `python -m bench.vics [ENTRIES]`."""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from havre.matches.formats.labels import scheme
from havre.matches.formats.record import JSON, Entry, Summary, to_json
from havre.matches.formats.vics import read
from havre.matches.formats.vics_write import write_vics2


def entries(count: int, seed: int = 20240607) -> Iterator[Entry]:
    """Entries like those of a national hash set: digests, category, flags, a PhotoDNA for one in two."""
    chance = random.Random(seed)
    for number in range(count):
        facts: dict[str, JSON] = {
            "media_id": number,
            "size": chance.randrange(10_000, 5_000_000),
            "victim_identified": chance.random() < 0.2,
            "offender_identified": False,
            "is_distributed": chance.random() < 0.5,
        }
        if number % 2:
            facts["photodna"] = chance.randbytes(144).hex()
        if number % 3 == 0:
            facts |= {"series": f"Series {chance.randrange(5000)}", "tags": ["one", "two"], "mime": "image/jpeg"}
        category = str(chance.choice((0, 1, 1, 2, 3, 5)))
        label = scheme("vics-us").read(category)
        digests = chance.randbytes(16).hex(), chance.randbytes(20).hex()
        yield Entry(
            f"entry {number + 1}", *digests, pdq=chance.randbytes(32).hex(), label=label, category=category, facts=facts
        )


def read_whole(path: Path) -> dict[str, object]:
    """Read a document to its end, as the worker does, and say how fast and in how much memory."""
    began = time.perf_counter()
    read_entries = 0
    with path.open("rb") as file:
        for record in read(file):
            to_json(record)
            if isinstance(record, Summary):
                read_entries = record.good
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"good": read_entries, "seconds": seconds, "peak_rss_mb": round(peak)}


def measure(entries_wanted: int = 1_000_000) -> Iterator[dict[str, object]]:
    """Write a hash set from a seed, read it in a fresh process: rate and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.json"
        began = time.perf_counter()
        with path.open("wb") as file:
            write_vics2(entries(entries_wanted), file)
        written = time.perf_counter() - began
        # A fresh process: the peak of this one would be that of the whole bench.
        call = [sys.executable, "-m", "bench.vics", "--read", str(path)]
        told = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
        megabytes = path.stat().st_size / 1e6
        yield {
            "what": "vics",
            "size": entries_wanted,
            "entries_per_second": round(entries_wanted / told["seconds"]),
            "peak_rss_mb": told["peak_rss_mb"],
            "megabytes": round(megabytes),
            "megabytes_per_second": round(megabytes / told["seconds"], 1),
            "written_per_second": round(entries_wanted / written),
            "complete": told["good"] == entries_wanted,
        }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(read_whole(Path(sys.argv[2]))))
    else:
        for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
            print(json.dumps(line))
