"""The process from which workers are forked: it has every decoder loaded and holds no key and no database.

It is a fresh Python with a clean environment and has one thread, so that forking it is safe and a worker is
there in milliseconds. It ends when its parent does, and takes every worker with it.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from dataclasses import dataclass
from typing import Any

from havre.media.decode import confine, wire
from havre.media.decode.outcomes import Protection

TICK = 1000
"""Milliseconds between two looks whether the parent still lives (its end of the socket tells sooner)."""

PR_SET_CHILD_SUBREAPER = 36
ENDED = struct.Struct("<i")


@dataclass(frozen=True, slots=True)
class Child:
    """A worker as the zygote knows it: its process and the line on which its end is told."""

    pid: int
    lease: socket.socket


def main() -> None:
    """Load everything, say so, then fork a worker for every request until the parent is gone."""
    config = json.loads(sys.argv[1])
    control = socket.socket(fileno=config["control"])
    readers = _load(config["readers"])
    _silence()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # Collected now and never looked at again: workers share these pages instead of copying them.
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    _serve(control, readers, config["parent"])


def _load(readers: dict[str, str]) -> dict[str, Any]:
    """Import whatever a worker may need: once confined it can open no file, so no module either."""
    from havre.media.decode import worker

    worker.warm_up()
    loaded = {}
    for name, place in readers.items():
        module, _, function = place.partition(":")
        loaded[name] = getattr(importlib.import_module(module), function)
    return loaded


def _silence() -> None:
    """Point the three standard files at nothing: libraries write warnings there."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)


def _serve(control: socket.socket, readers: dict[str, Any], parent: int) -> None:
    woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, Child] = {}  # by the file number of the lease
    watch = select.poll()
    watch.register(control, select.POLLIN)
    watch.register(woken, select.POLLIN)
    try:
        while os.getppid() == parent:
            ready = {number for number, _ in watch.poll(TICK)}
            if woken in ready:
                os.read(woken, 4096)
            for number in ready & children.keys():
                os.kill(children[number].pid, signal.SIGKILL)
                # Its end is told by SIGCHLD. Listening on would spin until then, and keep it from the processor.
                watch.unregister(number)
            _bury(children, watch)
            # Last: a new lease may get the number of one that was just closed.
            if control.fileno() in ready and not _answer(control, readers, children, watch):
                return
    finally:
        for child in children.values():
            os.kill(child.pid, signal.SIGKILL)
        while children:
            _bury(children, watch, wait=True)


def _answer(control: socket.socket, readers: dict[str, Any], children: dict[int, Child], watch: select.poll) -> bool:
    """Fork one worker as asked; False if the parent is gone."""
    request, fds, _, _ = socket.recv_fds(control, 4096, 3)
    if not request:
        return False
    lane, arena, lease = fds
    pid = _fork(json.loads(request), lane, arena, readers)
    os.close(lane)
    os.close(arena)
    child = Child(pid, socket.socket(fileno=lease))
    if pid:
        children[lease] = child
        watch.register(lease, select.POLLIN)
    else:
        child.lease.close()
    return True


def _bury(children: dict[int, Child], watch: select.poll, wait: bool = False) -> None:
    """Wait for every worker that has ended and tell its lease how."""
    while children:
        pid, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
        if not pid:
            return
        for number, child in list(children.items()):
            if child.pid == pid:
                with contextlib.suppress(KeyError):  # killed, and no longer listened to
                    watch.unregister(number)
                _tell(child, status)
                del children[number]


def _tell(child: Child, status: int) -> None:
    with contextlib.suppress(OSError):  # the parent may no longer want to know
        child.lease.send(ENDED.pack(status))
    child.lease.close()


def _fork(request: dict[str, Any], lane: int, arena: int, readers: dict[str, Any]) -> int:
    """The process id of a new worker that already stands in its own namespaces, 0 if it could not be made."""
    heard, told = os.pipe2(os.O_CLOEXEC)
    adopted, adopting = os.pipe2(os.O_CLOEXEC)
    first = os.fork()
    if first == 0:
        try:
            os.close(adopting)
            walls, pid = _step_over()
            if pid:
                os.write(told, str(pid).encode())
                os._exit(0)
            os.close(told)
            # Only once the first child is buried is the zygote the parent whose end will end this process.
            os.read(adopted, 1)
            _become_worker(request, lane, arena, readers, walls)
        finally:
            os._exit(1)
    os.close(told)
    os.close(adopted)
    with os.fdopen(heard, "rb") as answer:
        pid = int(answer.read() or 0)
    os.waitpid(first, 0)
    os.close(adopting)
    return pid


def _step_over() -> tuple[list[Protection], int]:
    """Leave the machine's namespaces and fork into the new ones: the child's id, 0 in the child itself."""
    first = os.getpid()
    apart = confine.leave_the_machine()
    rooted, root_told = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        walls = [apart, confine.empty_root(first)]
        os.close(root_told)
        return walls, 0
    os.close(root_told)
    os.read(rooted, 1)  # until the worker has taken a folder of this process as its root
    return [], pid


def _become_worker(
    request: dict[str, Any], lane: int, arena: int, readers: dict[str, Any], walls: list[Protection]
) -> None:
    from havre.media.decode import worker

    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _close_all_but({0, 1, 2, lane, arena})
    line = socket.socket(fileno=lane)
    try:
        walls += confine.close_the_door(request["memory"])
        worker.serve(line, arena, readers, walls)
    except Exception as problem:
        wire.send(line, {"failed": "broke", "reason": f"the sandbox does not stand: {problem!r}"})


def _close_all_but(kept: set[int]) -> None:
    """A worker inherits the zygote's own line and the leases of the others: none of its business."""
    start = 0
    for number in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        if start < number:  # closerange(0, 0) would close everything
            os.closerange(start, number)
        start = number + 1
