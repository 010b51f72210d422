"""Whatever of the service is killed at whatever moment, it answers one version of the list, and never an older one.

A version takes back the only entry of the one before, and adds another: half a version would find two, or none.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import psutil

from havre.errors import HavreError
from havre.subscription.feed import Subscription
from havre.subscription.fetcher import Fetcher
from tests.command_line import environment
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher, serving
from tests.web import free_port

MOST = 400


@dataclass
class Asking:
    """Somebody who asks for every entry, all the time; a service that is down is asked again."""

    port: int
    found: list[list[int]] = field(default_factory=list)
    enough: bool = False

    def run(self) -> None:
        items = [{"signals": [{"method": "pdq", "value": made(number).signals[0].value}]} for number in range(1, MOST)]
        body = json.dumps({"items": items})
        while not self.enough:
            try:
                self.found.append(self._once(body))
            except (OSError, http.client.HTTPException, HavreError):
                time.sleep(0.02)

    def _once(self, body: str) -> list[int]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request("POST", "/v1/matches", body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            told = json.loads(answer.read())
            if answer.status != http.client.OK:
                raise HavreError(told["message"])
        return [match["number"] for item in told["items"] for match in item["matches"]]

    def until(self, wanted: int) -> None:
        end = time.monotonic() + 60
        while [wanted] not in self.found[-1:]:
            assert time.monotonic() < end, self.found[-3:]
            time.sleep(0.02)


@contextmanager
def served(publisher: Publisher, folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    """The service, whose worker is its only child's child."""
    (folder / "token").write_text(TOKEN)
    port = free_port()
    words = [str(Path(sys.executable).with_name("havre")), "match", "serve", "--home", str(folder / "lists")]
    words += ["--feed", publisher.base, "--root", str(publisher.root_file(folder)), "--token", str(folder / "token")]
    run = [*words, "--port", str(port), "--every", "0.1", "--threads", "2"]
    process = subprocess.Popen(run, env=environment(None), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid), port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def workers(service: psutil.Process) -> list[psutil.Process]:
    """The processes that answer: children of the web server, which is the service's only child."""
    return [worker for server in service.children() for worker in server.children()]


def killed_refresh(publisher: Publisher, folder: Path, after: float) -> None:
    """Another process that refreshes the same folder, and is killed."""
    if (child := os.fork()) == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, after)
        try:
            Subscription(folder, Fetcher(publisher.base, TOKEN)).refresh(1)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def test_killed_at_any_moment_it_answers_whole_versions_in_their_order(
    tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    random = Random(7)
    with serving() as publisher:
        publisher.publish({"baseline": [made(1)]})
        with served(publisher, tmp_path) as (service, port):
            asking = Asking(port)
            thread = threading.Thread(target=asking.run)
            thread.start()
            try:
                version = 1
                asking.until(version)
                for _ in range(count(1, 40)):
                    for _ in range(random.randrange(1, 4)):
                        version += 1
                        gone = replace(made(version - 1, version), retracted=True)
                        publisher.publish({"baseline": [gone, made(version, version)]})
                        time.sleep(random.uniform(0, 0.15))
                        killed_refresh(publisher, tmp_path / "lists", random.uniform(0.001, 0.05))
                    for worker in workers(service):
                        worker.kill()
                    asking.until(version)
            finally:
                asking.enough = True
                thread.join()
    assert {len(found) for found in asking.found} == {1}
    numbers = [number for (number,) in asking.found]
    assert numbers == sorted(numbers)
    assert numbers[-1] == version
