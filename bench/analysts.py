"""20 analysts at once: `python -m bench.analysts [MEDIA [SECONDS]]`.

PostgreSQL with its usual durability, a home with MEDIA media (100,000) and `havre serve` with two processes
share two cores with the analysts, who run as threads of this one process and ask again as soon as they are
answered: no real analyst does. Of 100 requests some 70 list and search, 20 open something, 10 write.
`server_cores` is what the server, what works behind it and the database used, `client_cores` what the analysts did.
The peer is a plain Django page (`bench.plain_pages`) under the same twenty, plain gunicorn and the same PostgreSQL,
before and after; `ratio` is how many requests are answered for each of its own, of both times together. `loop_ms` is
what a loop of Python takes alone, and two at once, before and after. A machine of which the two "cores" are threads of
one takes more for two; one that has neighbours takes more at some times than at others.
"""

import http.client
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import threading
from base64 import urlsafe_b64encode
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, process_time, sleep
from typing import Any
from urllib.parse import urlencode

from bench import plain_pages
from bench.analysts_home import AGENT
from bench.intake import CHECKOUT, few_cores
from bench.postgres import Server, server
from havre.sealing.ticket import TICKET_BYTES

MEDIA = 100_000
SECONDS = 300.0
WARM = 10.0
"""Seconds before anything is counted: processes that have just started read their templates."""

PEER_SECONDS = 20.0
PORT = 8123
CORES = 2
KEPT = 10
"""Acts for which an analyst keeps a connection, more or less: the server ends one on which nothing is asked for two
seconds, so somebody who reads what they were shown opens another. Held for five minutes, it waits for one process."""

POSTGRES = ("max_connections=60", "shared_buffers=256MB")
"""Everything else as PostgreSQL comes: each commit waits for the disk."""

MIX: Mapping[str, int] = {
    "triage": 12,
    "triage on": 13,
    "desk": 10,
    "series list": 8,
    "search text": 6,
    "search digest": 6,
    "intakes": 8,
    "intake": 7,
    "media": 9,
    "series": 5,
    "compare": 3,
    "look": 3,
    "judge": 3,
    "comment": 1,
}
"""How often each is done; a look is three requests: sealed, reveal, veil."""

WORDS = ("DSC_0012", "NIKON D30", "2025-07-0", "6000017", "drive-3/DCIM/01")
RATE, P95 = 150.0, 0.300
"""The bar: requests a second, and seconds within which 95 of 100 are answered."""

LOOP = """
from time import perf_counter
took = []
for _ in range(5):
    began, total = perf_counter(), 0
    for number in range(3_000_000):
        total += number * number
    took.append(perf_counter() - began)
print(sorted(took)[2])
"""

HEAD = struct.Struct(">QI")
NEXT = re.compile(rb'/triage\?tab=new&(?:amp;)?after=([^"&]+)')

Line = dict[str, object]


