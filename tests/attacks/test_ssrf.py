"""No address that anybody hands to a command, a form or a program interface is asked, resolved or opened: nothing
leaves this process.

COMMANDS is every field of the command line that takes an address, a name or a file of them; FORMS every one of a page
or an interface. Another is another line, and each has to take a harmless address. Three vectors in five go to one
command each and one in ten to one form, by turns; `make proof` sends all to all.
"""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AF_INET6, SHUT_RDWR, socket
from threading import Thread
from typing import Any

import pytest
import typer

from havre.entrypoints.command import main
from havre.settings import Settings
from tests.attacks.forms_with_addresses import CODE, FORMS, HEADING, PUBLIC
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


def domain(name: str) -> str:
    """An answer of RDAP in which whatever may hold an address holds this one."""
    told = {"objectClassName": "domain", "ldhName": "a.example", "nameservers": [{"ldhName": name}], "port43": name}
    return json.dumps({**told, "links": [{"rel": "self", "href": name}], "events": [{"eventAction": name}]})


def table(*rows: list[str]) -> str:
    """A table as files have it."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


BEFORE: tuple[list[str], ...] = (
    ["hotline", "open"],
    ["case", "open", "1", "--basis", "a law"],
    ["hotline", "receive", "--url=https://a.example/x"],
    ["site", "add", "portal"],
    ["notices", "contacts", "add", "--kind=platform", "--country=BE", "--email=a@a.example", "far"],
    ["notices", "contacts", "verify", "far"],
)
"""What must be there before some of the commands can do anything."""

HARMLESS = "https://a.example/x"
STOPPED = {
    "hosting load, a file of that name": "can't be read",
    "hotline fetch, the number": "is no network address",
    "notices draft": "judged",
}
"""Commands that refuse even a harmless address, and why: the rest must take it, so that the hostile ones get as far."""

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
        file_of(folder, "r.json", domain(url)),
    ],
    "hotline receive": lambda url, _folder: ["hotline", "receive", "--json", f"--url={url}"],
    "hotline receive, words": lambda url, _folder: ["hotline", "receive", "--json", f"--text=I saw {url} today"],
    "hotline import": lambda url, folder: [
        *("hotline", "import", "--json"),
        file_of(folder, "reports.csv", table(["url", "text"], [url, f"seen at {url}"])),
    ],
    "site address": lambda url, _folder: ["site", "address", "--json", "--", "portal", url],
    "site import": lambda url, folder: [
        *("site", "import", "--json", "--site=portal"),
        file_of(folder, "capture.csv", table(["url", "sha256"], [url, "ab" * 32])),
    ],
    "hotline page": lambda url, _folder: ["hotline", "page", "--json", "--", "1", url],
    "platform request": lambda url, _folder: [
        *("platform", "request", "preserve", "--provider=far", "--basis=a law", "--json", f"--page={url}"),
    ],
    "hotline challenge": lambda url, _folder: [
        *("hotline", "challenge", "--json", "--text=it is wrong", f"--about={url}"),
    ],
    "site family": lambda url, _folder: [
        *("site", "family", "--json", "--consent=2018-01-01", f"--page={url}", "portal"),
    ],
    "notices draft": lambda url, _folder: ["notices", "draft", "--json", "--", url],
    "notices gone": lambda url, _folder: ["notices", "gone", "--json", "--", url],
    "notices still-there": lambda url, _folder: ["notices", "still-there", "--json", "--", url],
    "notices contacts add": lambda url, _folder: [
        *("notices", "contacts", "add", "--json", f"--api={url}", "--kind=platform", "--country=BE", "someone"),
    ],
    "hotline fetch, the number": lambda url, _folder: [
        *("hotline", "fetch", "1", "--case", "1", "--reason", "a test", "--json", f"--number={url}"),
    ],
}
"""Every field that takes an address, by its name."""


HEAVY = ("site import",)
"""Commands that start a sandbox each time: in a sample they get a few of the vectors."""
FEW = 3


def missing(words: list[str]) -> str:
    """The word at which there is no such command; empty where there is one."""
    found: Any = typer.main.get_command(main.app)
    for word in words:
        if not hasattr(found, "commands"):
            return ""
        if word not in found.commands:
            return " ".join(words)
        found = found.commands[word]
    return ""


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


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was begun once, for all of these to copy."""
    home = tmp_path_factory.mktemp("begun") / "home"
    made = run("init", "--country", "BE", "--unit", "Hotline", "--person", "anke", settings=Settings(home=home))
    assert made.exit == 0, made.stderr
    return home


