"""New media of one unit against what 49 countries let it know: `python -m bench.check [MEDIA [SHARED]]`.

A home on PostgreSQL, as durable as it comes, whose board holds SHARED media (5 million) of 49 other nodes, each with
digests and a PDQ fingerprint as skewed as real pictures'; one in ten is for others and must not be found. MEDIA
(100,000) have just been taken in: 1 % have the bytes of a shared one, 1 % look like one (up to 31 bits, any
orientation). Rows are written in bulk, the check is `havre.flows.check`, in a process of its own. `seconds` is what the
check takes beyond intake; `index_seconds` what catching up with the whole board takes once, when none of it was seen
before. The peer is one plain pass: a dictionary of all digests, and every PDQ against every PDQ in numpy, measured for
SAMPLE media and extrapolated. `identical` is whether every planted pair is found, nothing that is for others is, and
the sample's answers are those of the plain pass. A second line is the other way round: what comes to the board later;
two more are how fast films, sounds, places and cameras follow (`bench.check_further`).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bench import check_further as further
from bench.analysts import POSTGRES, environment_of, used_by
from bench.check_board import (
    BAR,
    CORES,
    COUNTRIES,
    DIGESTS,
    LATER,
    MEDIA,
    PLANTED,
    RADIUS,
    SAMPLE,
    SHARED,
    Board,
    Line,
    clock,
    fill,
    for_others,
    planted,
    same_bytes,
)
from bench.intake import CHECKOUT, few_cores
from bench.postgres import server
from havre.settings import read_settings
from havre.start import start

# ---- the check, in a process of its own ----


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """Seconds it takes, processor seconds, and by how many MB of its own this process grows at most meanwhile."""
    over, told, before = threading.Event(), {"mb": 0.0}, _anonymous()

    def look() -> None:
        while not over.wait(0.05):
            told["mb"] = max(told["mb"], (_anonymous() - before) / 1000)

    thread = threading.Thread(target=look)
    thread.start()
    spent, began = _processor(), perf_counter()
    try:
        yield told
    finally:
        told["seconds"], told["processor"] = perf_counter() - began, _processor() - spent
        over.set()
        thread.join()


def _anonymous() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def indexed(_folder: Path, _media: int, _shared: int) -> Line:
    """Catch up with the board."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.exchange.shelf import open_board

    with watched() as told:
        open_board(settings.index)
    return _told(told)


