"""Reports from the public in a burst: `python -m bench.reports [REPORTS...]` or `havre bench reports`.

A home on SQLite, `havre serve --entrypoint public` with two workers, and sixteen reporters who each open the form, read
what it carries, and send it: as fast as answers come, while a process takes in what came; all on the same cores. A
fifth of the addresses are new, the rest were reported before, written in other ways. Then the rest is taken in, and
everything is counted: no report is lost, every code on a receipt opens what is under it, every address is one page.

The bar is the design's: 1,000 reports a minute for ten minutes. The ratio is to that rate.
"""

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

REPORTS = (10_000,)
BAR = 1_000
"""Reports a minute."""

REPORTERS = 16
WORKERS = 2
NEW = 5
"""One report in so many names a page that nobody reported before."""

HAVRE = Path(sysconfig.get_path("scripts")) / "havre"
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
CODE = re.compile(r"<output>(.*?)</output>", re.DOTALL)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WAYS = ("https://{host}/p/{page}", "HTTPS://{host}:443/p/{page}#top", "hxxps://{host}/p/./{page}")
"""The same page as different people write it."""

Line = dict[str, Any]


@dataclass
class Sent:
    """What came back to the reporters."""

    codes: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    """Seconds from sending a form to its receipt."""
    wrong: list[str] = field(default_factory=list)


def measure(sizes: Sequence[int] = REPORTS) -> Iterator[Line]:
    """One line for each number of reports."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch:
            yield burst(Path(scratch), size)


def burst(scratch: Path, size: int) -> Line:
    """So many reports, as fast as they are taken."""
    home = scratch / "home"
    environment = {"PATH": os.environ["PATH"], "HAVRE_HOME": str(home)}
    _run([str(HAVRE), "init", "--country", "BE", "--unit", "Line", "--person", "anke"], environment)
    _run([sys.executable, "-m", "bench.reports", "--open"], environment)
    with serving(environment) as port, taking_beside(environment):
        began = time.monotonic()
        sent = all_sent(port, size)
        seconds = time.monotonic() - began
        followed = sum(opens(port, code) for code in sent.codes[:: max(1, size // 200)])
    (scratch / "codes").write_text(json.dumps(sent.codes))
    began = time.monotonic()
    found = json.loads(_run([sys.executable, "-m", "bench.reports", "--take", str(scratch / "codes")], environment))
    return told(size, sent, seconds, followed, found, time.monotonic() - began)


def told(size: int, sent: Sent, seconds: float, followed: int, found: Mapping[str, int], taking: float) -> Line:
    """The line: what was reached, and whether everything is there."""
    pages = len({page_of(number) for number in range(size)})
    cuts, rate = quantiles(sent.took, n=100), 60 * size / seconds
    asked = len(sent.codes[:: max(1, size // 200)])
    complete = found == {"letters": size, "reports": size, "receipts": size, "pages": pages, "mentions": size}
    return {
        "what": "reports from the public",
        "size": size,
        "reports_a_minute": round(rate),
        "ratio_to_bar": round(rate / BAR, 2),
        "p50_ms": round(1e3 * cuts[49], 1),
        "p99_ms": round(1e3 * cuts[98], 1),
        "seconds_until_the_rest_was_taken_in": round(taking, 1),
        "codes_opened": f"{followed} of {asked}",
        "found": dict(found),
        "wrong": sent.wrong[:3],
        "holds": complete and followed == asked and rate >= BAR and not sent.wrong,
    }


def page_of(number: int) -> tuple[str, int]:
    """Which page a report names."""
    page = number // NEW if number % NEW == 0 else number // NEW // 3
    return f"site{page % 40}.example", page


def address_of(number: int) -> str:
    """How the report of this number writes it."""
    host, page = page_of(number)
    return WAYS[number % len(WAYS)].format(host=host, page=page)


def all_sent(port: int, size: int) -> Sent:
    """Every report, sent by a few reporters at once."""
    sent, numbers, lock = Sent(), iter(range(size)), threading.Lock()

    def reporter() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                code, took = one(port, number)
            except (OSError, AssertionError) as error:
                sent.wrong.append(f"{number}: {error}")
                continue
            with lock:
                sent.codes.append(code)
                sent.took.append(took)

    threads = [threading.Thread(target=reporter) for _each in range(REPORTERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sent


def one(port: int, number: int) -> tuple[str, float]:
    """A form opened, filled in and sent: the code on its receipt, and the seconds until it was there."""
    fields = dict(HIDDEN.findall(asked(port, "GET", "/en/report")))
    fields |= {"address": address_of(number), "seen": f"number {number}", "who": "unsaid"}
    began = time.monotonic()
    shown = asked(port, "POST", "/en/report", urlencode(fields))
    took = time.monotonic() - began
    code = CODE.search(shown)
    assert code, "no receipt"
    return re.sub(r"<[^>]*>|\s", "", code[1]), took


def opens(port: int, code: str) -> bool:
    """Whether the code opens what is under it."""
    return "What you sent on" in asked(port, "POST", "/en/follow", urlencode({"code": code}))


def asked(port: int, method: str, path: str, body: str = "") -> str:
    """The page that is answered."""
    line = HTTPConnection("127.0.0.1", port, timeout=120)
    line.request(method, path, body or None, FORM if body else {})
    answer = line.getresponse()
    shown = answer.read().decode()
    line.close()
    assert answer.status == 200, f"status {answer.status}"
    return shown


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[int]:
    """The public's server; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    words = [str(HAVRE), "serve", "--entrypoint", "public", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(words, env=dict(environment), stdout=subprocess.DEVNULL)
    try:
        for _try in range(600):
            try:
                asked(port, "GET", "/en/")
                break
            except (OSError, AssertionError):
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def taking_beside(environment: Mapping[str, str]) -> Iterator[None]:
    """A process that takes in whatever waits, again and again."""
    words, checkout = [sys.executable, "-m", "bench.reports", "--beside"], str(Path(__file__).parent.parent)
    process = subprocess.Popen(words, env=dict(environment), cwd=checkout)
    try:
        yield
        assert process.poll() is None, "the taker ended"
    finally:
        process.terminate()
        process.wait(60)


