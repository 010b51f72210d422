"""Workers as the rest of Havre uses them: give one a file, get what it shows; or a named error."""

import math
import os
import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, BinaryIO

from havre.fingerprints.vpdq import Frame
from havre.media.decode import answers, wire
from havre.media.decode.outcomes import (
    Broke,
    Budget,
    Cropped,
    Decoded,
    Exceeded,
    Failed,
    Limits,
    Member,
    Protection,
    Region,
    Report,
)
from havre.media.decode.sandbox import Lane, Sandbox, unavailable
from havre.media.decode.unpacking import Unpacking

LONG = 60.0
"""Seconds after which a worker has done enough: it is replaced, and its share of processor time with it."""

PIECE = 1 << 20
"""Bytes of a film that are read for a worker at a time."""

EveryFrame = Callable[[Frame], object]


class Worker:
    """One confined process, used by one thread at a time; replaced after `limits.jobs` files and any error."""

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits or Limits()
        self._lane: Lane | None = None
        self._done = 0

    def decode(
        self,
        content: bytes | memoryview | BinaryIO,
        kind: str,
        every_frame: EveryFrame | None = None,
        *,
        slow: bool = True,
    ) -> Decoded:
        """What the picture, film or sound shows. Raises NotMedia, Exceeded, Broke; the next file works in every case.

        A picture is bytes. A film or sound may also be a file that can seek, of any size: the worker asks for what it
        wants of it, and what reading it raises is raised here. `every_frame` is given each fingerprint of a film. A
        picture gets no imprints unless the `slow` ones are wanted; a film then gets its runs alone.
        """
        began = time.monotonic()
        with self._job() as lane:
            request = {"job": "decode", "kind": kind, "limits": asdict(self._limits)}
            lane.ask({**request, **_laid(lane, content), "every_frame": every_frame is not None, "slow": slow})
            head, body = self._served(lane, content, every_frame or (lambda _: None))
        if time.monotonic() - began > LONG:
            self.close()
        return answers.decoded(head, body)

    def _served(self, lane: Lane, content: bytes | memoryview | BinaryIO, every_frame: EveryFrame) -> wire.Message:
        """The answer, after whatever the worker wants before it."""
        until = time.monotonic() + self._limits.film_seconds + self._limits.seconds
        while True:
            head, body = self._next(lane, until)
            if "read" in head:
                lane.give(_piece(content, head["read"]))
            elif "progress" in head:
                for frame in answers.frames(body):
                    every_frame(frame)
            else:
                return head, body

    def crop(self, content: bytes, kind: str, region: Region) -> Cropped:
        """A part of a picture, made anew from its pixels alone. Raises what `decode` raises."""
        with self._job() as lane:
            about = {"kind": kind, "limits": asdict(self._limits), "region": asdict(region)}
            lane.ask({"job": "crop", **about, **_laid(lane, content)})
            head, body = self._next(lane)
        return answers.cropped(head, body)

    def unpack(
        self, source: int | bytes | memoryview | BinaryIO, kind: str, budget: Budget, depth: int = 1
    ) -> Iterator[Member | Report]:
        """The members of an archive, then a report on the whole. Read each member before asking for the next.

        `source` is a file open for reading, by its number, or the bytes; or anything that can seek, of which the worker
        asks for what it wants. `depth` is 1 for an archive that was found as a file,
        2 for one found in it, and so on. Whatever is unpacked is taken from `budget`. Raises what `decode` raises;
        close the iterator if the rest is not wanted.
        """
        if depth > budget.depth:
            raise Exceeded("depth", f"archives within archives, more than {budget.depth} deep")
        with self._job() as lane:
            members = Unpacking(partial(self._unpacking, lane, source), budget)
            if isinstance(source, int | bytes | memoryview):
                with _as_file(source) as fd:
                    lane.ask({"job": "unpack", "kind": kind}, fds=(fd,))
                    yield from members
            else:
                lane.ask({"job": "unpack", "kind": kind, "size": source.seek(0, os.SEEK_END)})
                yield from members
        yield Report(members.count, members.trouble)

    def _unpacking(self, lane: Lane, source: int | bytes | memoryview | BinaryIO) -> wire.Message:
        """What the worker has to say next, after it was given whatever it wanted of the archive before."""
        while True:
            head, body = self._next(lane)
            if "read" not in head:
                return head, body
            lane.give(_piece(b"" if isinstance(source, int) else source, head["read"]))

    def stream(self, reader: str, fd: int, **options: Any) -> Iterator[dict[str, Any]]:
        """The records that the registered parser finds in an open file, in constant memory.

        The parser waits while nobody asks for more. Raises what `decode` raises.
        """
        with self._job() as lane:
            lane.ask({"job": "stream", "reader": reader, "options": options}, fds=(fd,))
            more = True
            while more:
                head, body = self._next(lane)
                more = bool(head.get("more"))
                yield from answers.records(body)

    def protections(self) -> tuple[Protection, ...]:
        """Which walls stand around this worker."""
        with self._job() as lane:
            return lane.protections

    def _next(self, lane: Lane, until: float = math.inf) -> wire.Message:
        head, body = lane.answer(min(time.monotonic() + self._limits.seconds, until), self._limits)
        answers.raise_failure(head)
        return head, body

    @contextmanager
    def _job(self) -> Iterator[Lane]:
        """The lane to a living worker; whoever leaves by an error or early leaves no worker behind."""
        if self._lane is None or self._done >= self._limits.jobs:
            self.close()
            lane = self._sandbox.spawn(self._limits)
            self._lane = lane
            try:
                lane.hello(self._limits)
            except BaseException as problem:
                self.close()
                if isinstance(problem, Failed):
                    # No file has been handed over yet: none may be blamed.
                    raise unavailable(problem) from problem
                raise
        self._done += 1
        try:
            yield self._lane
        except answers.HARMLESS:
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, if there is one."""
        if self._lane is not None:
            self._lane.end()
        self._lane, self._done = None, 0

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Pool:
    """Several workers behind one zygote, for one intake; each is lent to one thread at a time."""

    def __init__(self, workers: int, limits: Limits | None = None, readers: Mapping[str, str] | None = None) -> None:
        """`readers`: name → 'module:function', the parsers for `Worker.stream`."""
        self._sandbox = Sandbox(readers)
        self._workers = [Worker(self._sandbox, limits) for _ in range(workers)]
        self._free: queue.LifoQueue[Worker] = queue.LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """Borrow a worker; waits until one is free."""
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)

    def decode(self, content: bytes | memoryview | BinaryIO, kind: str) -> Decoded:
        """What the file shows, by whichever worker is free. Raises what `Worker.decode` raises."""
        with self.worker() as worker:
            return worker.decode(content, kind)

    def close(self) -> None:
        """End every process; to be called when no thread uses a worker any more."""
        for worker in self._workers:
            worker.close()
        self._sandbox.close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def protections() -> tuple[Protection, ...]:
    """Which walls of the sandbox this machine offers, found out by putting them up once."""
    with Sandbox() as sandbox, Worker(sandbox) as worker:
        return worker.protections()


def _laid(lane: Lane, content: bytes | memoryview | BinaryIO) -> dict[str, int | None]:
    """Put bytes where the worker can read them; of a file say only how large it is."""
    if isinstance(content, bytes | memoryview):
        lane.fill(content)
        return {"size": len(content), "room": lane.room}
    return {"size": content.seek(0, os.SEEK_END), "room": None}


def _piece(content: bytes | memoryview | BinaryIO, wanted: object) -> bytes:
    """The piece of a file that a worker asked for; nothing of what it was given as a whole."""
    match wanted:
        case [int(offset), int(size)] if offset >= 0 and 0 <= size <= PIECE:
            if isinstance(content, bytes | memoryview):
                return b""
            content.seek(offset)
            return content.read(size)
    raise Broke("the decoder asked for a piece of its file that there cannot be")


@contextmanager
def _as_file(source: int | bytes | memoryview) -> Iterator[int]:
    """The source as an open file at its beginning; bytes go into anonymous memory."""
    if isinstance(source, int):
        os.lseek(source, 0, os.SEEK_SET)
        yield source
        return
    memory = os.memfd_create("archive", os.MFD_CLOEXEC)
    try:
        view, written = memoryview(source), 0
        while written < len(view):
            written += os.write(memory, view[written:])
        os.lseek(memory, 0, os.SEEK_SET)
        yield memory
    finally:
        os.close(memory)
