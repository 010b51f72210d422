"""Nodes on the loopback: `python -m bench.exchange [MESSAGES...]`.

Three homes on SQLite, each with `havre serve --entrypoint peer` and `havre work --watch`, as operators run them.

`hit to alert`: a series is opened to the countries by its unit; seconds until a notice waits in the other country,
which holds the same media. `withdrawal`: the peers are down, the series of WITHDRAWN media is closed, the peers come
back; seconds from the first contact until each has withdrawn all of it and every receipt lies at the source. `caught
up`: so many messages wait for a peer that comes back, each one of its own; both sides' memory at each tenth of what is
sent, which is all of it, or about the first MOST where more wait. The peer is the least that could be done: each
message as JSON, sealed, signed, opened, verified in one process, and written into two SQLite databases, 32 in a
transaction.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.analysts import environment_of, used_by
from bench.intake import CHECKOUT
from bench.uploading import resident
from havre.settings import read_settings
from havre.start import start

COUNTRIES = ("BE", "IT", "FR")
PORT = 8130
MESSAGES = (20_000, 200_000)
MOST = 32_000
"""Messages that are sent of those that wait: what one exchange sends at most."""
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

    def forget(self) -> None:
        """What still waits shall not be sent."""
        from havre.network.models import Outgoing

        Outgoing.objects.filter(acknowledged_at=None, kind="word").delete()

    def send(self, most: int) -> dict[str, Any]:
        """Exchange until nothing waits, or about so many were taken; how many were."""
        from havre.flows.exchanging import exchange_once

        sent = 0
        while passed := sum(each.acknowledged for each in exchange_once(self.home, clock, everyone=True).values()):
            sent += passed
            if sent >= most or not _waits():
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


# ---- measurements ----


def measure(sizes: Sequence[int] = MESSAGES) -> Iterator[Line]:
    """One line for the alert, one for the withdrawal, one for each number of messages."""
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, nodes(Path(scratch)) as found:
        for each in found.values():
            each.up()
        for each in found.values():
            until(lambda each=each: each.count(IN_CONTACT) == len(COUNTRIES) - 1)  # type: ignore[misc]
        yield alerted(found)
        yield withdrawn(found)
        for each in found.values():
            each.down()
        for size in sizes:
            yield caught_up(found, size, plain(Path(scratch), min(size, 2_000)))


def alerted(found: Mapping[str, Node]) -> Line:
    """From the moment a source lets others know, until it waits for a unit of another node."""
    source, other = found["BE"], found["IT"]
    took = []
    for number in range(HITS):
        series = source.do("hold", first=1 + number * HELD, count=HELD)
        other.do("hold", first=1 + number * HELD, count=HELD)
        time.sleep(2.0)
        opened = source.done("open", series=series, countries=["IT", "FR"])["at"]
        took.append(until(lambda number=number: other.count(HEARD) > number) - opened)  # type: ignore[misc]
    return {
        "what": "hit to alert on another node",
        "size": HITS,
        "seconds": [round(each, 2) for each in took],
        "median": round(median(took), 2),
        "bar": ALERT_BAR,
        "ratio": round(ALERT_BAR / max(took), 2),
        "holds": max(took) < ALERT_BAR,
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }


def withdrawn(found: Mapping[str, Node]) -> Line:
    """From contact until nothing of a series is held elsewhere, and the source has every receipt."""
    source, others = found["BE"], [found["IT"], found["FR"]]
    series = source.do("hold", first=100_000, count=WITHDRAWN)
    things = source.do("open", series=series, countries=["IT", "FR"])
    live = "SELECT count(*) FROM exchange_shared WHERE node != '' AND withdrawn_at IS NULL AND body LIKE '%contact%'"
    before = [each.count(live) for each in others]
    for each, held in zip(others, before, strict=True):
        until(lambda each=each, held=held: each.count(live) >= held + things)  # type: ignore[misc]
    told = [each.count(live) for each in others]
    receipts = source.count("SELECT count(*) FROM network_receipt")
    for each in others:
        each.down()
    source.do("open", series=series, countries=[])
    time.sleep(5.0)
    contacts = source.count("SELECT count(*) FROM network_peer WHERE tries = 0")
    for each in others:
        each.up()
    contact = until(lambda: source.count("SELECT count(*) FROM network_peer WHERE tries = 0") > contacts)
    gone = until(lambda: all(each.count(live) <= held - things for each, held in zip(others, told, strict=True)))
    complete = until(lambda: source.count("SELECT count(*) FROM network_receipt") >= receipts + things * len(others))
    prints = sum(each.count("SELECT count(*) FROM exchange_sharedprint p JOIN exchange_shared s ON s.id = p.shared_id "
                            "WHERE s.withdrawn_at IS NOT NULL") for each in others)  # fmt: skip
    return {
        "what": f"withdrawal from {len(others)} peers that were away",
        "size": things,
        "gone_seconds": round(gone - contact, 2),
        "receipts_seconds": round(complete - contact, 2),
        "receipts": source.count("SELECT count(*) FROM network_receipt") - receipts,
        "prints_left": prints,
        "bar": WITHDRAWAL_BAR,
        "ratio": round(WITHDRAWAL_BAR / max(complete - contact, 0.01), 1),
        "holds": complete - contact < WITHDRAWAL_BAR and not prints,
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }


def caught_up(found: Mapping[str, Node], size: int, peer: float) -> Line:
    """So many messages, sent when the peer is there again."""
    source, other = found["BE"], found["IT"]
    source.do("write", to="IT", count=size)
    other.up(working=False)
    before = other.count("SELECT count(*) FROM network_word")
    time.sleep(10.0)
    memory = Memory(source.person.pid, other.running[0].pid)
    began = time.monotonic()
    both = (source.person.pid, other.running[0].pid)
    used = [used_by(each) for each in both]
    with memory.watched(lambda: other.count("SELECT count(*) FROM network_word") - before, min(size, MOST)):
        sent = source.do("send", most=MOST)["sent"]
    took = time.monotonic() - began
    used = [used_by(each) - then for each, then in zip(both, used, strict=True)]
    arrived = other.count("SELECT count(*) FROM network_word") - before
    waits = source.count("SELECT count(*) FROM network_outgoing WHERE acknowledged_at IS NULL AND kind = 'word'")
    other.down()
    source.do("forget")
    return {
        "what": "messages that waited, caught up",
        "size": size,
        "ours": round(took / arrived, 6),
        "peer": round(peer, 6),
        "ratio": round(peer * arrived / took, 3),
        "identical": arrived + waits == size,
        "messages_a_second": round(arrived / took, 1),
        "sent": sent,
        "waits": waits,
        "processor_ms_a_message": [round(1000 * each / arrived, 2) for each in used],
        "seconds": round(took, 1),
        **memory.told(),
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }


@dataclass
class Memory:
    """What two processes hold while messages pass, at the end of each tenth of them."""

    sender: int
    receiver: int
    seen: list[tuple[int, int]] = field(default_factory=list)

    @contextmanager
    def watched(self, arrived: Callable[[], int], size: int) -> Iterator[None]:
        """Look now and then meanwhile."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.5):
                with suppress(sqlite3.OperationalError):
                    if arrived() * 10 >= size * (len(self.seen) + 1):
                        self.seen.append((resident(self.sender), resident(self.receiver)))

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def told(self) -> Line:
        """MB of each at each tenth."""
        return {
            "sender_mb": [round(sender / 1e6) for sender, _ in self.seen],
            "receiver_mb": [round(receiver / 1e6) for _, receiver in self.seen],
        }


