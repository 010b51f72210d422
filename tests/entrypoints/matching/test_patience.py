"""Whoever sends slowly, or nothing more, is given up: others are answered."""

import http.client
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from havre.entrypoints.matching.patience import HEAD, Plain
from tests.command_line import environment
from tests.conftest import PROOF
from tests.entrypoints.command.test_match import self_signed
from tests.web import free_port

SERVED = "havre.entrypoints.matching.server" if PROOF else "tests.entrypoints.matching.impatient"
CONFIGURED = f"python:{SERVED}"


@contextmanager
def answering(*more: str) -> Iterator[int]:
    """A server as the match service has it, with two threads and an application of the standard library."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", CONFIGURED, "--bind", f"127.0.0.1:{port}"]
    command += ["--threads", "2", "--log-level", "warning", "--graceful-timeout", "1", "--no-control-socket", *more]
    process = subprocess.Popen([*command, "wsgiref.simple_server:demo_app"], env=environment(None))
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def held(stack: ExitStack, port: int, begun: Sequence[bytes]) -> list[socket.socket]:
    """Connections that said something and say no more."""
    lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in begun]
    for line, said in zip(lines, begun, strict=True):
        line.sendall(said)
    return lines


@pytest.mark.proof
def test_connections_that_hold_every_thread_are_given_up_and_another_is_answered() -> None:
    with answering() as port, ExitStack() as stack:
        lines = held(stack, port, [b"G", b"GET / HTTP/1.1\r\nX-Slow: "])
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=50)
        for _ in range(2):  # the second time on a connection that was kept
            asking.request("GET", "/")
            answer = asking.getresponse()
            assert (answer.status, b"Hello world!" in answer.read()) == (200, True)
        assert [line.recv(1) for line in lines] == [b"", b""]


@pytest.mark.proof
def test_in_tls_too_before_its_first_words_and_after(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "service")
    context = ssl.create_default_context(cafile=certificate)
    with answering("--certfile", certificate, "--keyfile", key) as port, ExitStack() as stack:
        held(stack, port, [b"\x16"])
        (line,) = held(stack, port, [b""])
        begun = stack.enter_context(context.wrap_socket(line, server_hostname="127.0.0.1"))
        begun.sendall(b"G")
        asking = http.client.HTTPSConnection("127.0.0.1", port, timeout=50, context=context)
        for _ in range(2):
            asking.request("GET", "/")
            answer = asking.getresponse()
            assert (answer.status, b"Hello world!" in answer.read()) == (200, True)


def test_bytes_that_drip_prolong_nothing_and_what_was_given_up_stays_so() -> None:
    here, there = socket.socketpair()
    with here, Plain.of(there) as bounded:
        bounded.setblocking(True)
        here.sendall(b"abc")
        assert bounded.recv(1) == b"a"
        bounded.until -= HEAD + 1
        for _ in range(2):
            with pytest.raises(TimeoutError):
                bounded.recv(1)
            bounded.setblocking(True)
