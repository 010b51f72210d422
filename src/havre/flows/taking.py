"""The machine of an intake: lanes ahead, archives opened in their place, batches written in the order of paths."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from havre.cases.models import Intake
from havre.cases.queries import items_of
from havre.flows.archives import Piece, Unpacking
from havre.flows.home import Home
from havre.flows.judging import Judging
from havre.flows.lanes import in_order
from havre.media.decode.pool import Worker
from havre.media.models import Medium
from havre.media.sources import Found, files_of
from havre.media.take import Lane, Taken, take
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BATCH = 64
"""Files written in one transaction."""

BATCH_SECONDS = 1.0
"""How long a file waits for its batch to fill, so that little is done again after a cut."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an intake is, told after every batch; members of archives come on top of the files of the source."""

    done: int
    total: int


Tell = Callable[[Progress], None]
Key = tuple[str, datetime | None]


@dataclass
class Run:
    """One process working on one intake."""

    home: Home
    acting: Acting
    intake: Intake
    workers: int
    total: int
    tell: Tell
    _begun: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """How long this run has been at work."""
        return time.monotonic() - self._begun

    def work(self) -> None:
        """Take everything that no earlier run of this intake has taken."""
        done = Counter(items_of(self.acting.person, self.intake).values_list("path", "modified_at").iterator())
        judging = Judging(self.home, self.acting, self.intake, position=done.total())
        with ExitStack() as stack:
            lanes = Lanes(self.home, self.acting, self.workers)
            stack.callback(lanes.close)
            unpacking = Unpacking(self.home.waiting, self.home.worker)
            stack.callback(unpacking.close)
            self._write(_flat(lanes, unpacking, files_of(self.intake.path), done), lanes, judging)

    def _write(self, taken: Iterator[Taken], lanes: "Lanes", judging: Judging) -> None:
        batch: list[Taken] = []
        since = time.monotonic()
        for each in taken:
            batch.append(each)
            if len(batch) >= BATCH or time.monotonic() - since > BATCH_SECONDS:
                self._commit(batch, lanes, judging)
                batch, since = [], time.monotonic()
        self._commit(batch, lanes, judging)

    def _commit(self, batch: list[Taken], lanes: "Lanes", judging: Judging) -> None:
        if batch:
            judging.commit(batch, lanes.take_anew)
        self.tell(Progress(judging.position, max(self.total, judging.position)))


def _flat(lanes: "Lanes", unpacking: Unpacking, files: Iterable[Found], done: Counter[Key]) -> Iterator[Taken]:
    """Every file of a source as the lanes found it, with the members of an archive in the archive's place."""
    pieces = (Piece(found, _opener(found)) for found in files)
    yield from _opened(lanes, unpacking, _left(pieces, done), done)


def _opened(lanes: "Lanes", unpacking: Unpacking, pieces: Iterator[Piece], done: Counter[Key]) -> Iterator[Taken]:
    for piece, taken in lanes.in_order(pieces):
        if taken.kind is not None and taken.kind.family == "archive":
            members = _left(unpacking.members(piece, taken.kind.name), done)
            yield from _opened(lanes, unpacking, members, done)
        else:
            yield taken


def _left(pieces: Iterable[Piece], done: Counter[Key]) -> Iterator[Piece]:
    """What no earlier run has written; a file that changed meanwhile counts as another."""
    for piece in pieces:
        key = (piece.found.path, piece.found.modified_at)
        if done[key]:
            done[key] -= 1
        else:
            yield piece


def _opener(found: Found) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        descriptor = os.open(found.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb", buffering=0)  # type: ignore[return-value]

    return opened


class Lanes:
    """Threads that each own a sandboxed worker and a database connection."""

    def __init__(self, home: Home, acting: Acting, width: int) -> None:
        self.home, self.unit, self.width = home, acting.unit, width
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._connections: list[BaseDatabaseWrapper] = []
        self._pool = ThreadPoolExecutor(width, "lane", self._begin)

    def in_order(self, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Taken]]:
        """Each piece with what its lane found out, in the order of the pieces."""
        return in_order(pieces, self._take, self._pool, self.width)

    def take_anew(self, found: Found) -> Taken:
        """A file whose bytes the unit held when a lane asked, and no longer holds."""
        return self._pool.submit(self._take, Piece(found, _opener(found))).result()[1]

    def close(self) -> None:
        """Wait for what is under way, then end threads and workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()
        for wrapper in self._connections:
            wrapper.close()

    def _begin(self) -> None:
        worker = self.home.worker()
        self._workers.append(worker)
        # Django opens one connection a thread; this thread ends before `close` gives it back.
        wrapper = connections["default"]
        wrapper.inc_thread_sharing()
        self._connections.append(wrapper)
        unit = self.unit
        self._own.lane = Lane(
            decoder=worker,
            store=self.home.store,
            unit=str(unit.pk),
            unit_key=self.home.keys.unit(str(unit.pk)),
            held=lambda sha256: owned_by(unit, Medium.objects).filter(sha256=sha256).exists(),
        )

    def _take(self, piece: Piece) -> tuple[Piece, Taken]:
        if piece.quarantine:
            return piece, Taken(piece.found, quarantine=piece.quarantine)
        return piece, take(self._own.lane, piece.found, piece.opened)
