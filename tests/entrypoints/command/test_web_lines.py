"""Whoever sends slowly keeps nobody from a page, what comes together is told apart, processes have processors."""

import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from havre.entrypoints.analyst.lines import AT_ONCE, LARGE, PATIENT
from havre.entrypoints.analyst.server import share
from tests.entrypoints.command.web_serving import Serving, by, heard, posted, served, told, unread

pytestmark = pytest.mark.xdist_group("web lines")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One process that answers, for tests that leave it as it was."""
    with served(tmp_path_factory.mktemp("server")) as found:
        yield found


def test_who_sends_slowly_keeps_nobody_from_a_page(server: Serving) -> None:
    small = unread("Content-Length: 5")
    with ExitStack() as stack:

        def lines(said: bytes, count: int) -> list[socket.socket]:
            return [stack.enter_context(server.line(said)) for _ in range(count)]

        silent = lines(b"", 2 * AT_ONCE)
        begun = lines(small[:9], 2 * AT_ONCE)
        small_ones = lines(small + b"hell", 2 * AT_ONCE)
        large_ones = lines(unread(f"Content-Length: {LARGE + 1}") + b"x", PATIENT // 2)
        unlimited = lines(unread("Transfer-Encoding: chunked") + b"5\r\nhel", PATIENT // 2)
        assert server.told("/thread")["main"] is False
        for line in silent:
            line.sendall(small + b"hello")
        for line in begun:
            line.sendall(small[9:] + b"hello")
        for line in small_ones:
            line.sendall(b"o")
        assert [told(heard(line))["length"] for line in (*silent, *begun, *small_ones)] == [5] * 6 * AT_ONCE
        for line in large_ones:
            line.sendall(b"x" * LARGE)
        assert [told(heard(line))["length"] for line in large_ones] == [LARGE + 1] * (PATIENT // 2)
        for line in unlimited:
            line.sendall(b"lo\r\n0\r\n\r\n")
        assert [told(heard(line))["length"] for line in unlimited] == [5] * (PATIENT // 2)


def test_a_request_that_comes_byte_by_byte_is_one(server: Serving) -> None:
    said = posted("Connection: close", "Content-Length: 5", body="hello")
    with server.line() as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(said)):
            line.sendall(said[at : at + 1])
            time.sleep(0.001)
        assert told(heard(line))["length"] == 5


def test_requests_that_come_at_once_are_answered_in_their_order(server: Serving) -> None:
    first, second = "GET /told?{} HTTP/1.1\r\nHost: localhost\r\n", posted("Content-Length: 5", body="hello")
    said = "".join(first.format(number) + "\r\n" for number in range(3)).encode()
    answer = server.answers(said + second + (first.format(3) + "Connection: close\r\n\r\n").encode())
    assert re.findall(rb'"QUERY_STRING": "(\d)"|"length": (\d)', answer) == [
        *((b"%d" % number, b"") for number in range(3)),
        (b"", b"5"),
        (b"3", b""),
    ]


def test_each_process_keeps_to_processors_of_its_own_also_where_one_is_replaced(tmp_path: Path) -> None:
    mine = sorted(os.sched_getaffinity(0))
    expected = sorted(sorted(share(number, 2, mine)) for number in range(2))
    with served(tmp_path, workers=2) as server:
        for _ in range(2):
            assert by(lambda: len(server.pids()) == 2 and _affinities(server) == expected)
            gone = server.workers()[-1]
            gone.kill()
            gone.wait(20)


def _affinities(server: Serving) -> list[list[int]]:
    with suppress(psutil.NoSuchProcess):
        return sorted(sorted(each.cpu_affinity() or []) for each in server.workers())
    return []
