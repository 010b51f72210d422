"""Runs inside the sandbox: takes one request after the other from its line and answers it."""

import contextlib
import gc
import json
import mmap
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from havre.media.decode import wire
from havre.media.decode.outcomes import Exceeded, Limits, NotMedia, Protection

Reader = Callable[..., Iterator[dict[str, Any]]]
Answers = Iterator[tuple[dict[str, Any], bytes]]

BATCH_BYTES = 256 << 10
"""Records are sent together until they fill this much."""


def warm_up() -> None:
    """Import everything that a decoder may import only when first used: later it cannot."""
    from havre.media.decode import loaded

    loaded.everything()


def serve(line: socket.socket, arena: int, readers: Mapping[str, Reader], walls: Sequence[Protection]) -> None:
    """Answer requests until the other side ends; never returns."""
    room = Arena(arena)
    wire.send(line, {"protections": [asdict(wall) for wall in walls]})
    while True:
        received = wire.receive_with_file(line)
        if received is None:
            os._exit(0)
        (request, _), fds = received
        try:
            for head, body in _answers(request, fds, room, readers):
                wire.send(line, head, body)
        except Exception as problem:
            wire.send(line, _explained(problem))
        finally:
            for number in fds:
                os.close(number)


def _answers(request: dict[str, Any], fds: list[int], room: "Arena", readers: Mapping[str, Reader]) -> Answers:
    job = request["job"]
    if job == "decode":
        from havre.media.decode import pictures

        with room.file(request["size"], request["room"]) as data:
            yield pictures.decode(data, request["kind"], Limits(**request["limits"]))
    elif job == "unpack":
        from havre.media.decode import unpack

        with open(fds[0], "rb", closefd=False) as archive:
            yield from unpack.members(archive, request["kind"])
    elif job == "stream":
        with open(fds[0], "rb", closefd=False) as source:
            yield from _batches(readers[request["reader"]](source, **request["options"]))


def _batches(records: Iterator[dict[str, Any]]) -> Answers:
    """Records as lines of JSON, many to a message; the last message says that it is the last."""
    lines, size = [], 0
    for record in records:
        line = json.dumps(record).encode()
        lines.append(line)
        size += len(line) + 1
        if size >= BATCH_BYTES:
            yield {"more": True}, b"\n".join(lines)
            lines, size = [], 0
    yield {"more": False}, b"\n".join(lines)


def _explained(problem: Exception) -> dict[str, Any]:
    """What went wrong, in a form in which the parent raises it again."""
    gc.collect()
    match problem:
        case NotMedia():
            return {"failed": "not media", "reason": str(problem)}
        case Exceeded():
            return {"failed": "exceeded", "limit": problem.limit, "reason": str(problem)}
        case MemoryError():
            return {"failed": "exceeded", "limit": "memory", "reason": "it needs more memory than a decoder may use"}
        case RecursionError():
            return {"failed": "exceeded", "limit": "depth", "reason": "it is nested too deeply"}
    return {"failed": "broke", "reason": f"{type(problem).__name__}: {problem}"[:500]}


class Arena:
    """The memory in which the parent puts files, mapped here to be read."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._mapped = mmap.mmap(-1, 1)

    def file(self, size: int, room: int) -> memoryview:
        """The first `size` bytes of the `room` that there is."""
        if len(self._mapped) != room:
            with contextlib.suppress(BufferError):  # whatever still looks at the old one keeps it
                self._mapped.close()
            self._mapped = mmap.mmap(self._number, room, prot=mmap.PROT_READ)
        return memoryview(self._mapped)[:size]
