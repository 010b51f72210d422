"""Homes on the loopback that speak with one another as operators run them: real commands, real servers."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from havre.sealing.peer import fingerprint, read_introduction
from havre.settings import Settings
from tests import command_line


@dataclass(frozen=True)
class House:
    """A home, its port and its introduction."""

    country: str
    settings: Settings
    port: int
    file: Path

    @property
    def node(self) -> str:
        """What others call it."""
        return read_introduction(self.file.read_text()).node


def port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def havre(home: Settings, *words: object) -> Any:
    """What a command answers as JSON."""
    done = command_line.run(*words, "--json", settings=home)
    assert done.exit == 0, done.stderr
    return done.json


def house(folder: Path, country: str, *more: object) -> House:
    """A home that introduced itself."""
    made = House(country, Settings(home=folder / country), port(), folder / f"{country}.intro")
    havre(made.settings, "init", "--country", country, "--unit", f"Unit {country}", "--person", "anke")
    havre(made.settings, "peer", "introduce", made.file, "--address", f"https://127.0.0.1:{made.port}", *more)
    return made


def accept(here: House, other: House) -> None:
    """What is read aloud is the fingerprint of the file."""
    told = havre(here.settings, "peer", "accept", other.file, "--fingerprint", fingerprint(other.node))
    assert told["state"] == "accepted"


@contextmanager
def serving(here: House) -> Iterator["subprocess.Popen[bytes]"]:
    """The server for other nodes, once it answers."""
    words = [command_line.HAVRE, "serve", "--entrypoint", "peer", "--port", here.port, "--workers", "1"]
    environment = command_line.environment(here.settings)
    process = subprocess.Popen([str(word) for word in words], env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", here.port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def words(here: House, of: str) -> list[str]:
    """What another node told those who run this home."""
    peers = havre(here.settings, "network", "status")["peers"]
    return [word["text"] for peer in peers if peer["name"] == of for word in peer["words"]]