def plain(folder: Path, count: int) -> float:
    """Seconds a message where nothing is done but what must be."""
    key, seal = Ed25519PrivateKey.generate(), AESGCM(AESGCM.generate_key(256))
    lines = [sqlite3.connect(folder / f"plain-{name}") for name in ("sent", "received")]
    for line in lines:
        line.execute("PRAGMA journal_mode = WAL")
        line.execute("CREATE TABLE IF NOT EXISTS message (number INTEGER PRIMARY KEY, text TEXT)")
        line.execute("DELETE FROM message")
    began = time.monotonic()
    for begin in range(0, count, BATCH):
        for number in range(begin, min(begin + BATCH, count)):
            body = json.dumps({"number": number, "text": text()}).encode()
            nonce = number.to_bytes(12, "big")
            sealed = seal.encrypt(nonce, body, b"")
            signature = key.sign(sealed)
            key.public_key().verify(signature, sealed)
            told = json.loads(seal.decrypt(nonce, sealed, b""))
            for line in lines:
                line.execute("INSERT INTO message VALUES (?, ?)", (told["number"], told["text"]))
        for line in lines:
            line.commit()
    took = time.monotonic() - began
    for line in lines:
        line.close()
    return took / count


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--people", country]:
            people(country)
        case words:
            for line in measure([int(word) for word in words] or MESSAGES):
                print(json.dumps(line), flush=True)
