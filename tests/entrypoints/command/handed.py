"""What the web server of the analyst's pages hands over, told by an application that answers with it."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]

PIECE = 64 * 1024
_of_thread = threading.local()


class Piecemeal:
    """An answer in pieces that leaves a file where it was closed, as one that holds a transaction would end it."""

    def __init__(self, pieces: Iterator[bytes], mark: Path) -> None:
        self._pieces, self._mark = pieces, mark

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """What a server promises to call, however the answer ends."""
        self._mark.touch()


def told(environ: Environ, start: Start) -> Iterable[bytes]:
    """What the web server calls."""
    asked = environ["QUERY_STRING"]
    match environ["PATH_INFO"]:
        case "/pieces":
            start("200 OK", [("Content-Type", "text/plain")])
            return Piecemeal(_until(Path(f"{asked}.go")), Path(f"{asked}.closed"))
        case "/endless":
            start("200 OK", [("Content-Type", "text/plain")])
            return Piecemeal(iter(lambda: b"x" * PIECE, b""), Path(f"{asked}.closed"))
        case "/breaks":
            start("200 OK", [("Content-Type", "text/plain")])
            return Piecemeal(_broken(), Path(f"{asked}.closed"))
        case "/fails":
            raise RuntimeError("nobody may read this")
        case "/waits":
            Path(f"{asked}.begun").touch()
            _wait_for(Path(f"{asked}.go"))
            answer: object = "waited"
        case "/body":
            answer = _read(environ)
        case "/input":
            answer = _as_asked(environ["wsgi.input"], asked)
        case "/thread":
            answer = _thread()
        case "/says":
            environ["wsgi.errors"].write("a page says this\n")
            environ["wsgi.errors"].flush()
            answer = "said"
        case _:
            answer = {name: value for name, value in environ.items() if isinstance(value, str | bool)}
    body = json.dumps(answer).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _wait_for(file: Path) -> None:
    until = time.monotonic() + 30
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.01)


def _until(go: Path) -> Iterator[bytes]:
    yield b"first"
    _wait_for(go)
    yield b"last"


def _broken() -> Iterator[bytes]:
    yield b"first"
    time.sleep(0.2)  # so that it is on its way
    raise RuntimeError("nobody may read this")


def _read(environ: Environ) -> dict[str, Any]:
    digest, length = hashlib.sha256(), 0
    while piece := environ["wsgi.input"].read(PIECE):
        digest.update(piece)
        length += len(piece)
    most = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    length_said = environ.get("CONTENT_LENGTH")
    return {"length": length, "sha256": digest.hexdigest(), "most KiB": int(most), "said": length_said}


def _as_asked(body: Any, asked: str) -> list[Any]:
    """Each of `read:5,readline,lines` as text."""
    found: list[Any] = []
    for name, _, size in (each.partition(":") for each in asked.split(",")):
        if name == "lines":
            found.append([line.decode() for line in body])
        else:
            found.append(getattr(body, name)(*([int(size)] if size else [])).decode())
    return found


def _thread() -> dict[str, Any]:
    _of_thread.asked = getattr(_of_thread, "asked", 0) + 1
    return {
        "process": os.getpid(),
        "thread": threading.get_native_id(),
        "main": threading.current_thread() is threading.main_thread(),
        "asked": _of_thread.asked,
    }
