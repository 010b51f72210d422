"""Publishing hash lists: `python -m bench.publish_feed [ENTRIES...]`.

A home on SQLite, so many entries confirmed, one subscriber. The first version of all of them, then the retraction of
one, as it reaches a subscriber's files. The ratio is of CPU seconds for an entry to those of the smallest size: linear
is 1. The naive way beside the retraction is writing the list whole again.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000)
CHUNK = 1_000


def measure(sizes: Sequence[int] = SIZES) -> Iterator[dict[str, Any]]:
    """One line for each number of entries."""
    first = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            line = _measured(Path(folder), size)
        first = first or line["cpu_seconds"] / size
        yield line | {"ratio": round(line["cpu_seconds"] / size / first, 2)}


def _measured(folder: Path, size: int) -> dict[str, Any]:
    from tests.databases import close_connections, point_django_at

    from havre.flows.begin import begin_node
    from havre.flows.feed_entries import retract
    from havre.flows.feed_keys import make_keys
    from havre.flows.feed_subscribers import add_subscriber
    from havre.flows.home import Home
    from havre.flows.publish_feed import publish
    from havre.settings import Settings
    from havre.units.acting import Acting

    settings = Settings(home=folder / "home")
    point_django_at(settings)
    anke = Acting(begin_node(settings, "BE", "Unit", "anke", _now, "a measurement"), _now)
    home = Home(settings)
    make_keys(home, anke, folder / "roots")
    told = add_subscriber(home, anke, "Platform", "platform", ["national-be"])
    numbers = _confirmed(size)
    began = time.monotonic(), time.process_time()
    done = publish(home, anke)
    took, cpu = time.monotonic() - began[0], time.process_time() - began[1]
    assert (done.changed, bool(told["token"])) == (size, True)
    retract(home, anke, numbers[0], "a measurement")
    began_again = time.monotonic()
    assert publish(home, anke).retracted == 1
    again = time.monotonic() - began_again
    close_connections()
    return {
        "entries": size,
        "seconds": round(took, 2),
        "cpu_seconds": round(cpu, 2),
        "entries_per_second": round(size / took),
        "one_retraction_seconds": round(again, 3),
        "whole_over_retraction": round(took / again, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _confirmed(size: int) -> range:
    """So many entries as rows, as a second person's word leaves them."""
    from tests.hashlists.made import made

    from havre.feeds.models import Entry, Feed, HashList, State

    feed = Feed.objects.get()
    listed, now = HashList.objects.get(), _now()
    numbers = range(feed.numbers + 1, feed.numbers + 1 + size)
    values = {"state": State.CONFIRMED, "due": True, "kind": "picture", "confirmed": 2, "proposed_at": now}
    for begin in range(numbers.start, numbers.stop, CHUNK):
        some = range(begin, min(begin + CHUNK, numbers.stop))
        signals = {number: [[s.method, s.version, s.value] for s in made(number).signals] for number in some}
        rows = [
            Entry(listed=listed, number=number, unit=feed.unit, signals=signals[number], **values) for number in some
        ]
        Entry.objects.bulk_create(rows)
    Feed.objects.update(numbers=numbers.stop)
    return numbers


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    import json

    from havre.settings import Settings
    from havre.start import start

    start(Settings(home=Path("/nonexistent")))
    for each in measure([int(word) for word in sys.argv[1:]] or SIZES):
        print(json.dumps(each))