def checked(folder: Path, _media: int, shared: int) -> list[Line]:
    """Check, and check again after more has come to the board."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.exchange.models import SameMedium
    from havre.flows.check import check_after
    from havre.flows.home import Home
    from havre.units.acting import Acting
    from havre.units.queries import person_named

    home, acting = Home(settings), Acting(person_named("anke"), clock, "a bench")
    with watched() as told:
        found = check_after(home, acting)
    pairs = list(SameMedium.objects.values_list("medium", "theirs", "kind"))
    first: Line = {"media": found.media, "new": found.new, **_told(told)}
    first["pairs"] = [[medium - 1, theirs // 2 - 1, kind] for medium, theirs, kind in pairs]
    first["resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    Board(folder).put(range(shared, shared + LATER))
    with watched() as told:
        found = check_after(home, acting)
    home.close()
    return [first, {"came": LATER, "new": found.new, **_told(told)}]


def _told(watched: Mapping[str, float]) -> Line:
    return {name: round(value, 2) for name, value in watched.items()}


# ---- the plain pass, in a process of its own ----


def plain(folder: Path, media: int, shared: int) -> Line:
    """A dictionary of all digests, then every PDQ of a sample of ours against all of them."""
    theirs = np.load(folder / "theirs.npy")[:shared].view(np.uint64)
    ours = np.load(folder / "ours.npy", mmap_mode="r")
    named, all_named = (
        [row.tobytes() for row in np.load(folder / f"{name}.npy")[:most, -DIGESTS[2] :]]
        for name, most in (("ours_named", media), ("named", shared))
    )
    began = perf_counter()
    by_digest = {digest: number for number, digest in enumerate(all_named)}
    same = sum(digest in by_digest for digest in named)
    by_digests = perf_counter() - began
    sample = sample_of(media)
    began = perf_counter()
    near = [[number, int(theirs_)] for number in sample for theirs_ in _near(ours[number], theirs)]
    took = perf_counter() - began
    return {
        "same": same,
        "near": near,
        "seconds": round(by_digests + took / len(sample) * media, 1),
        "digest_seconds": round(by_digests, 2),
        "sample_seconds": round(took, 2),
    }


def sample_of(media: int) -> list[int]:
    """Media of the sample: every second one is planted."""
    step = media // PLANTED // SAMPLE * PLANTED or PLANTED
    return [n + turn for n in range(PLANTED, media, step) for turn in (0, 1)][:SAMPLE]


def _near(orientations: Any, theirs: Any) -> list[int]:
    found: set[int] = set()
    for one in np.ascontiguousarray(orientations).view(np.uint64):
        distance = np.bitwise_count(theirs ^ one).sum(axis=1, dtype=np.uint16)
        found |= set(np.flatnonzero(distance <= RADIUS).tolist())
    return sorted(found)


# ---- all of it ----


def measure(sizes: Sequence[int] = (MEDIA,), shared: int | None = None) -> Iterator[Line]:
    """Two lines for each number of media; the board holds 50 times as many unless it is said."""
    for media in sizes:
        with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, few_cores(CORES):
            many = shared or media * SHARED // MEDIA
            with server(settings=POSTGRES) as db:
                db.make("havre")
                environment = environment_of(Path(scratch, "home"), db.address("havre"))
                yield from _measured(Path(scratch), environment, db.pid, media, many)
    yield from further.measure()


def _measured(folder: Path, environment: Mapping[str, str], database: int, media: int, shared: int) -> Iterator[Line]:
    words = (str(folder), str(media), str(shared))
    filled = _elsewhere(environment, "--fill", *words)
    index = _elsewhere(environment, "--index", *words)
    before = used_by(database)
    first, later = _elsewhere(environment, "--check", *words)
    asked = used_by(database) - before
    peer = _elsewhere(environment, "--plain", *words)
    yield {
        "what": f"check against {shared:,} of {COUNTRIES} countries",
        "size": media,
        "ours": first["seconds"],
        "peer": peer["seconds"],
        "ratio": round(peer["seconds"] / first["seconds"], 1),
        "identical": right(media, shared, first["pairs"], peer["near"]),
        "holds": first["seconds"] <= BAR,
        "pairs": len(first["pairs"]),
        "processor_seconds": first["processor"],
        "database_processor_seconds": round(asked, 1),
        "grown_mb": first["mb"],
        "resident_mb": first["resident_mb"],
        "index_seconds": index["seconds"],
        "index_processor_seconds": index["processor"],
        "index_mb": index["mb"],
        **filled,
        "plain": {name: peer[name] for name in ("digest_seconds", "sample_seconds")},
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }
    yield {
        "what": f"{later['came']:,} that come later against all held",
        "size": media,
        "ours": later["seconds"],
        "peer": round(peer["seconds"] * LATER / shared, 1),
        "ratio": round(peer["seconds"] * LATER / shared / later["seconds"], 1),
        "identical": True,
        "processor_seconds": later["processor"],
        "grown_mb": later["mb"],
        "new": later["new"],
    }


def right(media: int, shared: int, pairs: Sequence[Sequence[Any]], near: Sequence[Sequence[int]]) -> bool:
    """Whether all that was planted for us is found as what it is, nothing of others, and the sample's as plainly."""
    found = {(ours, theirs): kind for ours, theirs, kind in pairs}
    wanted = {
        (ours, theirs): "identical" if same_bytes(ours) else "near"
        for ours, theirs in planted(media, shared).items()
        if not for_others(theirs)
    }
    sample = {(ours, theirs) for ours, theirs in near if not for_others(theirs)}
    there = {(ours, theirs) for ours, theirs in found if ours in sample_of(media)}
    leaked = [theirs for _, theirs in found if for_others(theirs)]
    return not leaked and found.items() >= wanted.items() and there == sample


def _elsewhere(environment: Mapping[str, str], *words: str) -> Any:
    call = [sys.executable, "-m", "bench.check", *words]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, env=dict(environment), stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    steps = {"--fill": fill, "--index": indexed, "--check": checked, "--plain": plain}
    match sys.argv[1:]:
        case [step, folder, media, shared]:
            print(json.dumps(steps[step](Path(folder), int(media), int(shared))))
        case words:
            given = [int(word) for word in words]
            for line in measure(given[:1] or (MEDIA,), given[1] if len(given) > 1 else None):
                print(json.dumps(line), flush=True)