@dataclass
class Analyst:
    """One signed-in person at one connection, who asks, waits for the answer, and asks again."""

    port: int
    number: int
    plan: Mapping[str, Any]
    until: float
    counted_from: float
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    after: str = ""
    """Where the next page of triage begins."""

    def __post_init__(self) -> None:
        me = self.plan["people"][self.number]
        self.chance = random.Random(self.number)
        self.stacks = iter(self.plan["stacks"][self.number :: len(self.plan["people"])])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.headers = {
            "Host": f"localhost:{self.port}",
            "User-Agent": AGENT,
            "Cookie": f"havre={me['session']}; csrftoken={me['csrf']}",
            "X-CSRFToken": me["csrf"],
            "Accept-Language": "en",
        }

    def work(self) -> None:
        """Until the time is over."""
        acts, weights = list(MIX), list(MIX.values())
        while monotonic() < self.until:
            self.do(self.chance.choices(acts, weights)[0])
            if not self.chance.randrange(KEPT):
                self.connection.close()  # the next request opens one
        self.connection.close()

    def do(self, act: str) -> None:
        """One act of the mix."""
        pick, plan = self.chance.choice, self.plan
        match act:
            case "triage":
                self._triage(act, "/triage")
            case "triage on":
                self._triage(act, f"/triage?tab=new&after={self.after}" if self.after else "/triage")
            case "desk" | "intakes":
                self.ask(act, f"/{act}")
            case "series list":
                self.ask(act, pick(("/series", "/series?before=150", "/series?which=proposed")))
            case "search text":
                self.ask(act, f"/search?{urlencode({'q': pick(WORDS)})}")
            case "search digest":
                self.ask(act, f"/search?q={pick(plan['digests'])}")
            case "intake":
                self.ask(act, f"/intakes/{pick(plan['intakes'])}")
            case "media":
                self.ask(act, f"/media/{pick(plan['media'])}")
            case "series":
                self.ask(act, f"/series/{pick(plan['series'])}")
            case "compare":
                self.ask(act, "/media/{}/compare/{}".format(*pick(plan["pairs"])))
            case "look":
                self._look(pick(plan["media"]))
            case "judge":
                self._judge()
            case _:
                self.ask(act, f"/series/{pick(plan['series'])}/comment", {"text": "Tiles as in another garden."})

    def _triage(self, act: str, address: str) -> None:
        body = self.ask(act, address, htmx="after" in address)
        found = NEXT.search(body)
        self.after = found[1].decode() if found else ""

    def _look(self, medium: int) -> None:
        body = self.ask("sealed", f"/sealed?media={medium}")
        if len(body) > HEAD.size:
            ticket = urlsafe_b64encode(body[HEAD.size : HEAD.size + TICKET_BYTES]).decode().rstrip("=")
            hold = f"{self.number}-{self.chance.randrange(1 << 40)}"
            self.ask("reveal", f"/media/{medium}/reveal", {"ticket": ticket, "hold": hold})
            self.ask("veil", f"/media/{medium}/veil", {"hold": hold})

    def _judge(self) -> None:
        stack, once = next(self.stacks, None), f"{self.number}-{self.chance.randrange(1 << 40)}"
        if stack is not None:
            said = {"stack": stack, "label": "5", "once": once}
            self.ask("judge", "/triage/judge", said)

    def ask(self, kind: str, address: str, sent: Mapping[str, object] | None = None, *, htmx: bool = False) -> bytes:
        """The answer, whose time is kept; what is no answer is counted."""
        headers = self.headers | ({"HX-Request": "true"} if htmx else {})
        if kind in ("judge", "reveal", "veil"):
            headers["Accept"] = "application/json"
        body = None if sent is None else urlencode(sent)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        status, answer = self._answer("GET" if body is None else "POST", address, body, headers)
        if monotonic() >= self.counted_from:
            self.took[kind].append(perf_counter() - began)
            if status != (302 if kind == "comment" else 200):
                self.wrong[f"{kind}: {status}"] += 1
        return answer if status == 200 else b""

    def _answer(
        self, method: str, address: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int | str, bytes]:
        try:
            self.connection.request(method, address, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
            signed_out = answer.status == 302 and "next=" in answer.headers.get("Location", "")
            return "signed out" if signed_out else answer.status, content
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return type(error).__name__, b""


# ---- server ----


def measure(sizes: Sequence[int] = (MEDIA,), seconds: float = SECONDS, warm: float = WARM) -> Iterator[Line]:
    """One line for each number of media."""
    for media in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch,
            few_cores(CORES),
            server(settings=POSTGRES) as db,
        ):
            db.make("havre")
            environment = environment_of(Path(scratch, "home"), db.address("havre"))
            plan = filled(environment, media)
            before, peers = speed(), [plain(db, "before", len(plan["people"]))]
            line = measured(environment, plan, db.pid, seconds, warm)
            peers.append(plain(db, "after", len(plan["people"])))
            theirs = sum(float(str(each["requests_a_second"])) for each in peers) / len(peers)
            ratio = round(float(str(line["requests_a_second"])) / theirs, 2) if theirs else None
            yield (
                {"size": media}
                | line
                | {
                    "peers": peers,
                    "ratio": ratio,
                    "loop_ms": {"before": before, "after": speed()},
                }
            )


def plain(db: Server, when: str, people: int) -> Line:
    """What so many people get of the plain page on the same machine, at the same database server."""
    db.make(name := f"plain_{when}")
    return plain_pages.measured(db.address(name), people, PEER_SECONDS, WARM / 2, PORT + 1)


