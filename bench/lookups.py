"""Look-ups over HTTP on loopback in the lists of a feed: `python -m bench.lookups 5000000`.

A folder is made with SIZE entries of one PDQ each (every tenth with an MD5 too), as a subscriber has it, and served by
`havre match serve` with one worker. Half of what is asked lies within 31 bits of an entry, half is chance. `ours` and
`peer` are processor seconds of the worker a look-up; the peer's are those of HMA, measured at a million hashes
(shared design notes: 50 look-ups a second of processor time). `identical` is whether each planted hash found its entry,
nothing else was found, and no request failed. `resident` is what the worker holds after all that, whole, by hash. Then
10,000 entries are published while requests run: `visible` is from then until the last of them is found over HTTP, the
service looking at its feed four times a second; of the processor, the requests meanwhile included, that took
`visible_processor` seconds. `slowest` is the longest of those requests.
"""

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any

import numpy as np
import psutil
from tests.simulators.feed import TOKEN, Publisher, serving

from bench.hashes import Hashes, random_hashes
from havre.hashlists.digest import moved
from havre.hashlists.entry import Entry, Signal
from havre.hashlists.lines import line_of
from havre.subscription.feed import CHECKED
from havre.subscription.kept import Kept
from havre.subscription.known import Known

SEED = 71
BATCH = 64
BATCHES = 200
SINGLES = 1_000
PEER = 1 / 50
"""Processor seconds of HMA for one look-up."""
NEW = 10_000
AT_ONCE = 250_000
IN_A_PART = 100_000
READY_SECONDS = 1_800.0
VISIBLE_SECONDS = 60.0
NAME = "baseline"

