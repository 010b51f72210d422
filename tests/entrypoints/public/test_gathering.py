"""Whoever sends slowly holds no thread, and whoever sends too much is told so."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.entrypoints.command.serve import PUBLIC_THREADS
from havre.entrypoints.public.gathering import MOST_BODY, MOST_DRAINED, MOST_HEAD, MOST_LINES, Gathered
from havre.hotline.models import Door
from havre.settings import Settings
from tests.entrypoints.public.serving import Serving, serving


def taken(*pieces: bytes) -> Gathered:
    """What is gathered of these pieces."""
    gathered = Gathered(0.0)
    for piece in pieces:
        gathered.take(piece)
    return gathered


HEAD = b"POST /en/report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


@pytest.mark.parametrize("cut", [1, 10, len(HEAD) - 1, len(HEAD), len(HEAD) + 1, len(HEAD) + 4])
def test_a_request_is_whole_when_its_last_byte_is_there_however_it_is_cut(cut: int) -> None:
    whole = HEAD + b"a=b&c"
    assert taken(whole[:cut]).whole is False
    assert taken(whole[:cut], whole[cut:]).whole is True
    assert bytes(taken(whole[:cut], whole[cut:]).held) == whole


def test_a_request_without_a_body_is_whole_with_its_headers() -> None:
    assert taken(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").whole is True


def test_a_body_that_is_too_large_is_thrown_away_as_it_comes() -> None:
    said = HEAD.replace(b": 5", b": 900000000")
    gathered = taken(said + b"x" * 1_000, *[b"y" * 100_000] * 5)
    assert (bytes(gathered.held), gathered.whole) == (said, False)
    for _time in range(MOST_DRAINED // 100_000):
        gathered.take(b"y" * 100_000)
    assert (bytes(gathered.held), gathered.whole) == (said, True)


@pytest.mark.parametrize(
    "said",
    [
        b"x" * (MOST_HEAD + 1),
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * MOST_HEAD + b"\r\n",
        HEAD.replace(b"Content-Length: 5", b"transfer-encoding: chunked"),
    ],
)
def test_headers_without_end_and_bodies_of_unknown_length_are_cut_off(said: bytes) -> None:
    with pytest.raises(ValueError, match=r"headers without an end|unknown length"):
        taken(said)


@pytest.fixture
def served(door: Door, database: Settings, tmp_path: Path) -> Iterator[Serving]:
    """The real server with one worker."""
    with serving(database, tmp_path) as found:
        yield found


def line(served: Serving, said: bytes) -> socket.socket:
    """A line on which so much was said."""
    opened = socket.create_connection(("127.0.0.1", served.port), 20)
    opened.sendall(said)
    return opened


def test_slow_senders_hold_no_thread_and_the_slowest_are_cut_off(served: Serving) -> None:
    slow = [line(served, said) for said in (b"P", HEAD, HEAD + b"abcd") for _time in range(2 * PUBLIC_THREADS)]
    assert urllib.request.urlopen(f"{served.address}/en/report", timeout=20).status == 200
    slow[-1].sendall(b"e")  # the last byte of one of them
    assert slow[-1].recv(12) == b"HTTP/1.1 415"
    more = [line(served, b"P") for _time in range(MOST_LINES)]
    assert urllib.request.urlopen(f"{served.address}/en/", timeout=20).status == 200
    assert slow[0].recv(1) == b""  # who waited longest was cut off
    for each in slow + more:
        each.close()
    too_large(served)
    assert served.told().splitlines() == [f"{served.address}/ takes reports from the public (Ctrl C ends it)"]


def too_large(served: Serving) -> None:
    """A body that is too large is refused with a sentence, and so is a chunked one with a closed line."""
    request = urllib.request.Request(f"{served.address}/en/report", b"x" * (MOST_BODY * 4), method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 413
    assert b"This is too much at once." in refused.value.read()
    chunked = line(served, HEAD.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked"))
    assert chunked.recv(1) == b""
    broken = line(served, b"BREW /\x00 HTCPCP/9\r\n\r\n")
    assert b"zoe" not in broken.recv(1_000)
