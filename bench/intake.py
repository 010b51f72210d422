"""A whole intake against a bare loop of Pillow, pdqhash and hashlib: `python -m bench.intake [FILES_OF_1_MP]`.

Both on the same two cores, in turn in one run, medians of wall-clock seconds for one file. `ours` is everything that
`havre intake --later` does in a fresh home on SQLite: survey, sandbox, fingerprints, sealed store with sync and reading
back, preview, database, index, signed log; from the first look at the folder until the summary. `peer` reads, digests,
decodes and hashes in two processes and keeps nothing. Both start when their interpreter has loaded everything, and as
in the command the sandbox loads its decoders meanwhile; `whole_ratio` counts all of that too. `identical` is whether
every digest, PDQ and quality agree. Pictures are distinct: crops of photographs that scikit-image ships laid over one
another, with noise, 4:2:0, quality 85 to 92.
"""

import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pdqhash
import skimage.data
from numpy.typing import NDArray
from PIL import Image

CHECKOUT = Path(__file__).parent.parent
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
QUALITIES = (85, 88, 90, 92)
NOISE = 3.0
"""Standard deviation of the noise, in grey levels."""

FILES = {1: 600, 12: 80}
"""Pictures of each size in megapixels: enough that starting the sandbox does not dominate."""

ROUNDS = 3
CORES = 2
SEED = 50

Line = dict[str, object]
Seen = dict[str, list[object]]
"""By name: MD5, SHA-1, SHA-256, PDQ in hex, quality."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that is measured: a run of this module by itself."""

    name: str
    words: tuple[str, ...]


def measure(
    sizes_mp: Sequence[int] = (1, 12), workers: Sequence[int] = (1, 2), files: Mapping[int, int] | None = None
) -> Iterator[Line]:
    """Two lines for each size: ours against the peer, and the most workers against the fewest."""
    counts = {**FILES, **(files or {})}
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, few_cores(CORES):
        for size in sizes_mp:
            folder = Path(scratch, f"{size}-megapixels")
            make_pictures(folder, counts[size], size)
            yield from _measured(Path(scratch), folder, size, workers)


def make_pictures(folder: Path, count: int, megapixels: int) -> None:
    """Distinct JPEGs, 4 : 3, from a seed."""
    folder.mkdir()
    random = np.random.default_rng(SEED + megapixels)
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5 / 8) * 8
    height = round(width * 3 / 4 / 8) * 8
    photographs = [Image.fromarray(getattr(skimage.data, name)()).convert("RGB") for name in PHOTOGRAPHS]
    grain = random.normal(0, NOISE, (height + 64, width + 64)).astype(np.int8)
    for number in range(count):
        first, second = (_crop(photographs[int(random.integers(4))], random, (width, height)) for _ in range(2))
        top, left = random.integers(0, 64, 2)
        mixed = np.asarray(Image.blend(first, second, 0.35), np.int16)
        mixed = mixed + grain[top : top + height, left : left + width, None]
        picture = Image.fromarray(mixed.clip(0, 255).astype(np.uint8))
        quality = QUALITIES[number % len(QUALITIES)]
        picture.save(folder / f"{number:05}.jpg", "JPEG", quality=quality, subsampling="4:2:0")


