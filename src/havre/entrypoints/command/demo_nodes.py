"""Three nodes of the ten-hour story on the loopback: a home, a process and a server for the others each."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from havre.entrypoints.command.demo_country import command, home_of
from havre.entrypoints.command.demo_served import environment_of
from havre.entrypoints.command.serve import LOOPBACK, PATIENCE, end_with, peers, platform
from havre.errors import Unavailable
from havre.settings import Settings

MOST_ROUNDS = 20
"""Times that all are asked to exchange until nothing waits any more."""

READY_WITHIN = 120.0
"""Seconds that a server is given to answer."""


@dataclass
class Country:
    """One node: the process that acts in it, and where it answers the others."""

    name: str
    process: "subprocess.Popen[str]"
    port: int

    def ask(self, act: str, **more: str) -> None:
        """Ask for something; `answer` waits for what comes of it."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"act": act, **more}) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise self._ended() from None

    def answer(self) -> Any:
        """What came of it. Raises Unavailable where it failed."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise self._ended()
        answer = json.loads(line)
        if "error" in answer:
            raise Unavailable(f"{self.name}: {answer['error']}")
        return answer["said"]

    def does(self, act: str, **more: str) -> Any:
        """Ask, and wait for what comes of it."""
        self.ask(act, **more)
        return self.answer()

    def _ended(self) -> Unavailable:
        return Unavailable(f"the node of {self.name} ended: what it printed above says why")


@contextmanager
def nodes(folder: Path, countries: list[str], environ: Mapping[str, str]) -> Iterator[dict[str, Country]]:
    """Nodes of these countries that know one another and answer; all of them end with this."""
    with ExitStack() as running:
        found = {each: running.enter_context(_begun(folder, each, environ)) for each in countries}
        introduce_all(found)
        ports = [country.port for country in found.values()]
        for country, port in zip(countries, ports, strict=True):
            home = Settings(home=home_of(folder, country))
            running.enter_context(_running(peers(LOOPBACK, port, 1), environment_of(environ, home)))
        for port in ports:
            _wait_for(port)
        yield found


@contextmanager
def lists_served(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """The server of this home for subscribers of its lists; its address. It ends with this."""
    port = _free_port()
    with _running(platform(port, 1), environment_of(environ, settings)):
        _wait_for(port)
        yield f"http://{LOOPBACK}:{port}"


def introduce_all(countries: Mapping[str, Country]) -> None:
    """Each hands its introduction over and reads its fingerprint aloud; the others accept it."""
    files = _all(countries, "introduce", {name: f"https://{LOOPBACK}:{each.port}" for name, each in countries.items()})
    read = {name: each.does("read aloud") for name, each in countries.items()}
    for one, other in permutations(countries, 2):
        countries[one].does("accept", introduction=files[other], fingerprint=read[other])


def pass_on(countries: Mapping[str, Country]) -> None:
    """Everybody exchanges until nobody has anything to tell. Raises Unavailable where that does not end."""
    for _ in range(MOST_ROUNDS):
        if not sum(country.does("tell others") for country in countries.values()):
            return
    raise Unavailable("the nodes did not come to an end of telling each other: see `havre network status`")


def _all(countries: Mapping[str, Country], act: str, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The same of all of them, at the same time."""
    for name, country in countries.items():
        country.ask(act, address=addresses[name])
    return {name: country.answer() for name, country in countries.items()}


@contextmanager
def _begun(folder: Path, name: str, environ: Mapping[str, str]) -> Iterator[Country]:
    environment = environment_of(environ, Settings(home=home_of(folder, name)))
    with _running(command(folder, name), environment, asked=True) as process:
        yield Country(name, process, _free_port())


@contextmanager
def _running(
    words: list[str], environment: Mapping[str, str], *, asked: bool = False
) -> Iterator["subprocess.Popen[str]"]:
    pipe = subprocess.PIPE if asked else subprocess.DEVNULL
    process = subprocess.Popen(
        words,
        env=dict(environment),
        stdin=pipe,
        stdout=pipe,
        text=True,
        preexec_fn=end_with(os.getpid()),
        process_group=0,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was still to be asked of a process that is gone
                    stream.close()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Unavailable("a server did not answer in time: what it printed above says why")
