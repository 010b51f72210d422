"""Where a number is hosted, against a look at every prefix: `python -m bench.hosting 500000`.

A home on SQLite takes in a table of SIZE prefixes as routers have them (seven in ten IPv4, nested ones too) and one of
the networks that announce them, through `havre.flows.load_hosting`. `ours` is the median of `where_is` for 300 numbers
that lie in one of them, network and holder included; `slowest` the worst, `processor` the seconds of the
processor. The peer looks at every prefix for the
longest that holds the number, in a list of Python, for 20 of them. `identical` is whether both name the same block.
`rows_a_second` is how fast the tables were taken in, `grown_mb` by how much this process grew then.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from havre.settings import Settings
from havre.start import start

SEED = 61
ASKED = 300
SCANNED = 20
NETWORKS = 75_000
BAR = 0.005
"""Seconds one question may take."""

CHECKOUT = Path(__file__).parent.parent

Line = dict[str, Any]
Table = list[tuple[int, int, int, str, int]]
"""First, last, length, prefix and network of each."""


def measure(sizes: Iterable[int]) -> Iterator[Line]:
    """One line per size, each in a process of its own: Django is started once in a process."""
    for size in sizes:
        command = [sys.executable, "-m", "bench.hosting", str(size)]
        yield json.loads(subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout)


def measured(settings: Settings, folder: Path, size: int) -> Line:
    """One size, in a home that does not exist yet."""
    from havre.flows.begin import begin_node
    from havre.flows.home import Home
    from havre.units.acting import Acting

    person = begin_node(settings, "BE", "Bench", "anke", clock, "a measurement")
    table = dict(prefixes(Random(SEED), size))
    home = Home(settings)
    try:
        return compared(home, Acting(person, clock), folder, table)
    finally:
        home.close()


def clock() -> datetime:
    """When everything happens."""
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


def prefixes(random: Random, count: int) -> Iterator[tuple[str, int]]:
    """Prefixes as routers have them, each with the network that announces it."""
    for _ in range(count):
        network = random.randrange(1, NETWORKS)
        if random.random() < 0.7:
            length = random.choice((16, 19, 20, 21, 22, 22, 23, 23, 24, 24, 24, 24))
            yield f"{IPv4Address(random.getrandbits(32) >> (32 - length) << (32 - length))}/{length}", network
        else:
            length = random.choice((29, 32, 36, 40, 44, 48, 48, 48))
            value = (0x2 << 124 | random.getrandbits(124)) >> (128 - length) << (128 - length)
            yield f"{IPv6Address(value)}/{length}", network


def compared(home: Any, acting: Any, folder: Path, table: dict[str, int]) -> Line:
    """Load, ask, and look at every prefix."""
    from havre.hosting.where import where_is

    rows, seconds, grown = _load(home, acting, folder, table)
    random, listed = Random(SEED + 1), _listed(table)
    asked = [_inside(random, *random.choice(listed)[:2]) for _ in range(ASKED)]
    times, answers, spent = [], [], process_time()
    for text in asked:
        began = perf_counter()
        found = where_is(text, clock())
        times.append(perf_counter() - began)
        answers.append((found.network, found.system))
    spent = (process_time() - spent) / ASKED
    began = perf_counter()
    truth = [longest(listed, text) for text in asked[:SCANNED]]
    peer = (perf_counter() - began) / len(truth)
    return {
        "what": "hosting",
        "size": len(table),
        "ours": median(times),
        "peer": peer,
        "ratio": round(peer / median(times), 1),
        "identical": answers[:SCANNED] == truth,
        "slowest": round(max(times), 4),
        "processor": round(spent, 4),
        "bar_seconds": BAR,
        "rows_a_second": round(rows / seconds),
        "grown_mb": round(grown, 1),
    }


def _load(home: Any, acting: Any, folder: Path, table: dict[str, int]) -> tuple[int, float, float]:
    """Rows taken in, seconds, and MB by which the process grew at most."""
    from havre.flows.load_hosting import load_hosting

    systems, numbers = folder / "systems.csv", folder / "prefixes.csv"
    numbers.write_text("".join(f"{prefix},AS{network}\n" for prefix, network in table.items()))
    systems.write_text("".join(f'{number},"Network {number}, Ltd",BE,host\n' for number in range(1, NETWORKS)))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    kept = sum(int(load_hosting(home, acting, file)["kept"]) for file in (systems, numbers))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return kept, perf_counter() - began, grown


def _listed(table: dict[str, int]) -> Table:
    found = ((ip_network(prefix), network) for prefix, network in table.items())
    return [
        (int(net.network_address), int(net.broadcast_address), net.prefixlen, str(net), network)
        for net, network in found
    ]


def _inside(random: Random, first: int, last: int) -> str:
    number = random.randint(first, last)
    return str(IPv4Address(number)) if last < 1 << 32 else f"[{IPv6Address(number)}]"


def longest(table: Table, text: str) -> tuple[str, int]:
    """The longest prefix that holds a number, by a look at every one."""
    number = ip_address(text.strip("[]"))
    value, six = int(number), number.version == 6
    around = [row for row in table if row[0] <= value <= row[1] and (":" in row[3]) == six]
    found = max(around, key=lambda row: row[2])
    return found[3], found[4]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as temporary:
        chosen = Settings(home=Path(temporary) / "home")
        start(chosen)
        print(
            json.dumps(measured(chosen, Path(temporary), int(sys.argv[1] if len(sys.argv) > 1 else 500_000))),
            flush=True,
        )
