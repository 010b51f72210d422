"""How long the web server waits for somebody who sends slowly: its threads are few, and whoever holds one needs no key.

gunicorn waits in its threads for ever. Here a request's head has its time, which bytes that drip do not prolong; its
body, which is read of those who may ask alone, has more.
"""

import math
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SILENCE = 5.0
"""Seconds without a byte of a request after which its connection is closed."""
HEAD = 10.0
"""Seconds for the head of a request, TLS before it apart."""
BODY = 120.0
"""Seconds for the body of a request, and for a client to take an answer."""


class _Bounded(socket.socket):
    """A connection that is read until a moment; what was given up stays so."""

    until = math.inf

    def setblocking(self, flag: bool) -> None:
        """Begin to wait for a request where gunicorn means to wait for ever."""
        if flag:
            self.wait(SILENCE, HEAD)
        else:
            super().setblocking(False)

    def wait(self, silence: float, longest: float) -> None:
        """Wait from now on for so long, and for each byte no longer than this."""
        self.settimeout(silence)
        if self.until > 0:
            self.until = time.monotonic() + longest

    def recv(self, *given: Any) -> bytes:
        """Raises TimeoutError where the time is over."""
        try:
            if time.monotonic() > self.until:
                raise TimeoutError("this request comes too slowly")
            return super().recv(*given)
        except TimeoutError:
            self.until = 0.0  # closing would wait for more, in the one thread that takes connections
            raise


class Plain(_Bounded):
    """A connection as it was taken."""

    @classmethod
    def of(cls, taken: socket.socket) -> "Plain":
        """The same connection, bounded."""
        return cls(taken.family, taken.type, taken.proto, taken.detach())


class Secure(_Bounded, ssl.SSLSocket):
    """The same in TLS, whose first words have their time too."""

    def do_handshake(self, block: bool = False) -> None:
        """Raises TimeoutError where they take longer than a silence may."""
        super().do_handshake(block)
        self.wait(SILENCE, HEAD)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, on connections of these kinds."""

    def enqueue_req(self, conn: TConn) -> None:
        """Before anybody waits for a connection it is bounded."""
        if not isinstance(conn.sock, _Bounded):
            conn.sock = Plain.of(conn.sock)
        super().enqueue_req(conn)


def secured(_config: object, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """gunicorn's hook `ssl_context`."""
    context = default()
    context.sslsocket_class = Secure
    return context


def begin_body(_worker: object, request: Any) -> None:
    """gunicorn's hook `pre_request`: the head was read."""
    there = request.unreader.sock
    if isinstance(there, _Bounded):
        there.wait(BODY, BODY)
