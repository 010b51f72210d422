"""Who asks for pages can do nothing else, and reads nothing but what a page shows."""

import json
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.outside.visitor import MOST_LINKS, Shown

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


@given(st.text(max_size=500))
def test_no_page_breaks_the_reader(text: str) -> None:
    page = Shown("https://site.example/")
    page.feed(text)
    assert len(page.links) <= MOST_LINKS


def test_a_page_shows_no_more_than_is_asked_for_and_each_thing_once() -> None:
    page = Shown("https://site.example/a/")
    page.feed("".join(f"<img src={place % 300}.png>" for place in range(1_000)))
    assert len(page.links) == MOST_LINKS
    assert next(iter(page.links)) == "https://site.example/a/0.png"
