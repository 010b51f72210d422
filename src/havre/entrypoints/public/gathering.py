"""How gunicorn listens to the public: no thread is given to a request before all of it is there.

Whoever sends slowly waits in the loop, which reads of each line what is there and goes on; threads are for answering.
A line has `SECONDS` for its whole request, the loop has `MOST_LINES`: when they are all taken, the one that waits
longest is cut off. An honest request comes in one piece or two and is answered at once, however many are slow.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from socket import socket
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SECONDS = 20.0
"""From the first byte to the last of a request."""

MOST_LINES = 512
"""Lines of one worker whose request is not all there."""

MOST_HEAD = 16 << 10
"""Bytes of the first line and the headers; browsers send one or two thousand."""

MOST_BODY = 64 << 10
"""Bytes of what is posted: 50 addresses of 2,000 signs would be more than anybody pastes."""

MOST_DRAINED = 1 << 20
"""Of a body that is too large, so much is read and thrown away, so that its sender can read why it was refused."""

PIECE = 64 << 10
END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


@dataclass
class Gathered:
    """What of one request is there."""

    until: float
    held: bytearray = field(default_factory=bytearray)
    head: int = 0
    """Bytes up to the end of the headers; 0 while they are not all there."""
    body: int = 0
    """Bytes that are posted, by what the headers say."""
    came: int = 0
    """Bytes of it that came, those thrown away too."""

    def take(self, piece: bytes) -> None:
        """Keep this piece, unless it is of a body that is too large. Raises ValueError where it is no request."""
        if self.head:
            self.came += len(piece)
            if self.body <= MOST_BODY:
                self.held += piece
            return
        self.held += piece
        found = self.held.find(END)
        if found < 0 and len(self.held) > MOST_HEAD:
            raise ValueError("headers without an end")
        if found >= 0:
            self._read(found + len(END))

    def _read(self, head: int) -> None:
        said = bytes(self.held[:head])
        if head > MOST_HEAD or CHUNKED.search(said):
            raise ValueError("a body of unknown length")
        lengths = LENGTH.findall(said)
        self.head, self.came = head, len(self.held) - head
        self.body = int(lengths[0]) if lengths else 0
        if self.body > MOST_BODY:
            del self.held[head:]

    @property
    def whole(self) -> bool:
        """Whether all of it is there, or as much as will be read of it."""
        return bool(self.head) and self.came >= min(self.body, MOST_DRAINED)


class Line(TConn):  # type: ignore[misc]
    """A connection that is closed at once: all that was sent on it was read."""

    def close(self, graceful: bool = False) -> None:  # noqa: ARG002 - as gunicorn calls it
        """Close; lingering would be done in the loop, which everybody waits for."""
        super().close(graceful=False)


class Gathering(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads are given whole requests alone."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.lines: dict[Line, Gathered] = {}

    def accept(self, listener: socket) -> None:
        """Take a new line into the loop."""
        try:
            came, address = listener.accept()
        except OSError:  # another worker was faster, or it is gone already
            return
        if len(self.lines) >= MOST_LINES:
            self._cut(next(iter(self.lines)))
        self.nr_conns += 1
        line = Line(self.cfg, came, address, listener.getsockname())
        self.lines[line] = Gathered(time.monotonic() + SECONDS)
        ready: Callable[[socket], None] = partial(self._more, line)
        self.poller.register(came, EVENT_READ, ready)

    def murder_pending(self) -> None:
        """Cut off whoever took too long: called by the loop every second at least."""
        now = time.monotonic()
        for line in [each for each, gathered in self.lines.items() if gathered.until <= now]:
            self._cut(line)
        super().murder_pending()

    def _more(self, line: Line, came: socket) -> None:
        gathered = self.lines[line]
        try:
            piece = came.recv(PIECE)
            gathered.take(piece)
        except BlockingIOError:
            return
        except (OSError, ValueError):
            self._cut(line)
            return
        if not piece:
            self._cut(line)
        elif gathered.whole:
            self._hand_over(line, gathered)

    def _hand_over(self, line: Line, gathered: Gathered) -> None:
        self.poller.unregister(line.sock)
        del self.lines[line]
        line.init()
        line.parser.unreader.unread(bytes(gathered.held))
        line.data_ready = True
        self.enqueue_req(line)

    def _cut(self, line: Line) -> None:
        self.poller.unregister(line.sock)
        del self.lines[line]
        self.nr_conns -= 1
        line.close()
