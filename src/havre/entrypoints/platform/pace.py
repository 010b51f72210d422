"""What is sent here comes at a pace: whoever is slower is cut off, so that nobody holds a thread by sending little.

A proxy that gathered bodies first would have files of platforms in clear on its disk; so they come straight in.
"""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, BinaryIO

WITHIN = 30.0
"""Seconds between two looks at how much came."""
LEAST = 512 << 10
"""Bytes that come between two looks, or the rest."""
STEP = 16 << 10

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Counted:
    """A body that counts what was read of it, also while much is asked for at once."""

    def __init__(self, body: BinaryIO, step: int = STEP) -> None:
        self._body, self._step, self.count = body, step, 0

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end alone."""
        parts: list[bytes] = []
        left = size
        while left and (part := self._passed(self._body.read(self._step if left < 0 else min(left, self._step)))):
            parts.append(part)
            left -= len(part) if left > 0 else 0
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        """A line, or so much of it."""
        return self._passed(self._body.readline(size))

    def _passed(self, piece: bytes) -> bytes:
        self.count += len(piece)
        return piece


@dataclass(frozen=True, slots=True)
class Paced:
    """An application to whom bodies come at a pace; one that is cut off ends early for it."""

    app: App
    within: float = WITHIN
    least: int = LEAST

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, as WSGI asks."""
        line = environ.get("gunicorn.socket")
        length = int(environ.get("CONTENT_LENGTH") or 0) if "HTTP_TRANSFER_ENCODING" not in environ else None
        if line is None or length == 0:
            return self.app(environ, start_response)
        body = Counted(environ["wsgi.input"])
        with self._watched(line, body, length):
            return self.app(environ | {"wsgi.input": body}, start_response)

    @contextmanager
    def _watched(self, line: socket.socket, body: Counted, length: int | None) -> Iterator[None]:
        over = Event()
        watcher = Thread(target=self._watch, args=(line, body, length, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, line: socket.socket, body: Counted, length: int | None, over: Event) -> None:
        before = 0
        while not over.wait(self.within):
            if body.count == length:
                return
            if body.count - before < self.least:
                with suppress(OSError):  # it is gone already
                    line.shutdown(socket.SHUT_RD)
                return
            before = body.count
