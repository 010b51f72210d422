"""The pages in tests: Django's client for what is answered, a served home and a real Chromium for what is seen.

`visiting(node, person)` answers in this process; `served(settings)` starts the real server on the loopback;
`chromium` in conftest is Debian's browser.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.test import Client

from havre.settings import Settings

if TYPE_CHECKING:  # the fixtures are read before Django is configured
    from havre.units.models import Person
    from tests.cast import Node

BROWSER = "/usr/bin/chromium"
"""Debian's; missing means that the suite fails."""

STARTING_SECONDS = 60


def visiting(node: "Node", person: "Person | None", *, htmx: bool = False) -> Client:
    """A browser of Django's, signed in as this person; nobody where None."""
    from havre.entrypoints.analyst.node import serve

    serve(node.home)
    client = Client(headers={"HX-Request": "true"} if htmx else None)
    if person is not None:
        client.force_login(person)
    return client


@dataclass
class Running:
    """A real server of a home."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    def kill(self) -> None:
        """End it and everything of it at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@contextmanager
def server_of(settings: Settings) -> Iterator[Running]:
    """A real server of this home, on a free port of the loopback."""
    port = free_port()
    environment = {**os.environ, "HAVRE_HOME": str(settings.home), "HAVRE_DATABASE": settings.database}
    environment["HAVRE_SOURCES"] = ":".join(map(str, settings.sources))
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    command += ["--worker-class", "gthread", "--no-control-socket", "--log-level", "warning"]
    command += ["havre.entrypoints.analyst.main:named()"]
    running = Running(port, subprocess.Popen(command, env=environment, process_group=0))
    try:
        wait_for(running.address, running.process)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(20)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a real server of this home."""
    with server_of(settings) as running:
        yield running.address


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(
    address: str, process: "subprocess.Popen[bytes] | subprocess.Popen[str]", seconds: float = STARTING_SECONDS
) -> None:
    """Return once the server answers; fails where it ended or never does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server at {address} did not start")


def browser_path() -> str:
    """Where the browser is; fails where it is not installed."""
    assert Path(BROWSER).exists(), "Chromium is missing: apt-get install chromium"
    return BROWSER
