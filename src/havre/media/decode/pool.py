"""Workers as the rest of Havre uses them: give one a file, get what it shows; or a named error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from havre.media.decode import answers
from havre.media.decode.outcomes import Decoded, Limits, Protection
from havre.media.decode.sandbox import Lane, Sandbox


class Worker:
    """One confined process, used by one thread at a time; replaced after `limits.jobs` files and any error."""

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits or Limits()
        self._lane: Lane | None = None
        self._done = 0

    def decode(self, data: bytes | memoryview, kind: str) -> Decoded:
        """What the picture shows. Raises NotMedia, Exceeded, Broke; the next file works in every case."""
        with self._job() as lane:
            lane.fill(data)
            sizes = {"size": len(data), "room": lane.room}
            lane.ask({"job": "decode", "kind": kind, **sizes, "limits": asdict(self._limits)})
            head, preview = self._next(lane)
            return answers.decoded(head, preview)

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

    def _next(self, lane: Lane) -> tuple[dict[str, Any], bytes]:
        head, body = lane.answer(time.monotonic() + self._limits.seconds, self._limits)
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
            except BaseException:
                self.close()
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
