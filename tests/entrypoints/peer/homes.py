"""Servers on the loopback for other nodes, as operators run them."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from havre.entrypoints.command.serve import peers
from havre.settings import Settings
from tests import command_line
from tests.preloaded import begun_server


def port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def served_by_command(home: Settings, at: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The server for other nodes as it is installed, once it answers."""
    words = [command_line.HAVRE, "serve", "--entrypoint", "peer", "--port", str(at), "--workers", "1"]
    process = subprocess.Popen(
        [str(word) for word in words], env=command_line.environment(home), stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(at)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def serving(home: Settings, at: int) -> Iterator[BaseProcess]:
    """The same server, begun sooner: the head of a group of processes that has read its modules already."""
    begins = peers("127.0.0.1", at, 1)
    process = begun_server(begins[begins.index("gunicorn") :], command_line.environment(home))
    try:
        _wait_for(at)
        yield process
    finally:
        process.terminate()
        process.join(30)


def _wait_for(at: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", at), 1).close()
            break
        except OSError:
            time.sleep(0.05)
