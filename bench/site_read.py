"""One process that reads a capture of so many rows on one kind of database, and then the naive way; prints JSON.

    python -m bench.site_read ROWS sqlite|postgresql

Started by bench.site: a process has one database, and its peak of memory is its own.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.postgres import server
from havre.settings import Settings
from havre.start import start

NAIVE = 2_000
"""Rows written one at a time: each is a transaction, so that a few thousand tell the rate."""
REPEATS = 10
"""One row in so many names a content that came before."""


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def write(file: Path, rows: int, shift: int = 0) -> None:
    """A list of so many pictures; two thirds name an open page, one in ten repeats."""
    with file.open("w") as out:
        out.write("url,page,source,sha256\n")
        for n in range(rows):
            number = shift + (n if n % REPEATS else n // 2)
            source = f"https://www.instagram.com/p/{number}/" if n % 3 else ""
            digest = sha256(number.to_bytes(8, "big")).hexdigest()
            where = f"http://pictures.portal.example/{n % 977}/{n}.jpg,http://portal.example/t/{n // 20}"
            out.write(f"{where},{source},{digest}\n")


@dataclass
class Peak:
    """The peak of memory of this process at a tenth of the file, and at its end."""

    tenth: int = 0
    seen: list[int] = field(default_factory=list)

    def tell(self, read: int, size: int) -> None:
        """Called after every batch."""
        if not self.tenth and read * 10 >= size:
            self.tenth = mib()


def mib() -> int:
    """Peak of resident memory so far, of this process and of the workers that ended, in MiB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) >> 10


@contextmanager
def settings_on(backend: str, folder: Path) -> Iterator[Settings]:
    """Settings of a fresh home."""
    if backend == "sqlite":
        yield Settings(home=folder / "home")
        return
    with server() as running:
        running.make("site_bench")
        yield Settings(home=folder / "home", database=running.address("site_bench"))


def measured(rows: int, backend: str) -> dict[str, Any]:
    """Rates of ours and of the naive way, memory, and how long it takes to compare and to group."""
    with tempfile.TemporaryDirectory() as name, settings_on(backend, Path(name)) as settings:
        folder = Path(name)
        settings.home.mkdir(exist_ok=True)
        start(settings)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        write(folder / "one.csv", rows)
        write(folder / "other.csv", rows, shift=rows // 2)
        return _read(folder, settings, rows)


def _read(folder: Path, settings: Settings, rows: int) -> dict[str, Any]:
    from havre.flows.begin import begin_node
    from havre.flows.home import Home
    from havre.flows.site_capture import import_capture
    from havre.sites.models import Captured
    from havre.sites.queries import newest_capture, origins, overlap, site_for
    from havre.units.acting import Acting

    acting = Acting(begin_node(settings, "BE", "Bench", "bench", now, "bench"), now, "bench")
    home, peak = Home(settings), Peak()
    told = timed(lambda: import_capture(home, acting, str(folder / "one.csv"), "One", tell=peak.tell))
    timed(lambda: import_capture(home, acting, str(folder / "other.csv"), "Other"))
    one, other = (newest_capture(acting.person, site_for(acting.person, name)) for name in ("One", "Other"))
    compared = timed(lambda: overlap(acting.person, one, other).shared)
    grouped = timed(lambda: origins(acting.person, one))
    sample = min(NAIVE, rows)
    naive = timed(lambda: _naively(folder / "one.csv", other.pk, sample))
    ours = Captured.objects.filter(capture=one).order_by("position")[:sample]
    same = [_values(row) for row in ours] == naive[1]
    home.close()
    seconds = told[0]
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "naive_rows_per_second": round(sample / naive[0]),
        "peak_mib_at_a_tenth": peak.tenth,
        "peak_mib": mib(),
        "media": one.media,
        "shared": compared[1],
        "compare_seconds": round(compared[0], 2),
        "origin_seconds": round(grouped[0], 2),
        "complete": told[1]["good"] == rows,
        "same_rows": same,
    }


def timed(act: Any) -> tuple[float, Any]:
    """How long it took, and what came of it."""
    begun = time.perf_counter()
    found = act()
    return time.perf_counter() - begun, found


def _naively(file: Path, capture: int, rows: int) -> list[tuple[Any, ...]]:
    """One row at a time through the models: a transaction each, and what it names asked for first."""
    from havre.sites.models import Captured, Told

    made = []
    with file.open() as lines:
        next(lines)
        for position, line in zip(range(1 << 40, (1 << 40) + rows), lines, strict=False):
            address, page, source, digest = line.rstrip("\n").split(",")
            Captured.objects.filter(capture=capture, position=position).exists()
            told = {"platform": "instagram", "told": Told.SOURCE} if source else {}
            values = {"address": address, "page": page, "source": source, "sha256": bytes.fromhex(digest)} | told
            made.append(_values(Captured.objects.create(capture_id=capture, position=position, **values)))
    return made


def _values(row: Any) -> tuple[Any, ...]:
    return row.address, row.page, row.source, bytes(row.sha256), row.platform, str(row.told)


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), sys.argv[2])))
