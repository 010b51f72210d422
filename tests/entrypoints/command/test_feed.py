"""A feed from its keys to its receipts by the command line, and a subscriber that verifies it over HTTP."""

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from havre.settings import Settings
from tests import command_line
from tests.conftest import Havre
from tests.web import free_port


def wait_until_open(port: int, ended: Callable[[], int | None], seconds: float = 60) -> None:
    """Return once somebody listens there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and ended() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)


@contextmanager
def serving(home: Settings, folder: Path) -> Iterator[str]:
    """The server for subscribers, as an operator runs it, once it answers."""
    port, written = free_port(), folder / "written"
    words = [command_line.HAVRE, "serve", "--entrypoint", "platform", "--port", str(port), "--workers", "1"]
    with written.open("wb") as out:
        environment = command_line.environment(home)
        process = subprocess.Popen([str(word) for word in words], env=environment, stdout=out, stderr=out)
    try:
        wait_until_open(port, process.poll)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def said(address: str, token: str, body: object) -> int:
    """The answer to what a subscriber says."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """What is asked of the database is tested on both in tests/flows."""
    return str(request.param)


def test_a_feed_from_its_keys_to_its_receipts(havre: Havre, home: Settings, tmp_path: Path) -> None:
    def ask(*words: object) -> Any:
        done = havre(*words, "--json")
        assert (done.exit, done.stderr if done.exit else "") == (0, "")
        return done.json

    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    made = ask("feed", "keys", "--folder", tmp_path / "roots")
    assert (made["version"], made["threshold"], len(made["keys"])) == (1, 2, 5)
    told = ask("feed", "subscriber", "add", "Platform", "--lists", "unreviewed,national-be")
    token, root = tmp_path / "token", tmp_path / "roots" / "1.root.json"
    token.write_text(told["token"])
    assert ask("feed", "publish")["subscribers"] == 1
    ask("feed", "mirror", "Platform", tmp_path / "mirror")
    words = ("feed", "verify", tmp_path / "mirror", "--root", root)
    assert [each["entries"] for each in ask(*words)] == [0, 0]
    with serving(home, tmp_path) as address:
        where = f"{address}{told['path']}"
        verified = ask("feed", "verify", where, "--root", root, "--token", token)
        assert [(each["list"], each["version"]) for each in verified] == [("national-be", 0), ("unreviewed", 0)]
        assert said(f"{where}receipts", told["token"], {"list": "unreviewed", "version": 1}) == 400
        assert said(f"{where}votes", "wrong", {}) == 401
        refused = havre("feed", "verify", where, "--root", root)
        assert (refused.exit, "401" in refused.stderr) == (1, True)
    assert [(each["subscriber"], each["used"]) for each in ask("feed", "receipts")] == [("Platform", 0)] * 2
    assert [each["subscriber"] for each in ask("feed", "subscriber", "list")] == ["Platform"]
    assert ask("feed", "status")["written"] is True
    assert ask("feed", "entries") == []
    for command in ("status", "entries", "receipts"):
        assert havre("feed", command).exit == 0
    assert havre("feed", "canary", "0" * 32).exit == 1
    assert havre("feed", "retract", 1, "--because", "x").exit == 1
    assert ask("feed", "subscriber", "end", "Platform")["ended"]
    assert ask("feed", "keys", "--rotate", "online", "--folder", tmp_path / "roots")["version"] == 2
