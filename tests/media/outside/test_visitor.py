"""Who asks for pages can do nothing else, and has sent what came before it reads what that shows."""

import json
import signal
import subprocess
import sys

import pytest

TRIED = """
import json, os, socket, sys
from havre.media.outside import visitor
def tried(wire, asked):
    {act}
    return {{"done": True}}, b""
visitor.answered = tried
visitor.main()
"""

ACTS = {
    "nothing": ("pass", '{"done": true'),
    "a file": ("open('/etc/passwd')", "PermissionError"),
    "a file that is there": ("os.stat('/etc/passwd')", "PermissionError"),
    "a signal": ("os.kill(os.getppid(), 0)", "PermissionError"),
}


def run(act: str) -> subprocess.CompletedProcess[str]:
    asked = json.dumps({"authorities": ""}) + "\n"
    command = [sys.executable, "-I", "-c", TRIED.format(act=act), "1"]
    return subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_of_the_machine_is_in_its_reach(act: str) -> None:
    words, answer = ACTS[act]
    assert answer in run(words).stdout


@pytest.mark.parametrize("act", ["socket.socket()", "os.execv('/bin/true', ['true'])"])
def test_it_ends_at_once_where_it_would_connect_or_become_another(act: str) -> None:
    done = run(act)
    assert (done.returncode, done.stdout) == (-signal.SIGSYS, "")


NAMELESS = "return {'type': 'text/html', 'encoding': ''}, b'<p>'"
"""An answer, over which its reader dies at once."""


def test_what_came_is_out_before_it_is_read() -> None:
    done = run(f"visitor.shown = lambda *_: os._exit(7)\n    {NAMELESS}")
    assert (done.returncode, done.stdout.rpartition("\n")[2]) == (7, "<p>")
    assert json.loads(done.stdout.partition("\n")[0])["bytes"] == 3
