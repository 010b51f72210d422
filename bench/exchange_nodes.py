"""The nodes of `bench.exchange`: three homes as operators run them, and a process for the people of each."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bench.analysts import environment_of
from bench.intake import CHECKOUT
from havre.settings import read_settings
from havre.start import start

COUNTRIES = ("BE", "IT", "FR")
PORT = 8130
MESSAGES = (2_000, 20_000)
HITS = 5
HELD = 3
"""Media of each series that two countries hold."""
WITHDRAWN = 500
BATCH = 32
ALERT_BAR, WITHDRAWAL_BAR = 5.0, 60.0
PATIENCE = 300.0
"""Seconds after which what should come is said not to have come."""

IN_CONTACT = "SELECT count(*) FROM network_peer WHERE contact_at IS NOT NULL AND tries = 0 AND trouble = ''"

HEARD = "SELECT count(*) FROM exchange_notice WHERE about = 'held'"

RUN = [sys.executable, "-c", "from havre.entrypoints.command.main import run; run()"]
Line = dict[str, object]


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


# ---- what people do, in a process for each home ----


def people(country: str) -> None:
    """Do what each line on standard input says; answer each with a line."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.flows.begin import begin_node
    from havre.flows.home import Home
    from havre.units.acting import Acting

    acting = Acting(begin_node(settings, country, f"Unit {country}", "anke", clock, "a bench"), clock, "a bench")
    at_work = AtWork(Home(settings), acting)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(at_work, asked.pop("do"))(**asked)
        print(json.dumps({"at": time.time(), "answer": answer}), flush=True)


@dataclass
class AtWork:
    """Whoever works at one node."""

    home: Any
    acting: Any

    def introduce(self, address: str) -> str:
        """The introduction of this node."""
        from havre.flows.introduce import introduce

        return introduce(self.home, self.acting, f"Node {self.acting.unit.country}", (address,))

    def meet(self, files: Sequence[str]) -> None:
        """Accept these nodes."""
        from havre.flows.introduce import get_to_know
        from havre.sealing.peer import fingerprint, read_introduction

        for file in files:
            get_to_know(self.home, self.acting, file, fingerprint(read_introduction(file).node))

    def hold(self, first: int, count: int) -> str:
        """A confirmed series of so many media that are the same everywhere; its reference."""
        from havre.media.models import Medium
        from havre.series.models import Member, Series, Status

        unit = self.acting.unit
        number = Series.objects.filter(unit=unit).count() + 1
        series = Series.objects.create(unit=unit, number=number, created_at=clock(), name="Green chair",
                                       status=Status.CONFIRMED)  # fmt: skip
        for at in range(first, first + count):
            digest = at.to_bytes(32, "big")
            medium = Medium.objects.create(
                unit=unit, sha256=digest, sha1=digest[12:], md5=digest[16:], bytes=1, kind="jpeg", family="image",
                width=400, height=300, held_since=clock(),
            )  # fmt: skip
            Member.objects.create(series=series, medium=medium, confirmed=True)
        return str(series.reference)

    def open(self, series: str, countries: Sequence[str]) -> int:
        """Let these countries see a series, or nobody; how much of it is on the board or withdrawn from there."""
        from havre.flows.restrict import restrict
        from havre.restrictions.model import CLOSED, Level, Restriction

        said = Restriction(Level.OPEN, countries=frozenset(countries)) if countries else CLOSED
        done = restrict(self.home, self.acting, "series", series, said)
        return len(done.changed.put) + len(done.changed.withdrawn)

    def write(self, to: str, count: int) -> None:
        """So many messages to one peer, as 30 days leave them."""
        from havre.network.models import Outgoing, Peer

        peer = Peer.objects.get(name=f"Node {to}")
        for begin in range(0, count, 1_000):
            some = range(begin, min(begin + 1_000, count))
            Outgoing.objects.bulk_create(
                Outgoing(peer=peer, kind="word", body={"text": f"{n}: {text()}"}, made_at=clock()) for n in some
            )

    def send(self) -> dict[str, Any]:
        """Exchange until nothing waits; how many were taken."""
        from havre.flows.exchanging import exchange_once

        sent = 0
        while passed := sum(each.acknowledged for each in exchange_once(self.home, clock, everyone=True).values()):
            sent += passed
            if not _waits():
                break
        return {"sent": sent}


def _waits() -> bool:
    from havre.network.models import Outgoing

    return Outgoing.objects.filter(acknowledged_at=None, kind="word").exists()


def text() -> str:
    """What a message says."""
    return "The tiles are those of the second garden; please look at the left edge. " * 4


# ---- nodes ----


@dataclass
class Node:
    """One home, with the people at it and what runs for it."""

    country: str
    environment: Mapping[str, str]
    port: int
    at: Path
    person: "subprocess.Popen[str]"
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def do(self, what: str, **words: object) -> Any:
        """Have it done by the people there; the answer."""
        return self.done(what, **words)["answer"]

    def done(self, what: str, **words: object) -> dict[str, Any]:
        """The answer, and the moment."""
        _pipe(self.person.stdin).write(json.dumps({"do": what, **words}) + "\n")
        _pipe(self.person.stdin).flush()
        said: dict[str, Any] = json.loads(_pipe(self.person.stdout).readline())
        return said

    def up(self, *, working: bool = True) -> None:
        """Serve other nodes, and exchange in the background."""
        words = [["serve", "--entrypoint", "peer", "--port", str(self.port), "--workers", "1"]]
        words += [["work", "--watch", "--workers", "1"]] if working else []
        self.running = [
            subprocess.Popen([*RUN, *each], env=dict(self.environment), stdout=subprocess.DEVNULL) for each in words
        ]

    def down(self) -> None:
        """Nothing of it answers or asks any more."""
        for each in self.running:
            each.terminate()
        for each in self.running:
            each.wait(60)
        self.running = []

    def count(self, question: str) -> int:
        """What its database counts."""
        with sqlite3.connect(f"file:{self.at}/havre.sqlite3?mode=ro", uri=True, timeout=30) as line:
            return int(line.execute(question).fetchone()[0])


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("nobody listens")
    return pipe


@contextmanager
def nodes(folder: Path) -> Iterator[dict[str, Node]]:
    """All homes, introduced to one another."""
    with ExitStack() as stack:
        found = {}
        for number, country in enumerate(COUNTRIES):
            environment = environment_of(folder / country, "")
            call = [sys.executable, "-m", "bench.exchange", "--people", country]
            person = stack.enter_context(
                subprocess.Popen(call, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)
            )  # fmt: skip
            found[country] = Node(country, environment, PORT + number, folder / country, person)
            stack.callback(_pipe(person.stdin).close)
            stack.callback(found[country].down)
        files = {
            each.country: each.do("introduce", address=f"https://127.0.0.1:{each.port}") for each in found.values()
        }
        for each in found.values():
            each.do("meet", files=[file for country, file in files.items() if country != each.country])
        yield found


def until(true: Callable[[], bool]) -> float:
    """The moment when it is true."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with suppress(sqlite3.OperationalError):
            if true():
                return time.time()
        time.sleep(0.05)
    raise RuntimeError("it did not come")
