"""The real server of the public's pages, as an operator runs it, and what it wrote."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from havre.settings import Settings
from tests import command_line
from tests.web import free_port, wait_for


@dataclass(frozen=True, slots=True)
class Serving:
    """A server and where it writes."""

    port: int
    written: Path
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    def told(self) -> str:
        """What it wrote so far, to both streams."""
        return self.written.read_text("utf-8")


@contextmanager
def serving(home: Settings, folder: Path, workers: int = 1) -> Iterator[Serving]:
    """The server, once it answers."""
    port, written = free_port(), folder / "written"
    words = [command_line.HAVRE, "serve", "--entrypoint", "public", "--port", str(port), "--workers", str(workers)]
    with written.open("wb") as out:
        environment = command_line.environment(home)
        process = subprocess.Popen([str(word) for word in words], env=environment, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/static/public.css", process.poll)
        yield Serving(port, written, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
