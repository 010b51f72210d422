"""The fingerprint indexes of a unit and of the board: how they stand, whether they equal the database, and making them
anew."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from havre.errors import Broken
from havre.exchange.board_stock import indexes
from havre.exchange.gone import gone_from
from havre.flows.contest import BOARD
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.matches.shelves import CHUNK, INDEXES, LIBRARIES, Rows
from havre.matching import library as libraries
from havre.matching.files import LOCK
from havre.matching.hashes import Records
from havre.matching.index import Index, verify
from havre.matching.library import Library
from havre.matching.volume import Kind
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

MOST_NAMED = 1000
"""Differences beyond this are counted, not named one by one."""

Row = tuple[int, bytes]


def _none() -> Records:
    return np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Place:
    """One index, of a unit or of the board."""

    whose: str
    shelf: str
    folder: Path
    kind: Kind | None
    """What a library holds; nothing for an index of hashes."""
    rows_after: Callable[[int], Rows]
    gone: Callable[[], Records] = _none
    """What is withdrawn and may lie there for a while, found by nobody."""

    def rows(self, after: int = 0) -> Rows:
        """What the database holds for it beyond this record, ascending."""
        return self.rows_after(after)

    def open(self) -> Index | Library:
        """As it lies on disk. Raises Broken where it is damaged."""
        return Index.open(self.folder) if self.kind is None else Library.open(self.folder, self.kind)

    def rebuild(self) -> None:
        """Make it anew from the database; killed at any moment, the old one or the new one is there."""
        if self.kind is None:
            Index.rebuild(self.folder, _batches(self.rows()))
        else:
            Library.rebuild(self.folder, self.kind, self.rows())

    def damage(self) -> list[str]:
        """Everything altered in its files."""
        return verify(self.folder) if self.kind is None else libraries.verify(self.folder, self.kind)

    @property
    def made(self) -> bool:
        """Whether anything was written for it yet."""
        return self.folder.is_dir() and any(self.folder.iterdir())


SAID = {
    "missing": "is in the database and not in the index",
    "extra": "is in the index and not in the database",
    "different": "has another fingerprint in the index than in the database",
}


DAMAGED = "%(shelf)s: this index is damaged"
"""What a unit is told of an index of the board that is not as it should be; the rest is for whoever runs the node."""


def status_of_indexes(home: Home, acting: Acting) -> list[dict[str, object]]:
    """How much each index holds, what it costs, and how many rows of the database are not in its segments yet."""
    _must_serve(acting, "look at the indexes")
    found = statuses(home, acting.unit)
    consulted(home, acting, "indexes", {"act": "status"})
    return found


def statuses(home: Home, unit: Unit) -> list[dict[str, object]]:
    """How each index of a unit stands."""
    return [_status(place) for place in places_of(home, unit)]


def statuses_of_board(home: Home) -> list[dict[str, object]]:
    """The same of the board, which is of no unit: how much lies there is for whoever runs the node."""
    return [_status(place) for place in places_of_board(home)]


def verify_indexes(home: Home, acting: Acting) -> list[dict[str, object]]:
    """Everything altered in the files of each index, and every difference from the database."""
    _must_serve(acting, "verify the indexes")
    found = [*map(_verified, places_of(home, acting.unit)), *map(_told, places_of_board(home))]
    consulted(home, acting, "indexes", {"act": "verified", "problems": len(problems_of(found))})
    return found


def rebuild_indexes(home: Home, acting: Acting) -> list[dict[str, object]]:
    """Each index made anew from the database beside the old one, put in its place at once, and verified."""
    acting.must_be(RoleName.SUPERVISOR, RoleName.ADMINISTRATOR, to="rebuild the indexes")
    with durable():
        log(home, acting, "change", "indexes", {"act": "rebuilt"})
    own, board = places_of(home, acting.unit), places_of_board(home)
    _rebuild([*own, *board])
    seal_log(home, acting)
    return [*map(_verified, own), *map(_told, board)]


def rebuild_all(home: Home) -> None:
    """Every index of every unit and of the board made anew."""
    for unit in Unit.objects.order_by("id"):
        _rebuild(places_of(home, unit))
    _rebuild(places_of_board(home))


def _rebuild(places: Iterable[Place]) -> None:
    for place in places:
        if (place.folder / LOCK).exists():
            os.truncate(place.folder / LOCK, 0)  # what somebody wrote into it goes; whoever holds it keeps it
        place.rebuild()


def places_of(home: Home, unit: Unit) -> list[Place]:
    """The indexes of one unit."""
    folder = home.settings.index / str(unit.pk)
    kinds = {**{shelf: (None, rows) for shelf, rows in INDEXES.items()}, **LIBRARIES}
    return [Place(unit.name, shelf, folder / shelf, kind, rows(unit)) for shelf, (kind, rows) in kinds.items()]


def places_of_board(home: Home) -> list[Place]:
    """The indexes of everything that any source shared."""
    root = home.settings.index
    return [Place(BOARD, name, root / name, kind, rows, partial(gone_from, name)) for name, kind, rows in indexes()]


def problems_of(found: Iterable[Mapping[str, object]]) -> list[str]:
    """All problems of all indexes, in words."""
    lists = [each["problems"] for each in found]
    return [str(problem) for problems in lists if isinstance(problems, list) for problem in problems]


def differences(index: Index | Library, place: Place) -> Iterator[tuple[str, int]]:
    """('missing' | 'extra' | 'different', record) of an index against the rows of the database, by record.

    Rows above its watermark are none of these: they are added whenever the index is used. A library has tables of what
    it was given: whether a record is there is all that is compared.
    """
    held, wanted = _contents(index, place)
    mine, theirs = next(held, None), next(wanted, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine[0] < theirs[0]):
            assert mine is not None
            yield "extra", mine[0]
            mine = next(held, None)
        elif mine is None or theirs[0] < mine[0]:
            if theirs[0] <= index.watermark:
                yield "missing", theirs[0]
            theirs = next(wanted, None)
        else:
            if mine[1] != theirs[1]:
                yield "different", mine[0]
            mine, theirs = next(held, None), next(wanted, None)


def _contents(index: Index | Library, place: Place) -> tuple[Rows, Rows]:
    """What lies in an index, and what the database says should."""
    if isinstance(index, Index):
        return index.contents(), place.rows()
    return ((record, b"") for record in index.records.tolist()), ((record, b"") for record, _ in place.rows())


def forget_erased(home: Home, unit: Unit) -> int:
    """Rewrite a unit's indexes without the records the database no longer has; how many those were."""
    gone = 0
    for place in places_of(home, unit):
        if not place.made:
            continue
        index = place.open()
        erased = [record for kind, record in differences(index, place) if kind == "extra"]
        if erased:
            index.remove(erased)
        index.compact()
        gone += len(erased)
    return gone


