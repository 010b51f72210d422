"""Nodes on the loopback: `python -m bench.exchange [MESSAGES...]`.

Three homes on SQLite, each with `havre serve --entrypoint peer` and `havre work --watch`, as operators run them.

`hit to alert`: a series is opened to the countries by its unit; seconds until a notice waits in the other country,
which holds the same media. `withdrawal`: the peers are down, the series of WITHDRAWN media is closed, the peers come
back; seconds from the first contact until each has withdrawn all of it and every receipt lies at the source. `caught
up`: so many messages wait for a peer that comes back, each one of its own; both sides' memory at each tenth of them.
The peer is the least that could be done: each message as JSON, sealed, signed, opened, verified in one process, and
written into two SQLite databases, 32 in a transaction.
"""

import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.analysts import used_by
from bench.exchange_nodes import (
    ALERT_BAR,
    BATCH,
    COUNTRIES,
    HEARD,
    HELD,
    HITS,
    IN_CONTACT,
    MESSAGES,
    WITHDRAWAL_BAR,
    WITHDRAWN,
    Line,
    Node,
    nodes,
    people,
    text,
    until,
)
from bench.uploading import resident

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
    live = "SELECT count(*) FROM exchange_shared WHERE node != '' AND withdrawn_at IS NULL AND length(sealed) > 0"
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
    with memory.watched(lambda: other.count("SELECT count(*) FROM network_word") - before, size):
        sent = source.do("send")["sent"]
    took = time.monotonic() - began
    used = [used_by(each) - then for each, then in zip(both, used, strict=True)]
    arrived = other.count("SELECT count(*) FROM network_word") - before
    waits = source.count("SELECT count(*) FROM network_outgoing WHERE acknowledged_at IS NULL AND kind = 'word'")
    other.down()
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
            while not over.wait(max(0.5, size / 100_000)):
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
