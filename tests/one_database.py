"""Which of the two databases a test of a story or an entry point runs on, where it may run on either: one, by its name.

What asks the databases for everybody (compiled and prepared questions, the log, restrictions) is tested on both; with
both for every room and all that calls rooms the suite would take longer than a change may wait. `make proof` runs all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from zlib import crc32

import pytest

STORIES = ("tests/flows/", "tests/entrypoints/", "tests/journeys/", "tests/attacks/")
ROOMS = ("series", "matches", "units", "cases", "care", "assessments", "media", "victims", "alerts", "exchange")
LATER = ("triggers", "network", "hosting", "sites", "hotline", "notices", "platforms", "corrections")
LISTS = ("feeds", "selfservice")
FOLDERS = (*STORIES, *(f"tests/{room}/" for room in (*ROOMS, *LATER, *LISTS)))


def left_out(items: Sequence[pytest.Item]) -> set[pytest.Item]:
    """Of tests that were collected for both databases, those of the other one."""
    pairs: defaultdict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        backend = _backend(item)
        if backend and item.nodeid.startswith(FOLDERS):
            pairs[item.nodeid.replace(backend, "*")][backend] = item
    return set(_others(pairs.items()))


def _backend(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("backend", "")) if callspec is not None else ""


def _others(pairs: Iterable[tuple[str, dict[str, pytest.Item]]]) -> Iterable[pytest.Item]:
    for name, by_backend in pairs:
        if len(by_backend) > 1:
            backends = sorted(by_backend)
            yield by_backend[backends[crc32(name.encode()) % len(backends)]]
