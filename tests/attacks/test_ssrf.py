"""No address that anybody hands to a command is asked, resolved or opened: nothing leaves this process.

COMMANDS is every field of the command line that takes an address, a name or a file of them. Another command is another
line. Each vector goes to one command, by turns; `make proof` sends each to all.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AF_INET6, SHUT_RDWR, socket
from threading import Thread
from typing import Any

import pytest

from havre.settings import Settings
from tests.attacks.ssrf_vectors import VECTORS
from tests.attacks.watched import FETCH
from tests.checkout import ROOT
from tests.command_line import environment, run

Words = Callable[[str, Path], list[str]]
"""The words of a command that is handed this address; files go into the folder."""


def file_of(folder: Path, name: str, text: str) -> str:
    """A file of its own, whatever was written before."""
    path = folder / f"{len(list(folder.iterdir()))}-{name}"
    path.write_text(text, "utf-8", "replace")
    return str(path)


def answer(name: str, value: str) -> str:
    """A line of answers about names."""
    return json.dumps({"name": name, "type": "CNAME", "value": value}) + "\n"


COMMANDS: Mapping[str, Words] = {
    "hosting of": lambda url, _folder: ["hosting", "of", "--json", "--", url],
    "hosting of, read": lambda url, _folder: ["hosting", "of", "--", url],
    "hosting history": lambda url, _folder: ["hosting", "history", "--json", "--", url],
    "hosting load, a file of that name": lambda url, _folder: ["hosting", "load", "--json", "--", url],
    "hosting load, names": lambda url, folder: [
        *("hosting", "load", "--json", "--kind", "answers"),
        file_of(folder, "a.jsonl", answer("a.example", url) + answer(url, "a.example")),
    ],
    "hosting load, a domain": lambda url, folder: [
        *("hosting", "load", "--json"),
        file_of(
            folder,
            "r.json",
            json.dumps(
                {
                    "objectClassName": "domain",
                    "ldhName": "a.example",
                    "nameservers": [{"ldhName": url}],
                    "links": [{"rel": "self", "href": url}],
                    "port43": url,
                    "events": [{"eventAction": url}],
                }
            ),
        ),
    ],
    "hotline fetch, the number": lambda url, _folder: [
        *("hotline", "fetch", "1", "--case", "1", "--reason", "a test", "--json", f"--number={url}"),
    ],
}
"""Every field that takes an address, by its name."""


@dataclass
class Listener:
    """Somebody who waits on the loopback, and counts who comes."""

    sockets: list[socket] = field(default_factory=list)
    came: int = 0

    def listen(self) -> int:
        """The port, of both families where this machine has both."""
        four = socket(AF_INET)
        four.bind(("127.0.0.1", 0))
        port = int(four.getsockname()[1])
        self.sockets.append(four)
        try:
            six = socket(AF_INET6)
            six.bind(("::1", port))
            self.sockets.append(six)
        except OSError:
            pass
        for each in self.sockets:
            each.listen()
            Thread(target=self._accept, args=(each,), daemon=True).start()
        return port

    def _accept(self, waiting: socket) -> None:
        while True:
            try:
                caller, _address = waiting.accept()
            except OSError:
                return
            self.came += 1
            caller.close()

    def close(self) -> None:
        """Wait for nobody any more."""
        for each in self.sockets:
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)
            each.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Nobody should come."""
    with closing(Listener()) as found:
        yield found


def watched(jobs: list[list[str]], home: Settings) -> list[dict[str, Any]]:
    """What became of each job, in one process that watches itself."""
    given = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.watched"],
        input=given,
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def jobs_of(port: int, folder: Path, every: bool) -> list[tuple[str, str, list[str]]]:
    """Which command gets which vector, and its words."""
    names = list(COMMANDS)
    texts = [vector.replace("{port}", str(port)) for vector in VECTORS]
    chosen = [
        (name, text) for number, text in enumerate(texts) for name in (names if every else [names[number % len(names)]])
    ]
    return [(name, text, COMMANDS[name](text, folder)) for name, text in chosen]


@pytest.mark.proof
def test_no_address_is_asked_whatever_it_is(
    listener: Listener, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """On SQLite: a database that is connected to would be the only connection there is."""
    home = Settings(home=tmp_path / "home")
    begun = run("init", "--country", "BE", "--unit", "Hotline", "--person", "anke", settings=home)
    assert begun.exit == 0, begun.stderr
    (folder := tmp_path / "files").mkdir()
    jobs = jobs_of(listener.listen(), folder, every=count(0, 1) == 1)
    ended = watched([words for _name, _text, words in jobs], home)
    assert len(VECTORS) >= 300
    assert len(ended) == len(jobs)
    told = [(name, text, end) for (name, text, _words), end in zip(jobs, ended, strict=True)]
    assert [(name, text, end["seen"]) for name, text, end in told if end["seen"]] == []
    assert [(name, text, end["err"]) for name, text, end in told if "fault of Havre" in end["err"]] == []
    assert {end["exit"] for _name, _text, end in told} == {0, 1}
    assert {name for name, _text, end in told if end["exit"] == 0} >= {"hosting of", "hosting history"}
    assert listener.came == 0


def test_the_watch_sees_who_asks(listener: Listener, tmp_path: Path) -> None:
    """There is something to see: a process that fetches is noticed on both sides."""
    port = listener.listen()
    (ended,) = watched([[FETCH, f"http://127.0.0.1:{port}/"]], Settings(home=tmp_path))
    assert {"urllib.Request", "socket.getaddrinfo", "socket.connect"} <= set(ended["seen"])
    assert listener.came == 1