def copied(begun: Path, folder: Path) -> Settings:
    """A home of a test's own."""
    shutil.copytree(begun, folder / "home")
    return Settings(home=folder / "home")


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Nobody should come."""
    with closing(Listener()) as found:
        yield found


def watched(jobs: Sequence[list[Any]], home: Settings, egress: str = "") -> list[dict[str, Any]]:
    """What became of each job, in one process that watches itself; it may go out through this proxy alone."""
    given = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.watched"],
        input=given,
        env=environment(home, HAVRE_EGRESS=egress),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=7_200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def jobs_of(port: int, folder: Path, every: bool) -> list[tuple[str, str, list[str]]]:
    """Which command gets which vector, and its words."""
    names = list(COMMANDS)
    texts = [vector.replace("{port}", str(port)) for vector in VECTORS]
    light = [name for name in names if name not in HEAVY]
    sample = [text for number, text in enumerate(texts) if number % 4 == 1]
    turns = [(light[number % len(light)], text) for number, text in enumerate(sample)]
    few = [(name, text) for name in names if name in HEAVY for text in texts[:: len(texts) // FEW]]
    hostile = [(name, text) for text in texts for name in names] if every else turns + few
    chosen = [(name, HARMLESS) for name in names] + hostile
    return [(name, text, COMMANDS[name](text, folder)) for name, text in chosen]


@pytest.mark.proof
def test_no_address_is_asked_whatever_it_is(
    begun: Path, listener: Listener, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """On SQLite: a database that is connected to would be the only connection there is."""
    home = copied(begun, tmp_path)
    (folder := tmp_path / "files").mkdir()
    jobs = jobs_of(port := listener.listen(), folder, every=count(0, 1) == 1)
    done = watched([*BEFORE, *(words for _name, _text, words in jobs)], home, f"http://127.0.0.1:{port}")
    assert [end["err"] for end in done[: len(BEFORE)] if end["exit"]] == []
    ended = done[len(BEFORE) :]
    assert len(VECTORS) >= 300
    assert len(jobs) >= count(90, 300)
    assert len(ended) == len(jobs)
    told = [(name, text, end) for (name, text, _words), end in zip(jobs, ended, strict=True)]
    assert [(name, text, end["seen"]) for name, text, end in told if end["seen"]] == []
    assert [(name, text, end["err"]) for name, text, end in told if "fault of Havre" in end["err"]] == []
    # No command line can carry a zero: where a file is meant, it is wrong use.
    wrong = [(name, text, end["err"]) for name, text, end in told if end["exit"] not in (0, 1) and "\0" not in text]
    assert wrong == []
    harmless = {name: end for name, text, end in told if text == HARMLESS}
    assert [(name, end["err"]) for name, end in harmless.items() if end["exit"] and name not in STOPPED] == []
    assert [name for name, why in STOPPED.items() if why not in harmless[name]["err"]] == []
    assert listener.came == 0


THERE: tuple[list[Any], ...] = (
    *BEFORE,
    ["hotline", "challenge", "--text=it is wrong", "--about=elsewhere"],
    [HEADING, PUBLIC, "/en/report", {"code": CODE, "address": "https://a.example/y"}],
)
"""What must be there before the forms can take anything."""


@pytest.mark.proof
def test_no_address_typed_into_a_form_or_sent_by_a_program_is_asked(
    begun: Path, listener: Listener, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """Nor when what was typed is taken in, which the last job does."""
    home = copied(begun, tmp_path)
    port = listener.listen()
    texts, names = [vector.replace("{port}", str(port)) for vector in VECTORS], list(FORMS)
    turns = [(names[number % len(names)], text) for number, text in enumerate(texts[::10])]
    hostile = [(name, text) for text in texts for name in names] if count(0, 1) else turns
    chosen = [(name, HARMLESS) for name in names] + hostile
    tend = ["hotline", "tend", "--json"]
    jobs = [*THERE, tend, *(FORMS[name].job(text) for name, text in chosen), tend]
    done = watched(jobs, home, f"http://127.0.0.1:{port}")
    assert [end["exit"] for end in done[: len(THERE) + 1]] == [0] * len(BEFORE) + [0, 200, 0]
    assert (done[-1]["seen"], done[-1]["exit"]) == ([], 0), done[-1]
    told = list(zip(chosen, done[len(THERE) + 1 : -1], strict=True))
    assert [(name, text, end["seen"]) for (name, text), end in told if end["seen"]] == []
    assert [(name, text, end["exit"]) for (name, text), end in told if end["exit"] >= 500] == []
    harmless = {name: end["exit"] for (name, text), end in told if text == HARMLESS}
    assert {name: status for name, status in harmless.items() if status not in FORMS[name].taken} == {}
    assert json.loads(done[-1]["out"])["letters"] > 0
    assert listener.came == 0


def test_every_command_of_the_table_exists(tmp_path: Path) -> None:
    """One that is called otherwise by now would be attacked no more, and nobody would see it."""
    every = [*BEFORE, *(words("x", tmp_path) for words in COMMANDS.values())]
    assert [name for words in every if (name := missing(words))] == []
    assert missing(["notices", "contacts", "gone"]) == "notices contacts gone"


def test_the_watch_sees_who_asks(listener: Listener, tmp_path: Path) -> None:
    """There is something to see: a process that fetches is noticed on both sides."""
    port = listener.listen()
    (ended,) = watched([[FETCH, f"http://127.0.0.1:{port}/"]], Settings(home=tmp_path))
    assert {"urllib.Request", "socket.getaddrinfo", "socket.connect"} <= set(ended["seen"])
    assert listener.came == 1
