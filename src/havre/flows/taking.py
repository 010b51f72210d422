"""The machine of an intake: lanes ahead, archives opened in their place, batches written in the order of paths."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from havre.cases.models import Intake
from havre.cases.queries import items_of
from havre.flows.archives import Piece, Unpacking
from havre.flows.brought import Brought
from havre.flows.home import Home
from havre.flows.judging import Judging
from havre.flows.lanes import in_order
from havre.flows.listed import contradicted
from havre.media.decode.outcomes import Decoded
from havre.media.decode.pool import Worker
from havre.media.keep import holder
from havre.media.kinds import KINDS
from havre.media.look import Looked
from havre.media.take import Lane, take
from havre.units.acting import Acting
from havre.units.models import Unit

BATCH = 64
"""Files written in one transaction."""

SWITCH_SECONDS = 0.0002
"""How long a thread may keep the interpreter while another waits for it (Python's default is 0.005)."""

BATCH_SECONDS = 1.0
"""How long a file waits for its batch to fill, so that little is done again after a cut."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an intake is, told after every batch; members of archives come on top of the files of the source."""

    done: int
    total: int
    fresh: int
    """Files this run has done, those of earlier runs apart."""


Thing = TypeVar("Thing")
Tell = Callable[[Progress], None]
Key = tuple[str, datetime | None]


@dataclass
class Run:
    """One process working on one intake."""

    home: Home
    acting: Acting
    intake: Intake
    brought: Brought
    workers: int
    total: int
    tell: Tell
    later: bool = False
    """Whether what is slow is left for `havre work`."""
    _begun: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """How long this run has been at work."""
        return time.monotonic() - self._begun

    def work(self) -> None:
        """Take everything that no earlier run of this intake has taken."""
        with _quick_switches():
            self._work()

    def _work(self) -> None:
        done = Counter(items_of(self.acting.person, self.intake).values_list("path", "modified_at").iterator())
        judging = Judging(self.home, self.acting, self.intake, begun_at=done.total(), later=self.later)
        with ExitStack() as stack:
            lanes = Lanes(self.home, self.workers, keeping(self.home, self.acting.unit, self.later))
            stack.callback(lanes.close)
            unpacking = Unpacking(self.home.waiting, self.home.worker)
            stack.callback(unpacking.close)
            pieces = self.brought.pieces(self.home, stack)
            self._write(flat(lanes, unpacking, pieces, done), judging)
        judging.held.put_away()
        judging.stock.put_away()

    def _write(self, taken: Iterator[Looked], judging: Judging) -> None:
        for batch in batches(taken, is_film_or_sound):
            self._commit(batch, judging)

    def _commit(self, batch: list[Looked], judging: Judging) -> None:
        judging.commit(batch)
        done = judging.position
        self.tell(Progress(done, max(self.total, done), done - judging.begun_at))


def is_film_or_sound(looked: Looked) -> bool:
    """Whether all its views and its sound are compared with what is known and held, which takes seconds."""
    return looked.decoded is not None and looked.kind is not None and looked.kind.family != "picture"


def batches(looked: Iterable[Thing], slow: Callable[[Thing], bool] = lambda _: False) -> Iterator[list[Thing]]:
    """What is written together: BATCH files, or as many as came within BATCH_SECONDS.

    A batch ends with what is slow to judge, so that nobody waits long for the database.
    """
    batch: list[Thing] = []
    since = time.monotonic()
    for each in looked:
        batch.append(each)
        if len(batch) >= BATCH or time.monotonic() - since > BATCH_SECONDS or slow(each):
            yield batch
            batch, since = [], time.monotonic()
    if batch:
        yield batch


def flat(lanes: "Lanes", unpacking: Unpacking, pieces: Iterable[Piece], done: Counter[Key]) -> Iterator[Looked]:
    """Every file of a source as the lanes found it, with the members of an archive in the archive's place."""
    yield from _opened(lanes, unpacking, pieces, done)


def _opened(
    lanes: "Lanes", unpacking: Unpacking, pieces: Iterable[Piece], done: Counter[Key], within: Piece | None = None
) -> Iterator[Looked]:
    with closing(lanes.in_order(_left(pieces, done))) as found:
        for piece, looked in found:
            if within is not None and not piece.fits():
                for rest in _left([unpacking.rest_of(within)], done):
                    yield Looked(rest.found, quarantine=rest.quarantine)
                return
            if looked.kind is not None and looked.kind.family == "archive":
                yield from _opened(lanes, unpacking, unpacking.members(piece, looked.kind.name), done, piece)
            else:
                yield looked


def _left(pieces: Iterable[Piece], done: Counter[Key]) -> Iterator[Piece]:
    """What no earlier run has written; a file that changed meanwhile counts as another."""
    for piece in pieces:
        key = (piece.found.path, piece.found.modified_at)
        if done[key]:
            done[key] -= 1
            piece.fits()  # what was written before takes its part of the allowance again
        else:
            yield piece


class Lanes:
    """Threads that each own a sandboxed worker and a database connection."""

    def __init__(self, home: Home, width: int, looking: "Looking") -> None:
        self.home, self.width, self.looking = home, width, looking
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._connections: list[BaseDatabaseWrapper] = []
        self._sandbox = home.sandbox  # opened here: lanes that open it at the same moment could open two
        self._pool = ThreadPoolExecutor(width, "lane")

    def in_order(self, pieces: Iterable[Piece]) -> Generator[tuple[Piece, Looked], None, None]:
        """Each piece with what its lane found out, in the order of the pieces."""
        return in_order(pieces, self._take, self._pool, self.width)

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
        self._own.look = self.looking(worker)

    def _take(self, piece: Piece) -> tuple[Piece, Looked]:
        if piece.quarantine:
            return piece, Looked(piece.found, quarantine=piece.quarantine)
        if piece.listed is not None:
            return piece, Looked(piece.found, listed=piece.listed)
        # Begun with the first piece, not with the thread: what fails then is told in the place of the piece.
        if not hasattr(self._own, "look"):
            self._begin()
        looked: Looked = self._own.look(piece)
        return piece, contradicted(piece, looked)


@contextmanager
def _quick_switches() -> Iterator[None]:
    """Let lanes have the interpreter often: they need it for moments, while a batch being written would keep it."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


Looking = Callable[[Worker], Callable[[Piece], Looked]]
"""What the lane that owns this worker does with each file."""


@dataclass(frozen=True, slots=True)
class Quick:
    """A worker that is asked for what is quick alone: of pictures their PDQ, of films and sounds nothing."""

    worker: Worker

    def decode(self, content: bytes | BinaryIO, kind: str) -> Decoded | None:
        """What a picture shows and says, without its imprints; None of anything else."""
        picture = KINDS[kind].family == "picture"
        return self.worker.decode(content, kind, slow=False) if picture else None


def keeping(home: Home, unit: Unit, later: bool = False) -> Looking:
    """Look at every file and keep its bytes, sealed, unless the unit holds them already; `later`, only quickly."""
    unit_key, holds = home.keys.unit(str(unit.pk)), holder(unit)

    def of(worker: Worker) -> Callable[[Piece], Looked]:
        lane = Lane(
            decoder=Quick(worker) if later else worker,
            store=home.store,
            unit=str(unit.pk),
            unit_key=unit_key,
            held=holds,
        )
        return lambda piece: take(lane, piece.found, piece.opened)

    return of