def environment_of(home: Path, database: str) -> dict[str, str]:
    """In which everything of one home runs."""
    return {**os.environ, "HAVRE_HOME": str(home), "HAVRE_DATABASE": database}


def filled(environment: Mapping[str, str], media: int) -> dict[str, Any]:
    """Fill a home, in a process of its own; what its analysts need."""
    call = [sys.executable, "-m", "bench.analysts_home", str(media)]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True)
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def measured(
    environment: Mapping[str, str], plan: Mapping[str, Any], database: int, seconds: float, warm: float
) -> Line:
    """Serve a filled home and let its analysts work; what came of it."""
    with serving(environment, PORT) as served:
        begin = monotonic() + warm
        analysts = [Analyst(PORT, n, plan, begin + seconds, begin) for n in range(len(plan["people"]))]
        threads = [threading.Thread(target=each.work) for each in analysts]
        for thread in threads:
            thread.start()
        sleep(max(0.0, begin - monotonic()))
        before, own = [used_by(served), used_by(database)], process_time()
        for thread in threads:
            thread.join()
        after, spent = [used_by(served), used_by(database)], monotonic() - begin
        client = process_time() - own
    cores = [(now - then) / spent for then, now in zip(before, after, strict=True)]
    return told(analysts, spent) | {
        "server_cores": round(cores[0], 2),
        "database_cores": round(cores[1], 2),
        "client_cores": round(client / spent, 2),
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }


@contextmanager
def serving(environment: Mapping[str, str], port: int) -> Iterator[int]:
    """`havre serve` of a home; its process."""
    run = [sys.executable, "-c", "from havre.entrypoints.command.main import run; run()"]
    process = subprocess.Popen([*run, "serve", "--port", str(port)], env=dict(environment), stdout=subprocess.PIPE)
    try:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("havre serve did not start: what it printed says why")
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def used_by(process: int) -> float:
    """Seconds of processor time of a process and all its children, also of those that have ended."""
    ticks, children = {}, defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(stat.parent.name)
        children[int(fields[1])].append(number)
        ticks[number] = sum(int(each) for each in fields[11:15])
    waiting, total = [process], 0
    while waiting:
        each = waiting.pop()
        total += ticks.get(each, 0)
        waiting += children[each]
    return total / os.sysconf("SC_CLK_TCK")


def speed() -> dict[str, list[int]]:
    """Milliseconds of the same loop in one process, and in each of two at once."""
    return {"alone": _looped(1), "both": _looped(CORES)}


def _looped(processes: int) -> list[int]:
    begun = [
        subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    return [round(1000 * float(each.communicate()[0])) for each in begun]


# ---- what came of it ----


def told(analysts: Sequence[Analyst], seconds: float) -> Line:
    """Figures of all requests, and by kind."""
    took: dict[str, list[float]] = defaultdict(list)
    wrong: Counter[str] = Counter()
    for each in analysts:
        wrong += each.wrong
        for kind, times in each.took.items():
            took[kind] += times
    everything = sorted(time for times in took.values() for time in times)
    rate, errors = len(everything) / seconds, wrong.total()
    return {
        "what": f"{len(analysts)} analysts",
        "requests_a_second": round(rate, 1),
        **milliseconds(everything),
        "errors": errors,
        "wrong": dict(wrong),
        "holds": rate >= RATE and share(everything, 0.95) <= P95 and not errors,
        "seconds": round(seconds, 1),
        "kinds": {kind: {"count": len(times), **milliseconds(sorted(times))} for kind, times in sorted(took.items())},
    }


def milliseconds(times: Sequence[float]) -> dict[str, float]:
    """Half, 95 and 99 of 100 sorted times are no longer."""
    return {f"p{part}": round(1000 * share(times, part / 100), 1) for part in (50, 95, 99)}


def share(times: Sequence[float], part: float) -> float:
    """The time that this part of the sorted times does not exceed; 0 of none."""
    return times[min(len(times) - 1, int(part * len(times)))] if times else 0.0


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    for line in measure([int(given[0]) if given else MEDIA], given[1] if len(given) > 1 else SECONDS):
        print(json.dumps(line))
