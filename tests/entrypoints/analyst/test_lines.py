"""What of a request is missing, however it is cut; nobody who answers waits for whoever sends or leaves slowly."""

from concurrent.futures import ThreadPoolExecutor
from socket import socketpair
from threading import Event

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import _DEFER
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst import lines
from havre.entrypoints.analyst.lines import LARGE, MOST_HEAD, Line, Lines, missing

NAMES = st.sampled_from(["Accept", "Cookie", "X-Content-Length", "Content-Type", "X-A"])
VALUES = st.text(st.characters(codec="ascii", exclude_characters="\r\n\0"), max_size=20)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


def request(headers: list[tuple[str, str]], body: bytes | None, name: str = "Content-Length") -> bytes:
    """A request with these headers and this body."""
    lines = ["POST /told HTTP/1.1", *(f"{one}: {other}" for one, other in headers)]
    if body is not None:
        lines.insert(1 + len(headers) // 2, f"{name}: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


@given(
    headers=HEADERS, body=st.none() | st.binary(max_size=60), name=st.sampled_from(["content-length", "CONTENT-LENGTH"])
)
def test_a_small_request_is_missing_something_until_its_last_byte(
    headers: list[tuple[str, str]], body: bytes | None, name: str
) -> None:
    said = request(headers, body, name)
    assert [missing(said[:cut]) for cut in range(len(said))] == [True] * len(said)
    assert missing(said) is False


@given(headers=HEADERS, more=st.binary(max_size=60))
def test_what_comes_after_a_request_is_not_of_it(headers: list[tuple[str, str]], more: bytes) -> None:
    assert missing(request(headers, b"hello") + more) is False
    assert missing(request(headers, None) + more) is False


@pytest.mark.parametrize(
    "said",
    [
        f"Content-Length: {LARGE + 1}",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length : 5",
        "Transfer-Encoding: chunked",
        "TRANSFER-ENCODING: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nExpect: 100-continue",
    ],
)
def test_what_is_large_or_of_unknown_length_is_not_gathered(said: str) -> None:
    assert missing(f"POST / HTTP/1.1\r\nHost: localhost\r\n{said}\r\n\r\nhel".encode()) is None


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\nHost: localhost\n\n", b"GET /" + b"a" * MOST_HEAD])
def test_what_is_no_request_is_not_waited_for(said: bytes) -> None:
    assert missing(said) is None


def test_who_sends_a_small_request_too_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, (ours, theirs) = Lines.__new__(Lines), socketpair()
    with ours, theirs:
        conn = Line(ThreadPoolExecutor(), Config(), ours, ("127.0.0.1", 1), ("127.0.0.1", 2))
        assert worker.handle(conn) is _DEFER  # nothing was asked yet
        for piece in (b"GET /told", b" HTTP/1.1\r\n"):
            theirs.sendall(piece)
            assert worker.handle(conn) is _DEFER
        monkeypatch.setattr(lines, "SECONDS", 0.0)
        theirs.sendall(b"Host: ")
        assert worker.handle(conn) is False


def test_who_does_not_end_a_line_is_waited_for_by_nobody_who_answers() -> None:
    parting, (ours, theirs) = ThreadPoolExecutor(1), socketpair()
    with ours, theirs:
        busy = Event()
        parting.submit(busy.wait, 20)
        Line(parting, Config(), ours, ("127.0.0.1", 1), ("127.0.0.1", 2)).close(graceful=True)
        assert ours.fileno() >= 0  # nothing was done here
        busy.set()
        assert theirs.recv(1) == b""
        theirs.close()
        parting.shutdown()
        assert ours.fileno() == -1
