"""Whoever sends slowly is cut off; whoever sends at a pace, or everything at once, is not."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from threading import Event, Thread
from typing import Any

import pytest

from havre.entrypoints.platform.pace import Counted, Paced

WHOLE = b"a boat in a harbour\n" * 10


def read_whole(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
    """An application that answers with what came."""
    body = environ["wsgi.input"]
    first = body.readline(7)
    return [first, *iter(lambda: body.read(min(10, int(environ["CONTENT_LENGTH"]) - body.count)), b"")]


def answered(steps: list[bytes], every: float, length: int = len(WHOLE)) -> bytes:
    """What came of pieces that are sent with a pause before each; the line stays open behind them."""
    here, there = socket.socketpair()
    body = here.makefile("rb")
    over = Event()

    def send() -> None:
        for step in steps:
            if over.wait(every):
                return
            with suppress(OSError):  # cut off
                there.sendall(step)

    sender = Thread(target=send)
    sender.start()
    try:
        environ = {"gunicorn.socket": here, "wsgi.input": body, "CONTENT_LENGTH": str(length)}
        return b"".join(Paced(read_whole, 0.3, 10)(environ, None))
    finally:
        over.set()
        sender.join()
        body.close()
        here.close()
        there.close()


@pytest.mark.parametrize("steps", [[], [WHOLE[:30]], [bytes([sign]) for sign in WHOLE[:30]]])
def test_whoever_sends_less_than_they_must_is_cut_off(steps: list[bytes]) -> None:
    came = answered(steps, 0.05)
    assert (len(came) < len(WHOLE), WHOLE.startswith(came)) == (True, True)


def test_whoever_sends_at_a_pace_is_read_to_the_end() -> None:
    assert answered([WHOLE[at : at + 20] for at in range(0, len(WHOLE), 20)], 0.03) == WHOLE
    assert answered([WHOLE], 0) == WHOLE


def test_what_is_read_at_once_is_counted_on_the_way() -> None:
    for size, count in ((-1, 200), (7, 7), (200, 200), (300, 200), (0, 0)):
        body = Counted(BytesIO(WHOLE), 3)
        assert (body.read(size), body.count) == (WHOLE[:count], count)


def test_without_a_line_or_a_body_nothing_is_watched() -> None:
    def app(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        return [type(environ["wsgi.input"]).__name__.encode()]

    here, there = socket.socketpair()
    with here, there, here.makefile("rb") as body:
        line = {"gunicorn.socket": here, "wsgi.input": body}
        assert Paced(app)(line, None) == [b"BufferedReader"]
        assert Paced(app)({"wsgi.input": body, "CONTENT_LENGTH": "7"}, None) == [b"BufferedReader"]
        assert Paced(app)(line | {"HTTP_TRANSFER_ENCODING": "chunked"}, None) == [Counted.__name__.encode()]
