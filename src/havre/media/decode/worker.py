"""Runs inside the sandbox: takes one request after the other from its line and answers it."""

import contextlib
import functools
import gc
import io
import json
import mmap
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from havre.media.decode import crops, films, loaded, pictures, unpack, wire
from havre.media.decode.members import Emit
from havre.media.decode.outcomes import Exceeded, Limits, NotMedia, Protection, Region
from havre.media.decode.reading import Afar, Ask, Clock, Input, Lent, held

Reader = Callable[..., Iterator[dict[str, Any]]]


BATCH_BYTES = 256 << 10
"""Records are sent together until they fill this much."""


def warm_up() -> None:
    """Import everything that a decoder may import only when first used: later it cannot."""
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
            _answer(request, fds, room, readers, line)
        except Exception as problem:
            wire.send(line, _explained(problem))
        finally:
            for number in fds:
                os.close(number)


def _answer(
    request: dict[str, Any], fds: list[int], room: "Arena", readers: Mapping[str, Reader], line: socket.socket
) -> None:
    job, emit = request["job"], functools.partial(wire.send, line)
    if job == "decode" and request["room"] is None:
        emit(*_film(request, Afar(functools.partial(_asked, line)), emit))
    elif job == "decode":
        with room.file(request["size"], request["room"]) as data:
            emit(*_decoded(request, data, emit))
    elif job == "unpack" and request.get("size") is not None:
        lent = Lent(request["size"], Afar(functools.partial(_asked, line)))
        unpack.members(io.BufferedReader(lent), request["kind"], emit)
    elif job == "crop":
        with room.file(request["size"], request["room"]) as data:
            emit(*crops.crop(data, request["kind"], Limits(**request["limits"]), Region(**request["region"])))
    elif job == "unpack":
        with open(fds[0], "rb", closefd=False) as archive:
            unpack.members(archive, request["kind"], emit)
    elif job == "stream":
        with open(fds[0], "rb", closefd=False) as source:
            for head, body in _batches(readers[request["reader"]](source, **request["options"])):
                emit(head, body)


def _decoded(request: dict[str, Any], data: memoryview, emit: Emit) -> wire.Message:
    if request["kind"] in films.KINDS and data:
        return _film(request, held(data), emit)
    return pictures.decode(data, request["kind"], Limits(**request["limits"]), slow=request["slow"])


def _film(request: dict[str, Any], ask: Ask, emit: Emit) -> wire.Message:
    limits = Limits(**request["limits"])
    source = Input(request["size"], ask, Clock(limits.film_seconds))
    further: dict[str, Any] = {} if request["slow"] else {"hearings": (), "viewings": ()}
    return films.decode(source, request["kind"], limits, emit, every_frame=request["every_frame"], **further)


def _asked(line: socket.socket, offset: int, size: int) -> bytes:
    """A piece of the file, which stays with the parent."""
    wire.send(line, {"read": [offset, size]})
    answer = wire.receive(line)
    if answer is None:
        os._exit(0)
    return answer[1]


def _batches(records: Iterator[dict[str, Any]]) -> Iterator[wire.Message]:
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