def _crop(photograph: Image.Image, random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    wide, high = (int(side * random.uniform(0.5, 1)) for side in photograph.size)
    left = int(random.integers(photograph.width - wide + 1))
    top = int(random.integers(photograph.height - high + 1))
    part = photograph.resize(size, Image.Resampling.BILINEAR, (left, top, left + wide, top + high))
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else part


def _measured(scratch: Path, folder: Path, size: int, workers: Sequence[int]) -> Iterator[Line]:
    few, many = min(workers), max(workers)
    ways = [Way(f"{each} workers", ("--ours", str(scratch), str(folder), str(each))) for each in sorted(set(workers))]
    ways.append(Way("peer", ("--peer", str(folder))))
    runs: dict[str, list[dict[str, Any]]] = {way.name: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            runs[way.name].append(_run(way))
    count = len(runs["peer"][0]["seen"])
    ours, peer = runs[f"{many} workers"], runs["peer"]
    per_file = {name: _median(each, "seconds") / count for name, each in runs.items()}
    identical = all(each["seen"] == peer[0]["seen"] for found in runs.values() for each in found)
    yield {
        "what": f"intake {size} MP",
        "size": count,
        "ours": round(per_file[f"{many} workers"], 6),
        "peer": round(per_file["peer"], 6),
        "ratio": round(per_file["peer"] / per_file[f"{many} workers"], 2),
        "identical": identical,
        "workers": many,
        "whole_ratio": round(_median(peer, "whole_seconds") / _median(ours, "whole_seconds"), 2),
        "ours_processor_seconds": round(_median(ours, "processor_seconds") / count, 6),
        "peer_processor_seconds": round(_median(peer, "processor_seconds") / count, 6),
        "megabytes": round(sum(path.stat().st_size for path in folder.iterdir()) / 1e6),
        "rounds": ROUNDS,
    }
    if few != many:
        yield {
            "what": f"intake {size} MP, {many} workers against {few}",
            "size": count,
            "ours": round(per_file[f"{many} workers"], 6),
            "peer": round(per_file[f"{few} workers"], 6),
            "ratio": round(per_file[f"{few} workers"] / per_file[f"{many} workers"], 2),
            "identical": identical,
        }


def _median(runs: Sequence[dict[str, Any]], what: str) -> float:
    return float(median(run[what] for run in runs))


def _run(way: Way) -> dict[str, Any]:
    began = perf_counter()
    call = [sys.executable, "-m", "bench.intake", *way.words]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    # What is counted of the whole ends when the process does, less what only this measurement looked at.
    return answer | {"whole_seconds": perf_counter() - began - answer["aside_seconds"]}


# ---- in a process of its own ----


def ours(scratch: Path, folder: Path, workers: int) -> dict[str, Any]:
    """One intake of the folder into a fresh home."""
    from havre.matches.formats import READERS
    from havre.media.decode.sandbox import Sandbox
    from havre.settings import Settings
    from havre.start import start

    with tempfile.TemporaryDirectory(prefix="home-", dir=scratch) as home_folder:
        began = perf_counter()
        settings = Settings(home=Path(home_folder))
        sandbox = Sandbox(READERS)
        sandbox.begin()
        start(settings)
        from havre.flows.begin import begin_node
        from havre.flows.dossier import open_dossier
        from havre.flows.home import Home
        from havre.flows.intake import take_in
        from havre.units.acting import Acting

        def clock() -> datetime:
            return datetime.now(UTC)

        acting = Acting(begin_node(settings, "BE", "Bench", "anke", clock, "bench"), clock)
        home = Home(settings, begun=sandbox)
        open_dossier(home, acting, "bench", "a measurement", "a measurement")
        aside = perf_counter() - began
        before = _processor_seconds()
        began = perf_counter()
        totals = take_in(home, acting, "bench", str(folder), workers=workers, later=True)
        seconds = perf_counter() - began
        home.close()
        spent = _processor_seconds() - before
        began = perf_counter()
        seen = _seen_by_ours(folder)
        aside += perf_counter() - began
    assert totals.found == len(seen), totals
    return {"seconds": seconds, "processor_seconds": spent, "aside_seconds": aside, "seen": seen}


def _seen_by_ours(folder: Path) -> Seen:
    from havre.cases.models import Item
    from havre.media.models import Fingerprint

    prints = {
        each.medium_id: [bytes(each.orientations)[:32].hex(), each.quality] for each in Fingerprint.objects.iterator()
    }
    rows = Item.objects.values_list("path", "exhibit__medium", "md5", "sha1", "sha256")
    return {
        str(Path(path).relative_to(folder)): [*(bytes(digest or b"").hex() for digest in digests), *prints[medium]]
        for path, medium, *digests in rows
    }


def peer(folder: Path) -> dict[str, Any]:
    """The bare loop in two processes."""
    before = _processor_seconds()
    began = perf_counter()
    paths = sorted(folder.iterdir())
    with multiprocessing.get_context("fork").Pool(CORES) as pool:
        found = pool.map(_seen_by_peer, paths, chunksize=1)
        seconds = perf_counter() - began
        pool.close()
        pool.join()
    seen = {path.name: row for path, row in zip(paths, found, strict=True)}
    spent = _processor_seconds() - before
    return {"seconds": seconds, "processor_seconds": spent, "aside_seconds": 0.0, "seen": seen}


def _seen_by_peer(path: Path) -> list[object]:
    data = path.read_bytes()
    with Image.open(path) as picture:
        pixels: NDArray[np.uint8] = np.asarray(picture.convert("RGB"))
    bits, quality = pdqhash.compute(pixels)
    digests = [hashlib.new(name, data).hexdigest() for name in ("md5", "sha1", "sha256")]
    return [*digests, np.packbits(bits).tobytes().hex(), int(quality)]


def _processor_seconds() -> float:
    """Of this process and of every descendant that has ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


@contextmanager
def few_cores(count: int) -> Iterator[None]:
    """Let this process and its children run on so many cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[-count:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--ours", scratch, folder, workers]:
            print(json.dumps(ours(Path(scratch), Path(folder), int(workers))))
        case ["--peer", folder]:
            print(json.dumps(peer(Path(folder))))
        case words:
            for line in measure(files={1: int(words[0]), 12: max(int(words[0]) // 8, 1)} if words else None):
                print(json.dumps(line), flush=True)
