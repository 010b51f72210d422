"""The web server behind the analyst's pages with an application of the tests in their place, and what is said to it."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from havre.entrypoints.command.serve import pages
from tests import command_line
from tests.checkout import ROOT
from tests.web import free_port, wait_for

TOLD = "tests.entrypoints.command.handed:told"
SECRET = "postgresql://havre:not-for-pages@db.example/havre"


@dataclass(frozen=True, slots=True)
class Serving:
    """A server, and where it writes."""

    port: int
    process: "subprocess.Popen[bytes]"
    written: Path

    def line(self, said: bytes = b"") -> socket.socket:
        """A line on which so much was said."""
        opened = socket.create_connection(("127.0.0.1", self.port), 20)
        opened.sendall(said)
        return opened

    def answers(self, said: bytes) -> bytes:
        """Everything that is answered until the server ends the line."""
        with self.line(said) as line:
            return heard(line)

    def told(self, path: str, *headers: str, method: str = "GET") -> Any:
        """What is told of a request that is as it should be."""
        return told(self.answers(request(path, *headers, method=method)))

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def pids(self) -> set[int]:
        """Their numbers."""
        return {each.pid for each in self.workers()}


def heard(line: socket.socket) -> bytes:
    """Everything until the other side ends the line."""
    found = b""
    try:
        while piece := line.recv(65536):
            found += piece
    except ConnectionResetError:  # it was ended while more was being sent
        pass
    return found


def request(path: str, *headers: str, method: str = "GET") -> bytes:
    """One that asks for the line to be ended."""
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode("latin-1")


def told(answer: bytes) -> Any:
    """What an answer that succeeded tells."""
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def by(happened: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def served(folder: Path, workers: int = 1) -> Iterator[Serving]:
    """The server as `havre serve` starts it, with the application that tells in place of the pages."""
    port, written = free_port(), folder / "written"
    environment = command_line.environment(None, HAVRE_DATABASE=SECRET, HTTP_X_FORWARDED_FOR="192.0.2.1")
    with written.open("wb") as out:
        words = [*pages(port, workers)[:-1], TOLD]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=out, process_group=0)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process.poll)
        yield Serving(port, process, written)
    finally:
        process.terminate()
        process.wait(30)
        with suppress(ProcessLookupError):  # where a test found some left
            os.killpg(process.pid, signal.SIGKILL)


def posted(*headers: str, body: str = "", target: str = "/body", version: str = "HTTP/1.1") -> bytes:
    """A request with a body, as it stands."""
    return "\r\n".join((f"POST {target} {version}", "Host: localhost", *headers, "", body)).encode("latin-1")


def unread(*headers: str, target: str = "/body") -> bytes:
    """The head of a request with a body that does not follow."""
    return posted("Connection: close", *headers, target=target)
