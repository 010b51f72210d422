"""How gunicorn listens to analysts: a few threads answer what came whole, others wait for whoever still sends.

A page that is asked for comes in one piece, and is answered by one of few threads, whoever came first: pages drawn side
by side by one interpreter only slow each other. What is small and comes in pieces is gathered, and holds none of them
meanwhile; what is large, or does not say how large it is, is read as it comes by a thread that is there for such
requests, so that ten uploads over a slow line keep nobody from a page.
"""

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from socket import MSG_DONTWAIT, SHUT_WR, socket
from typing import Any

from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

AT_ONCE = 2
"""Requests that one process works on at once: one that draws while another waits for the database or the disk."""

LARGE = 64 << 10
"""Bytes of a body; what is longer is read as it comes."""

MOST_HEAD = 64 << 10
"""Bytes of the first line and the headers; gunicorn refuses less."""

PATIENT = 4
"""Threads that read what is large."""

SECONDS = 20.0
"""For a small request, looked at with each piece that comes; and for the next piece, or the first of a new line."""

END = b"\r\n\r\n"
OTHER_END = b"\n\n"
"""No request ends so; whoever writes it is refused at once, as everything else that is no request."""

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
BODY = re.compile(rb"\r\n(?:content-length|transfer-encoding|expect)[ \t]*:", re.IGNORECASE)


def missing(held: bytes) -> bool | None:
    """Whether more of a small request is to come; None where it is large, of unknown length, or no request."""
    end = held.find(END)
    if end < 0:
        return None if len(held) > MOST_HEAD or OTHER_END in held else True
    end += len(END)
    said = BODY.findall(held, 0, end)
    if not said:
        return False
    length = LENGTH.search(held, 0, end)
    if len(said) > 1 or length is None or int(length[1]) > LARGE:
        return None
    return len(held) < end + int(length[1])


PATIENTLY = object()
"""What a thread says of a request that takes one that may wait."""


class Line(TConn):  # type: ignore[misc]
    """A connection to which a thread says goodbye: it waits two seconds for whoever does not end it, too."""

    def __init__(self, parting: ThreadPoolExecutor, *given: Any) -> None:
        super().__init__(*given)
        self.parting = parting
        self.since, self.held = 0.0, b""
        """Of a small request that came in part: since when, and what is there."""

    def close(self, graceful: bool = False) -> None:
        """Close at once, or once the other side has read what was answered."""
        if graceful:
            with suppress(OSError):  # they went away
                self.sock.shutdown(SHUT_WR)
            self.parting.submit(super().close, graceful=True)
        else:
            super().close()


class Lines(ThreadWorker):  # type: ignore[misc]
    """A worker of which some threads answer what came whole, and others whatever is still coming."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.patient, self.parting = ThreadPoolExecutor(PATIENT), ThreadPoolExecutor(PATIENT)

    def accept(self, listener: socket) -> None:
        """Take a new line."""
        try:
            came, address = listener.accept()
        except OSError:  # another process was faster, or it is gone already
            return
        self.nr_conns += 1
        self.enqueue_req(Line(self.parting, self.cfg, came, address, listener.getsockname()))

    def handle(self, conn: Line) -> object:
        """Answer what is there; what is not is waited for by the loop, or by a thread that may wait."""
        if conn.initialized and conn.parser.unreader.buf.getvalue():
            return PATIENTLY  # some of it was read with the request before
        try:
            piece = conn.sock.recv(LARGE, MSG_DONTWAIT)
        except BlockingIOError:  # browsers open lines on which they ask nothing yet
            return _DEFER
        except OSError:
            return False
        held = conn.held + piece
        if not held:  # they went away
            return False
        more = missing(held) if piece else None  # what was cut off is told so by who reads it
        if more:
            conn.since, conn.held = conn.since if conn.held else time.monotonic(), held
            return _DEFER if time.monotonic() < conn.since + SECONDS else False
        conn.held = b""
        conn.init()
        conn.parser.unreader.unread(held)
        return PATIENTLY if more is None else super().handle(conn)

    def finish_request(self, conn: Line, done: "Future[object]") -> None:
        """Go on with a line of which a thread has done its part."""
        said = None if done.cancelled() or done.exception() else done.result()
        if said is PATIENTLY:
            reading = self.patient.submit(super().handle, conn)
            reading.add_done_callback(lambda read: self.method_queue.defer(self.finish_request, conn, read))
            return
        super().finish_request(conn, done)
        if said is _DEFER:
            conn.timeout = time.monotonic() + SECONDS