def _must_serve(acting: Acting, to: str) -> None:
    acting.must_be(RoleName.SUPERVISOR, RoleName.AUDITOR, RoleName.ADMINISTRATOR, to=to)


def _status(place: Place) -> dict[str, object]:
    head: dict[str, object] = {"unit": place.whose, "shelf": place.shelf}
    if not place.made:
        return head | {"entries": 0, "segments": 0, "bytes_per_entry": 0.0, "watermark": 0, "behind": _count(place, 0)}
    try:
        status = place.open().status()
    except Broken as error:
        return head | {"error": str(error)}
    return head | {
        "entries": status.entries,
        "segments": status.segments,
        "bytes_per_entry": round(status.bytes_per_entry, 1),
        "tombstones": status.tombstones,
        "watermark": status.watermark,
        "behind": _count(place, status.watermark),
    }


def _count(place: Place, after: int) -> int:
    return sum(1 for _ in place.rows(after))


def _verified(place: Place) -> dict[str, object]:
    problems, counts = _examined(place)
    if problems:  # an intake or an erasure may have changed it between reading the two
        problems, counts = _examined(place)
    return {
        "unit": place.whose,
        "shelf": place.shelf,
        **{kind: counts[kind] for kind in SAID},
        "problems": problems,
    }


def _told(place: Place) -> dict[str, object]:
    """What a unit is told of an index of the board: whether it is damaged, and nothing of how much lies there."""
    problems = [DAMAGED % {"shelf": place.shelf}] if _verified(place)["problems"] else []
    return {"unit": place.whose, "shelf": place.shelf, "problems": problems}


def _examined(place: Place) -> tuple[list[str], Counter[str]]:
    """Everything wrong with an index, in words, and how many differences there are of each kind."""
    counts: Counter[str] = Counter()
    if not place.made:
        return [], counts
    problems, leaves = place.damage(), set(place.gone().tolist())
    try:
        for kind, record in differences(place.open(), place):
            if kind == "extra" and record in leaves:
                continue
            counts[kind] += 1
            if counts.total() <= MOST_NAMED:
                problems.append(f"{place.folder}: record {record} {SAID[kind]}")
    except Broken as error:
        return problems or [str(error)], counts
    return problems, counts


def _batches(rows: Iterable[Row]) -> Iterator[tuple[list[int], bytes]]:
    waiting = iter(rows)
    while part := list(islice(waiting, CHUNK)):
        yield [record for record, _ in part], b"".join(value for _, value in part)
