"""`havre serve`."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from havre.entrypoints.command.serve import PLATFORM_ENVIRONMENT, PUBLIC_ENVIRONMENT, platform, public
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre
from tests.web import free_port, wait_for


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_pages_are_served_on_the_loopback_until_told_to_end(database: Settings) -> None:
    with node(database):
        pass
    port = free_port()
    command = [str(Path(sys.executable).with_name("havre")), "--home", str(database.home), "serve"]
    process = subprocess.Popen([*command, "--port", str(port), "--workers", "1"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        said = process.stdout.readline().decode()
        assert b"Sign in" in urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
    finally:
        process.send_signal(signal.SIGTERM)  # what runs behind a terminal is deaf to Ctrl C
        process.communicate(timeout=30)
    assert f"http://localhost:{port}/" in said
    assert process.returncode in (0, 130)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_works_behind_the_pages_is_begun_again_where_it_crashes_and_ends_with_them(database: Settings) -> None:
    with node(database):
        pass
    port = free_port()
    command = [str(Path(sys.executable).with_name("havre")), "--home", str(database.home), "serve"]
    process = subprocess.Popen([*command, "--port", str(port), "--workers", "1"], stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process.poll)
        first = _behind(process.pid)
        first.kill()
        psutil.wait_procs([first], 10)
        second = _behind(process.pid)
        assert second.pid != first.pid
        everything = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.kill()  # however it ends
        process.wait(20)
    assert psutil.wait_procs(everything, 30)[1] == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_where_the_web_server_ends_by_itself_that_is_said_and_nothing_goes_on(database: Settings) -> None:
    with node(database):
        pass
    port = free_port()
    command = [str(Path(sys.executable).with_name("havre")), "--home", str(database.home), "serve"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", process.poll)
        behind = _behind(process.pid)
        everything = psutil.Process(process.pid).children(recursive=True)
        next(each for each in psutil.Process(process.pid).children() if each.pid != behind.pid).kill()
        told = process.communicate(timeout=60)[1]
    finally:
        process.kill()
        process.wait(20)
    assert process.returncode == 1
    assert told.splitlines()[-1] == "the web server ended with -9: what it printed above says why"
    assert psutil.wait_procs(everything, 30)[1] == []


def test_a_port_that_is_taken_is_said_in_a_sentence(havre: Havre) -> None:
    havre("init", "--country", "BE", "--unit", "Police", "--person", "anke")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for more in ((), ("--entrypoint", "peer"), ("--entrypoint", "public"), ("--entrypoint", "platform")):
            said = havre("serve", "--port", port, *more)
            assert (said.exit, said.stdout) == (1, "")
            assert f"127.0.0.1:{port}" in said.stderr
            assert said.stderr.count("\n") == 1
    nowhere = havre("serve", "--entrypoint", "peer", "--bind", "192.0.2.7", "--port", port)
    assert (nowhere.exit, "192.0.2.7" in nowhere.stderr) == (1, True)


def _behind(parent: int) -> psutil.Process:
    """The process that works behind the pages of this one."""
    for _ in range(300):
        for child in psutil.Process(parent).children():
            if "--watch" in child.cmdline():
                return child
        time.sleep(0.1)
    raise AssertionError("nothing works behind the pages")


def test_what_the_public_reaches_is_handed_nothing_of_keys_mail_or_sign_in() -> None:
    secret = ("HAVRE_KEY_COMMAND", "HAVRE_MAIL", "HAVRE_OIDC_SECRET", "HAVRE_SOURCES", "HAVRE_ORIGIN")
    assert PUBLIC_ENVIRONMENT.isdisjoint(secret)
    assert PLATFORM_ENVIRONMENT.isdisjoint(secret)
    assert {"HAVRE_DATABASE", "HAVRE_PUBLIC_ORIGINS", "HAVRE_HELPLINES"} <= PUBLIC_ENVIRONMENT
    assert public(8800, 2)[-1] == "havre.entrypoints.public.main:named()"
    assert "127.0.0.1:8800" in public(8800, 2)
    assert platform(8800, 2)[-1] == "havre.entrypoints.platform.main:named()"
    assert "127.0.0.1:8800" in platform(8800, 2)
