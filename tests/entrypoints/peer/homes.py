"""Servers on the loopback for other nodes, as operators run them."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from havre.settings import Settings
from tests import command_line


def port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def serving(home: Settings, at: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The server for other nodes, once it answers."""
    words = [command_line.HAVRE, "serve", "--entrypoint", "peer", "--port", str(at), "--workers", "1"]
    process = subprocess.Popen(
        [str(word) for word in words], env=command_line.environment(home), stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", at), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