Line = dict[str, Any]


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """Two lines for each size: in batches with the update, and one at a time."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder, serving() as publisher:
            hashes = random_hashes(size, SEED)
            began = perf_counter()
            digest = _filled(Path(folder) / "feed", hashes)
            built = perf_counter() - began
            _published(publisher, size, digest)
            with _served(Path(folder), publisher) as service:
                yield from _measured(service, publisher, hashes, built, digest)


def _measured(service: "Answering", publisher: Publisher, hashes: Hashes, built: float, digest: str) -> Iterator[Line]:
    size = len(hashes)
    base = service.worker.memory_info().rss
    asked = _asked(hashes, BATCH * BATCHES + SINGLES)
    batches = [asked[at : at + BATCH] for at in range(0, BATCH * BATCHES, BATCH)]
    service.ask(batches[0])  # the first one opens what is read lazily
    before, began = service.seconds(), perf_counter()
    each_right = [service.right(batch) for batch in batches]
    spent, took = service.seconds() - before, perf_counter() - began
    right = all(each_right)
    resident = service.worker.memory_info().rss
    line = _compared("look-ups over HTTP in batches of 64", size, spent / (BATCH * BATCHES), right)
    update = _updated(service, publisher, size, asked, digest)
    yield line | {
        "per_processor_second": round(BATCH * BATCHES / spent),
        "per_second": round(BATCH * BATCHES / took),
        "resident_bytes_a_hash": round(resident / size, 1),
        "resident_before_asking": round(base / size, 1),
        "folder_built_seconds": round(built),
        **update,
        "identical": right and update["failed"] == 0,
    }
    yield _one_at_a_time(service, size, asked[BATCH * BATCHES :])


def _one_at_a_time(service: "Answering", size: int, asked: "list[Asked]") -> Line:
    walls, right, before = [], True, service.seconds()
    for each in asked:
        began = perf_counter()
        right &= service.right([each])
        walls.append(perf_counter() - began)
    spent = service.seconds() - before
    line = _compared("look-ups over HTTP one at a time", size, spent / len(asked), right)
    return line | {
        "per_processor_second": round(len(asked) / spent),
        "median_ms": round(1_000 * median(walls), 2),
        "p99_ms": round(1_000 * quantiles(walls, n=100)[-1], 2),
    }


def _compared(what: str, size: int, ours: float, right: bool) -> Line:
    return {
        "what": what,
        "size": size,
        "ours": ours,
        "peer": PEER,
        "ratio": round(PEER / ours, 1),
        "identical": right,
    }


# ---- what is asked ----


@dataclass(frozen=True, slots=True)
class Asked:
    """A hash in hexadecimal digits, and the entry it should find; 0 for none."""

    value: str
    number: int


def _asked(hashes: Hashes, count: int) -> list[Asked]:
    random = np.random.default_rng(SEED + 1)
    chance = random_hashes(count, SEED + 2)
    found = []
    for place in range(count):
        if place % 2:
            found.append(Asked(chance[place].tobytes().hex(), 0))
            continue
        number = int(random.integers(len(hashes)))
        bits = np.unpackbits(hashes[number])
        bits[random.choice(256, int(random.integers(0, 32)), replace=False)] ^= 1
        found.append(Asked(np.packbits(bits).tobytes().hex(), number + 1))
    return found


def _entry(number: int, version: int, hash_: bytes) -> Entry:
    signals = [Signal("pdq", hash_.hex(), "1.0")]
    if number % 10 == 0:
        signals.append(Signal("md5", hash_[:16].hex()))
    return Entry(number, version, tuple(signals), categories={"BE": "1"}, labels=("indoors",), confirmed=2)


def _filled(folder: Path, hashes: Hashes) -> str:
    """The folder of a subscriber who has version 1, with its index; the digest of its list."""
    folder.mkdir()
    with closing(Kept(folder)) as kept:
        for start in range(0, len(hashes), AT_ONCE):
            part = hashes[start : start + AT_ONCE]
            with kept.changing():
                kept.put(NAME, (_entry(start + at + 1, 1, part[at].tobytes()) for at in range(len(part))))
        kept.stand_at(NAME, 1, 0)
        kept.keep_fact(CHECKED, 1)
        (shelf,) = kept.shelves()
    Known(folder)
    return shelf.digest


def _published(publisher: Publisher, size: int, digest: str) -> None:
    publisher.version, publisher.lists[NAME] = 1, {}
    _say(publisher, size, size, digest)
    publisher.sign_all()


def _say(publisher: Publisher, size: int, living: int, digest: str) -> None:
    parts = [
        {"path": f"{NAME}/whole-1-{part:04}.jsonl.zst", "entries": min(IN_A_PART, size - start)}
        for part, start in enumerate(range(0, size, IN_A_PART), start=1)
    ]
    publisher.say(NAME, entries=living, retracted=0, parts=parts, digest=digest)


def _updated(service: "Answering", publisher: Publisher, size: int, asked: Sequence[Asked], digest: str) -> Line:
    """Publish new entries while requests run, and wait until the last one is found."""
    fresh = random_hashes(NEW, SEED + 3)
    entries = [_entry(size + at + 1, 2, fresh[at].tobytes()) for at in range(NEW)]
    with _asking(service.port, asked) as others:
        sleep(1.0)
        publisher.version = 2
        publisher.add_delta(NAME, 1, entries)
        _say(publisher, size, size + NEW, moved(digest, map(line_of, entries)))
        publisher.sign_targets()
        publisher.sign_snapshot()
        calm = max(others.walls)
        publisher.sign_timestamp()
        began, spent = perf_counter(), service.seconds()
        last = Asked(fresh[-1].tobytes().hex(), size + NEW)
        while not service.right([last]) and perf_counter() - began < VISIBLE_SECONDS:
            sleep(0.01)
        visible, spent = perf_counter() - began, service.seconds() - spent
        sleep(1.0)
    return {
        "visible_seconds": round(visible, 3),
        "visible_processor_seconds": round(spent, 3),
        "requests_meanwhile": len(others.walls),
        "failed": others.failed,
        "slowest_ms": round(1_000 * max(others.walls)),
        "slowest_before_ms": round(1_000 * calm),
    }


# ---- the service ----


@dataclass
class Answering:
    """The worker that answers, and a line to it."""

    port: int
    worker: psutil.Process
    line: http.client.HTTPConnection

    def seconds(self) -> float:
        """Processor seconds that the worker has spent; finer than a tick, which a few requests may not reach."""
        return time.clock_gettime((~self.worker.pid << 3) | 2)  # clock_getcpuclockid(3) of Linux

    def ask(self, asked: Sequence[Asked]) -> list[list[int]]:
        """The entries that each finds."""
        return answered(self.line, asked)

    def right(self, asked: Sequence[Asked]) -> bool:
        """Whether each finds what it should."""
        return self.ask(asked) == [[each.number] if each.number else [] for each in asked]


def answered(line: http.client.HTTPConnection, asked: Sequence[Asked]) -> list[list[int]]:
    """One request, and the numbers of the entries that each item of it finds."""
    items = [{"signals": [{"method": "pdq", "value": each.value}]} for each in asked]
    path, said = ("/v1/match", items[0]) if len(items) == 1 else ("/v1/matches", {"items": items})
    line.request("POST", path, json.dumps(said), {"Content-Type": "application/json"})
    answer = line.getresponse()
    told = json.loads(answer.read())
    if answer.status != http.client.OK:
        raise RuntimeError(told["message"])
    return [[match["number"] for match in item["matches"]] for item in told.get("items", [told])]


@dataclass
class _Others:
    """Somebody who asks all the time."""

    walls: list[float] = field(default_factory=list)
    failed: int = 0
    enough: bool = False

    def run(self, port: int, asked: Sequence[Asked]) -> None:
        line, place = http.client.HTTPConnection("127.0.0.1", port), 0
        while not self.enough:
            began, place = perf_counter(), (place + 1) % len(asked)
            try:
                found = answered(line, [asked[place]])
                self.failed += found != [[asked[place].number] if asked[place].number else []]
            except (OSError, RuntimeError, http.client.HTTPException):
                self.failed += 1
            self.walls.append(perf_counter() - began)


@contextmanager
def _asking(port: int, asked: Sequence[Asked]) -> Iterator[_Others]:
    others = _Others()
    thread = threading.Thread(target=others.run, args=(port, asked))
    thread.start()
    try:
        yield others
    finally:
        others.enough = True
        thread.join()


@contextmanager
def _served(folder: Path, publisher: Publisher) -> Iterator[Answering]:
    token, port = folder / "token", _free_port()
    token.write_text(TOKEN)
    command = [sys.executable, "-c", "from havre.entrypoints.command.main import run; run()"]
    command += ["match", "serve", "--home", str(folder / "feed"), "--feed", publisher.base, "--port", str(port)]
    command += ["--root", str(publisher.root_file(folder)), "--token", str(token), "--every", "0.25"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(lambda: _status(port) == "I-AM-ALIVE")
        children = psutil.Process(process.pid).children(recursive=True)
        gunicorn = next(child for child in children if "gunicorn" in " ".join(child.cmdline()) and child.children())
        yield Answering(port, gunicorn.children()[0], http.client.HTTPConnection("127.0.0.1", port))
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _status(port: int) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        try:
            line.request("GET", "/status")
            return line.getresponse().read().decode()
        except OSError:
            return ""


def _wait(ready: Callable[[], bool]) -> None:
    until = perf_counter() + READY_SECONDS
    while not ready():
        if perf_counter() > until:
            raise RuntimeError("the service does not come up")
        sleep(0.1)


if __name__ == "__main__":
    for found in measure([int(size) for size in sys.argv[1:]] or [200_000]):
        print(json.dumps(found), flush=True)
