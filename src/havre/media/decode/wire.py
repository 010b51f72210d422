"""Messages between parent and worker: a JSON object and some bytes, each with its length. Never pickle."""

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

LENGTHS = struct.Struct("<II")

Message = tuple[dict[str, Any], bytes]


class GarbledError(Exception):
    """The other side sent something that is not a message."""


class TooLongError(Exception):
    """The other side announced more bytes than were allowed."""


def send(lane: socket.socket, head: dict[str, Any], body: bytes | memoryview = b"", fds: Sequence[int] = ()) -> None:
    """Send one message, open files with it."""
    text = json.dumps(head).encode()
    lengths = LENGTHS.pack(len(text), len(body))
    if fds:
        # Whoever receives takes the files with the eight bytes of the lengths.
        socket.send_fds(lane, [lengths], list(fds))
        lane.sendall(text)
    else:
        lane.sendall(lengths + text)
    if body:
        lane.sendall(body)


def receive(lane: socket.socket, deadline: float | None = None, limit: int = 1 << 26) -> Message | None:
    """The next message, None at the end. `deadline` is monotonic.

    Raises TimeoutError, TooLongError, GarbledError.
    """
    lengths = _exactly(lane, LENGTHS.size, deadline)
    return None if lengths is None else _rest(lane, lengths, deadline, limit)


def receive_with_file(lane: socket.socket) -> tuple[Message, list[int]] | None:
    """The next message and the files sent with it, None at the end. Blocks; for the worker's side."""
    lengths, fds, _, _ = socket.recv_fds(lane, LENGTHS.size, 4)
    if not lengths:
        return None
    lengths += _exactly(lane, LENGTHS.size - len(lengths), None) or b""
    message = _rest(lane, lengths, None, 1 << 26)
    return None if message is None else (message, list(fds))


def _rest(lane: socket.socket, lengths: bytes, deadline: float | None, limit: int) -> Message | None:
    head_length, body_length = LENGTHS.unpack(lengths)
    if head_length + body_length > limit:
        raise TooLongError(f"an answer of {head_length + body_length:,} bytes")
    text = _exactly(lane, head_length, deadline)
    body = _exactly(lane, body_length, deadline) if body_length else b""
    if text is None or body is None:
        return None
    return _parsed(text), body


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise GarbledError("an answer that is not JSON") from problem
    if not isinstance(head, dict):
        raise GarbledError("an answer that is not a JSON object")
    return head


def _exactly(lane: socket.socket, count: int, deadline: float | None) -> bytes | None:
    """`count` bytes, or None if the other side ended before."""
    if count == 0:
        return b""
    buffer = bytearray(count)
    view, got = memoryview(buffer), 0
    while got < count:
        if deadline is not None:
            lane.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            received = lane.recv_into(view[got:])
        except ConnectionResetError:
            return None
        if not received:
            return None
        got += received
    return bytes(buffer)
