"""The parent's side of the sandbox: it starts the zygote, asks it for workers, and never decodes anything itself."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from havre.errors import Unavailable
from havre.media.decode import answers, wire
from havre.media.decode.outcomes import Broke, Exceeded, Limits, Protection
from havre.media.decode.zygote import ENDED

START_SECONDS = 60.0
"""Loading all decoders takes well under a second; a machine may be very busy."""

BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])["path"]
from havre.media.decode import zygote
zygote.main()
"""

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    # A library that starts threads on import would make the zygote unsafe to fork.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Every malloc arena reserves 128 MB of the limited address space.
    "MALLOC_ARENA_MAX": "1",
    # Keep the memory of one picture for the next: fresh pages cost as much as decoding.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_TOP_PAD_": str(1 << 20),
}

KEEP_ARENA = 32 << 20
"""A larger input area is given back after the file it was needed for."""


class Sandbox:
    """A zygote and the line to it. Safe to use from several threads; close it to end every worker."""

    def __init__(self, readers: Mapping[str, str] | None = None) -> None:
        """`readers`: name → 'module:function', the parsers that workers may run (see `Worker.stream`)."""
        self._readers = dict(readers or {})
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._complaints = -1
        self._ready = False

    def begin(self) -> None:
        """Start the zygote without waiting for it: it loads its decoders while others do something else."""
        with self._lock, contextlib.suppress(OSError):
            if self._control is None:
                self._start()

    def spawn(self, limits: Limits) -> "Lane":
        """A fresh confined worker. Raises Unavailable if none can be started: that is no file's fault."""
        with self._lock:
            try:
                return self._ask(limits)
            except OSError:
                # The zygote itself may have been killed: once more with a new one.
                self._stop()
            try:
                return self._ask(limits)
            except OSError as problem:
                self._stop()
                raise unavailable(problem) from problem

    def _ask(self, limits: Limits) -> "Lane":
        if self._control is None:
            self._start()
        if not self._ready:
            self._wait_until_ready()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        lease, its_lease = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arena = os.memfd_create("input", os.MFD_CLOEXEC)
        with theirs, its_lease:
            readable = os.open(f"/proc/self/fd/{arena}", os.O_RDONLY | os.O_CLOEXEC)
            try:
                request = json.dumps({"memory": limits.memory}).encode()
                socket.send_fds(self._control, [request], [theirs.fileno(), readable, its_lease.fileno()])
            except OSError:
                for line in (ours, lease):
                    line.close()
                os.close(arena)
                raise
            finally:
                os.close(readable)
        return Lane(ours, lease, arena)

    def _start(self) -> None:
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {
            "control": theirs.fileno(),
            "parent": os.getpid(),
            "path": [os.path.abspath(place) for place in sys.path],  # noqa: PTH100 - '' is the working folder
            "readers": self._readers,
        }
        self._complaints = os.memfd_create("complaints", os.MFD_CLOEXEC)
        self._control = control
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", BOOT, json.dumps(config)],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=[theirs.fileno()],
                # Control-C at the terminal is the parent's to handle.
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        assert self._control is not None
        self._control.settimeout(START_SECONDS)
        if self._control.recv(16) != b"ready":
            raise OSError(_last_words(self._complaints) or "it ended at once")
        self._ready = True

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._complaints >= 0:
            os.close(self._complaints)
        self._control, self._process, self._complaints, self._ready = None, None, -1, False

    def close(self) -> None:
        """End the zygote and every worker, and wait until they are gone."""
        with self._lock:
            self._stop()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unavailable(problem: Exception) -> Unavailable:
    """What to say where no worker can be started: nothing may be quarantined for it."""
    return Unavailable(
        "no file can be decoded, the sandbox does not start (%(problem)s): see `havre doctor`", problem=problem
    )


def _last_words(complaints: int) -> str:
    text = os.pread(complaints, 65536, 0).decode(errors="replace").strip()
    return text.splitlines()[-1] if text else ""


@dataclass(slots=True)
class Lane:
    """The line to one worker: requests go in, answers come out, and its end is told on the lease."""

    line: socket.socket
    lease: socket.socket
    arena: int
    room: int = 0
    protections: tuple[Protection, ...] = ()

    def hello(self, limits: Limits) -> None:
        """Wait until the worker stands behind its walls."""
        head, _ = self.answer(time.monotonic() + START_SECONDS, limits)
        answers.raise_failure(head)
        self.protections = tuple(Protection(**wall) for wall in head["protections"])

    def fill(self, data: bytes | memoryview) -> None:
        """Put a file into the memory that the worker can read (and only read).

        Raises Unavailable where the machine has no memory left for it.
        """
        try:
            self._fill(data)
        except OSError as problem:
            raise unavailable(problem) from problem

    def _fill(self, data: bytes | memoryview) -> None:
        size = len(data)
        if not self.room or size > self.room or (self.room > KEEP_ARENA >= size):
            os.ftruncate(self.arena, 0)
            os.ftruncate(self.arena, max(size, 1 << 20))
            self.room = max(size, 1 << 20)
        view, written = memoryview(data), 0
        while written < size:
            written += os.pwrite(self.arena, view[written:], written)

    def ask(self, request: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        """Send a request. Raises Broke if the worker is gone."""
        self.line.settimeout(START_SECONDS)
        try:
            wire.send(self.line, request, fds=fds)
        except OSError as problem:
            raise Broke(self.death()) from problem

    def give(self, piece: bytes) -> None:
        """Send a piece of its file. Raises Broke if the worker is gone."""
        self.line.settimeout(START_SECONDS)
        try:
            wire.send(self.line, {}, piece)
        except OSError as problem:
            raise Broke(self.death()) from problem

    def answer(self, deadline: float, limits: Limits) -> wire.Message:
        """The next answer. Raises Exceeded, Broke; the worker is then of no further use."""
        try:
            message = wire.receive(self.line, deadline, limits.output)
        except TimeoutError as problem:
            raise Exceeded("seconds", f"it took longer than {limits.seconds:g} seconds") from problem
        except wire.TooLongError as problem:
            raise Exceeded("output", f"{problem}, more than {limits.output:,} are allowed") from problem
        except (wire.GarbledError, OSError) as problem:
            raise Broke(f"the decoder gave no proper answer: {problem}") from problem
        if message is None:
            raise Broke(self.death())
        return message

    def death(self) -> str:
        """How the worker ended, in words; waits for it a moment."""
        self.lease.settimeout(5.0)
        try:
            told = self.lease.recv(ENDED.size)
        except OSError:
            return "the decoder ended"
        return _cause(ENDED.unpack(told)[0]) if len(told) == ENDED.size else "the decoder could not be started"

    def end(self) -> None:
        """Kill the worker and wait until the zygote has buried it."""
        with contextlib.suppress(OSError):
            self.lease.send(b"k")
            self.lease.settimeout(5.0)
            self.lease.recv(ENDED.size)
        self.line.close()
        self.lease.close()
        os.close(self.arena)


def _cause(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"the decoder ended with status {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    reasons: dict[int, str] = {signal.SIGSYS: ", a forbidden system call", signal.SIGSEGV: ", a memory fault"}
    why = reasons.get(number, "")
    return f"the decoder was killed by {signal.Signals(number).name}{why}"