def _run(words: Sequence[str], environment: Mapping[str, str]) -> str:
    checkout = str(Path(__file__).parent.parent)
    return subprocess.run(
        words, env=dict(environment), cwd=checkout, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


# ---- at home, in a process of its own ----


def at_home(words: Sequence[str]) -> None:
    """Open the door, or take in what came and count it."""
    from datetime import UTC, datetime

    from havre.settings import read_settings
    from havre.start import start

    settings = read_settings(os.environ)
    start(settings)
    from havre.flows.home import Home
    from havre.flows.open_door import open_door
    from havre.flows.take_letters import take_in
    from havre.units.acting import Acting
    from havre.units.queries import only_person

    home, anke = Home(settings), only_person()
    if words[0] == "--open":
        open_door(home, Acting(anke, lambda: datetime.now(UTC)))
        return
    while words[0] == "--beside":
        take_in(home, anke.unit, lambda: datetime.now(UTC))
        time.sleep(1)
    take_in(home, anke.unit, lambda: datetime.now(UTC))
    sys.stdout.write(json.dumps(counted(Path(words[1]))))


def counted(codes: Path) -> dict[str, int]:
    """What lies there, once everything is taken in."""
    from django.db.models import Sum

    from havre.hotline.models import Letter, Page, Receipt, Report
    from havre.sealing.receipt import read_code

    kept = {bytes(digest) for digest in Receipt.objects.values_list("digest", flat=True)}
    return {
        "letters": Letter.objects.exclude(taken_at=None).count(),
        "reports": Report.objects.count(),
        "receipts": sum(read_code(code).digest in kept for code in json.loads(codes.read_text())),
        "pages": Page.objects.count(),
        "mentions": Page.objects.aggregate(all=Sum("reports"))["all"] or 0,
    }


if __name__ == "__main__":
    if sys.argv[1:2] in (["--open"], ["--take"], ["--beside"]):
        at_home(sys.argv[1:])
    else:
        for line in measure([int(word) for word in sys.argv[1:]] or REPORTS):
            sys.stdout.write(json.dumps(line) + "\n")
