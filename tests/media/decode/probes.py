"""What hostile code in a worker would try. Runs as a registered reader, inside the sandbox; and tries to get out."""

import ctypes
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO


def _in_a_thread() -> int:
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(7))
    thread.start()
    thread.join()
    return done[0]


def _executable_memory() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    place: int = libc.mmap(None, ctypes.c_size_t(4096), 7, 0x22, -1, ctypes.c_long(0))
    if place == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return place


def _fault() -> str:
    return str(ctypes.string_at(0))


TRIES: dict[str, Callable[[], Any]] = {
    "read a file": lambda: Path("/etc/passwd").read_text()[:5],
    "write a file": lambda: Path("/dev/shm/havre_probe").write_text("x"),
    "ask whether a file exists": lambda: Path("/etc/passwd").stat(),
    "list a folder": lambda: list(Path("/").iterdir()),
    "fork": os.fork,
    "kill the parent": lambda: os.kill(os.getppid() or 1, 0),
    "kill everybody": lambda: os.kill(-1, 0),
    "executable memory": _executable_memory,
    "memory": lambda: len(bytearray(3 << 30)),
    "a thread": _in_a_thread,
    "socket": socket.socket,
    "execve": lambda: os.execv("/bin/true", ["true"]),
    "unshare": lambda: ctypes.CDLL(None).unshare(0x10000000),
    "ptrace": lambda: ctypes.CDLL(None).ptrace(0, 0, 0, 0),
    "memory fault": _fault,
    "abort": os.abort,
    "sleep": lambda: time.sleep(60),
    "spin": lambda: [None for _ in iter(int, 1)],
    "user": os.getpid,
}


def run(source: BinaryIO, what: str = "", count: int = 0) -> Iterator[dict[str, Any]]:
    """Try one thing and tell what came of it; or give `count` records, or those of the file itself."""
    if count:
        yield from ({"number": number, "text": "x" * 1000} for number in range(count))
    elif what == "nonsense":
        signal.alarm(0)
        raise RuntimeError("\x1b[31mnonsense\n" * 100)
    elif what == "content":
        yield from ({"line": line.decode()} for line in source)
    else:
        try:
            yield {"done": str(TRIES[what]())[:100]}
        except OSError as problem:
            yield {"refused": problem.strerror}
