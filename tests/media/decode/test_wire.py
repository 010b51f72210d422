"""Messages between the two sides."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.media.decode import wire

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_message_arrives_as_sent(pair: Pair) -> None:
    wire.send(pair[0], {"text": "Ä"}, b"body")
    assert wire.receive(pair[1]) == ({"text": "Ä"}, b"body")


def test_an_open_file_travels_with_it(pair: Pair) -> None:
    with Path(os.devnull).open("rb") as file:
        wire.send(pair[0], {"job": "x"}, fds=(file.fileno(),))
        received = wire.receive_with_file(pair[1])
    assert received is not None
    (message, (copy,)) = received
    assert message == ({"job": "x"}, b"")
    assert os.path.sameopenfile(copy, copy)
    os.close(copy)


def test_the_end_is_none_wherever_it_comes(pair: Pair) -> None:
    pair[0].sendall(b"\x05\0\0\0")
    pair[0].close()
    assert wire.receive(pair[1]) is None


def test_a_deadline_holds(pair: Pair) -> None:
    pair[0].sendall(b"\x05\0")
    with pytest.raises(TimeoutError):
        wire.receive(pair[1], time.monotonic() + 0.05)


def test_too_much_is_refused_before_it_is_read(pair: Pair) -> None:
    pair[0].sendall(wire.LENGTHS.pack(10, 2**31))
    with pytest.raises(wire.TooLongError):
        wire.receive(pair[1], limit=1000)


@pytest.mark.parametrize("text", [b"no json", b"[1]", b"[" * 5000, b"\xff\xfe"])
def test_what_is_not_an_object_is_garbled(pair: Pair, text: bytes) -> None:
    pair[0].sendall(wire.LENGTHS.pack(len(text), 0) + text)
    with pytest.raises(wire.GarbledError):
        wire.receive(pair[1])
