"""Two homes on the loopback: introduced by file and voice, speaking over mutual TLS, as operators run them."""

import http.client
import os
import signal
import socket
import ssl
import time
from pathlib import Path
from typing import Any, cast

import pytest

from havre.entrypoints.command.serve import THREADS
from havre.sealing.peer import fingerprint, read_introduction
from havre.settings import Settings
from tests import command_line
from tests.conformance.peer import CHECKS, introduce, run
from tests.databases import Copy
from tests.entrypoints.peer.homes import port, served_by_command, serving
from tests.preloaded import begun


def havre(home: Settings, *words: object) -> Any:
    """What a command answers as JSON."""
    done = command_line.run(*words, "--json", settings=home)
    assert done.exit == 0, done.stderr
    return done.json


@pytest.fixture
def two(tmp_path: Path, sqlite_template: Copy) -> dict[str, tuple[Settings, int]]:
    """A Belgian and an Italian home that accepted each other."""
    found = {country: (Settings(home=tmp_path / country), port()) for country in ("BE", "IT")}
    files = {}
    for country, (home, at) in found.items():
        sqlite_template(home)
        havre(home, "init", "--country", country, "--unit", f"Unit {country}", "--person", "anke")
        files[country] = tmp_path / f"{country}.intro"
        havre(home, "peer", "introduce", files[country], "--address", f"https://127.0.0.1:{at}")
    for country, other in (("BE", "IT"), ("IT", "BE")):
        read = fingerprint(read_introduction(files[other].read_text()).node)
        told = havre(found[country][0], "peer", "accept", files[other], "--fingerprint", read)
        assert told["state"] == "accepted"
    return found


def words(home: Settings) -> list[str]:
    """What others told those who run this home."""
    (peer,) = havre(home, "network", "status")["peers"]
    return [each["text"] for each in peer["words"]]


def test_two_homes_tell_each_other_over_mutual_tls(two: dict[str, tuple[Settings, int]], tmp_path: Path) -> None:
    (belgium, _), (italy, at) = two.values()
    havre(belgium, "peer", "tell", "Unit IT", "good morning")
    assert "does not answer" in havre(belgium, "work")["network"]["Unit IT"]["trouble"]
    with served_by_command(italy, at):
        assert havre(belgium, "work")["network"]["Unit IT"]["trouble"] == ""
        havre(belgium, "peer", "introduce", "--new-keys")
        havre(belgium, "peer", "tell", "Unit IT", "with new keys")
        havre(belgium, "work")
        assert words(italy) == ["with new keys", "good morning"]
        stranger_is_out(at)
        silent = [socket.create_connection(("127.0.0.1", at), 10) for _ in range(THREADS + 1)]
        for line in silent:
            line.sendall(b"\x16")  # as much as wakes a thread, and no more
        havre(belgium, "peer", "tell", "Unit IT", "past the silent")
        assert havre(belgium, "work")["network"]["Unit IT"]["trouble"] == ""
        for line in silent:
            line.close()
        seed = os.urandom(32)
        mine, theirs = tmp_path / "me.intro", tmp_path / "IT.intro"
        mine.write_text(introduce(seed))
        read = fingerprint(read_introduction(mine.read_text()).node)
        havre(italy, "peer", "accept", mine, "--fingerprint", read)
        assert len(run(seed, f"https://127.0.0.1:{at}", theirs.read_text())) == len(CHECKS)
        havre(italy, "peer", "revoke", "Unit BE")
        havre(belgium, "peer", "tell", "Unit IT", "are you there?")
        assert havre(belgium, "work")["network"]["Unit IT"]["trouble"]
    assert havre(italy, "audit", "verify")["sound"] is True


def stranger_is_out(at: int) -> None:
    """Who shows no certificate of a peer does not get as far as asking."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection("127.0.0.1", at, timeout=10, context=trust)
    with pytest.raises((ssl.SSLError, OSError, http.client.HTTPException)):
        _answered(line)


def _answered(line: http.client.HTTPSConnection) -> int:
    line.request("POST", "/peer/1/messages", b"x")
    return line.getresponse().status


def test_a_server_that_is_killed_loses_nothing(two: dict[str, tuple[Settings, int]], tmp_path: Path) -> None:
    (belgium, _), (italy, at) = two.values()
    sent = [f"word {number}" for number in range(30)]
    for text in sent[:3]:
        havre(belgium, "peer", "tell", "Unit IT", text)
    with serving(italy, at) as process:
        asking = begun([str(command_line.HAVRE), "work"], command_line.environment(belgium), tmp_path)
        time.sleep(0.4)
        os.killpg(cast(int, process.pid), signal.SIGKILL)
        asking.kill()
        asking.join()
    with serving(italy, at):
        havre(belgium, "work")
        havre(belgium, "work")
        assert words(italy) == sent[:3][::-1]
