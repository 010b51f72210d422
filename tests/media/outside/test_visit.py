"""A page is asked for through the proxy alone, at the number that was pinned, by a process that can do nothing else."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from havre.errors import Invalid, Refused, Unavailable
from havre.media.outside.visit import Asked, answer_of, read, visit
from havre.settings import Egress
from tests.simulators.egress import HOST, Web, web

NUMBER = "9.9.9.9"
"""Of the open internet; in these tests the proxy leads it to a server of ours."""

PAGE = Asked("https", HOST, NUMBER, "/a?id=1")
SHOWS = b'<p><img src="/boat.jpg"><video poster=p.png><source src=https://cdn.example/v.mp4></video>'
HTML = SHOWS + b"<a href=/x>x</a><script>"


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Web]:
    with web(tmp_path) as made:
        made.pages["/a?id=1"] = (200, {"Content-Type": "text/html; charset=utf-8"}, HTML)
        yield made


@pytest.mark.parametrize(("scheme", "port"), [("https", 443), ("http", 80)])
def test_a_page_comes_back_with_what_it_shows(outside: Web, scheme: str, port: int) -> None:
    found = visit(outside.egress, replace(PAGE, scheme=scheme))
    assert (found.status, found.type, found.body, found.cut) == (200, "text/html", HTML, False)
    assert found.links == (f"{scheme}://{HOST}/boat.jpg", f"{scheme}://{HOST}/p.png", "https://cdn.example/v.mp4")
    assert (outside.tunnels, outside.asked) == ([f"{NUMBER}:{port}"], [f"{HOST} /a?id=1"])


def test_where_a_page_leads_is_told_and_not_followed(outside: Web) -> None:
    outside.pages["/a?id=1"] = (302, {"Location": "http://169.254.169.254/latest"}, b"")
    found = visit(outside.egress, PAGE)
    assert (found.status, found.location) == (302, "http://169.254.169.254/latest")
    assert len(outside.tunnels) == 1


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:9.9.9.9", "localhost", ""]
)
def test_what_is_not_on_the_open_internet_is_asked_of_nobody(outside: Web, number: str) -> None:
    with pytest.raises(Refused):
        visit(outside.egress, replace(PAGE, number=number))
    assert outside.tunnels == []


def test_more_than_is_kept_is_cut_and_said_to_be(outside: Web) -> None:
    outside.pages["/a?id=1"] = (200, {"Content-Type": "image/png"}, b"x" * 5_000)
    found = visit(outside.egress, PAGE, most=1_000)
    assert (len(found.body), found.cut, found.links) == (1_000, True, ())


def test_who_is_not_the_host_of_the_address_gets_nothing(outside: Web) -> None:
    with pytest.raises(Unavailable, match=r"not valid for 'other\.example'"):
        visit(outside.egress, replace(PAGE, host="other.example"))
    assert outside.asked == []


def test_a_proxy_that_says_no_or_is_not_there_is_named(outside: Web) -> None:
    outside.refuses = True
    with pytest.raises(Unavailable, match="the proxy said no"):
        visit(outside.egress, PAGE)
    with pytest.raises(Unavailable, match=r"egress proxy at 127\.0\.0\.1:1 does not answer"):
        visit(Egress("127.0.0.1", 1), PAGE)


@pytest.mark.parametrize("target", ["/a b", "/a\r\nHost: evil.example", "/é", "/\x00"])
def test_an_address_that_would_add_words_to_the_question_is_refused(outside: Web, target: str) -> None:
    with pytest.raises(Invalid):
        visit(outside.egress, replace(PAGE, target=target))
    assert outside.tunnels == []


def test_an_answer_that_is_no_http_is_no_answer(outside: Web) -> None:
    outside.pages["/a?id=1"] = (200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}, b"ZZZ\r\n" * 10)
    with pytest.raises(Unavailable, match="no answer came"):
        visit(outside.egress, PAGE)


def test_json_of_the_child_is_all_that_is_believed(outside: Web) -> None:
    body = json.dumps({"status": 999, "links": ["file:///etc/passwd"]}).encode() + b"\n"
    outside.pages["/a?id=1"] = (200, {"Content-Type": "application/json"}, body)
    found = visit(outside.egress, PAGE)
    assert (found.status, found.links, found.body) == (200, (), body)


OK = b"HTTP/1.1 200 OK\r\n"
PAGE_OF_ONE = b"Content-Type: text/html\r\nContent-Length: 16\r\n\r\n<img src=/a.png>"
SHOWN = (f"https://{HOST}/a.png",)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_file_that_was_cut_off_on_the_way_is_said_to_be(outside: Web, scheme: str) -> None:
    outside.raw["/a?id=1"] = OK + b"Content-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n" + b"x" * 500
    found = visit(outside.egress, replace(PAGE, scheme=scheme))
    assert (found.status, len(found.body), found.cut) == (200, 500, True)


def test_an_end_of_tls_that_nobody_said_is_no_end_unless_all_was_there(outside: Web) -> None:
    outside.raw["/a?id=1"] = OK + b"Content-Type: image/jpeg\r\n\r\n" + b"x" * 500
    assert visit(outside.egress, PAGE).cut is True
    outside.raw["/a?id=1"] = OK + b"Content-Type: image/jpeg\r\nContent-Length: 500\r\n\r\n" + b"x" * 500
    assert visit(outside.egress, PAGE).cut is False


def test_of_pieces_that_end_early_what_came_is_kept_and_said_to_be_cut(outside: Web) -> None:
    outside.raw["/a?id=1"] = OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nboat\r\n9\r\nhar"
    found = visit(outside.egress, PAGE)
    assert (found.body, found.cut, found.type) == (b"boat", True, "")
    outside.raw["/a?id=1"] += b"bour...\r\n0\r\n\r\n"
    assert visit(outside.egress, PAGE).cut is True  # the piece was one letter longer than told
    outside.raw["/a?id=1"] = OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nboat\r\n0\r\n\r\n"
    assert visit(outside.egress, PAGE).cut is False


def test_hints_before_an_answer_are_not_the_answer(outside: Web) -> None:
    outside.raw["/a?id=1"] = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2 + OK + PAGE_OF_ONE
    found = visit(outside.egress, PAGE)
    assert (found.status, found.links, found.cut) == (200, SHOWN, False)


def test_a_place_to_go_on_that_is_none_loses_nothing(outside: Web) -> None:
    outside.raw["/a?id=1"] = OK + b"Location: http://[x\r\n" + PAGE_OF_ONE
    found = visit(outside.egress, PAGE)
    assert (found.status, found.location, found.links) == (200, "http://[x", SHOWN)


def test_what_came_in_a_form_that_was_not_asked_for_says_so(outside: Web) -> None:
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    outside.pages["/a?id=1"] = (200, headers, gzip.compress(HTML))
    found = visit(outside.egress, PAGE)
    assert (found.encoding, found.links, found.unread) == ("gzip", (), "encoded")


def test_who_says_more_than_may_be_said_is_not_heard_out() -> None:
    endless = "import os\nwhile True: os.write(1, bytes(65536))"
    out, late = answer_of([sys.executable, "-I", "-c", endless], b"{}\n", 1 << 20, 300)
    assert (len(out), late) == (1 << 20, False)


def test_who_says_nothing_is_not_waited_for() -> None:
    assert answer_of([sys.executable, "-I", "-c", "input(); input(); input()"], b"", 100, 0)[0] == b""
    assert answer_of(["sleep", "600"], b"{}\n", 100, 0.1) == (b"", True)


HEAD: dict[str, Any] = {"status": 200, "type": "a/b", "encoding": "", "location": "", "cut": False, "bytes": 2}


WRONG: list[dict[str, Any]] = [
    *({"status": float("inf")}, {"status": 1e308}, {"status": "200"}, {"status": 10**30}, {"status": -1}),
    *({"bytes": 10**30}, {"bytes": 99}, {"bytes": -1}, {"bytes": True}, {"type": 7}, {"location": None}),
    *({"type": "x" * 70_000}, {"trouble": []}),
]
TAKEN_OVER = [json.dumps({**HEAD, **wrong}).encode() + b"\nok\n{}" for wrong in WRONG]


@pytest.mark.parametrize(
    "out", [b"", b"{", b"[" * 200_000 + b"\n", b'["trouble"]\n', b"7\n", *TAKEN_OVER], ids=lambda out: str(len(out))
)
def test_a_process_that_was_taken_over_breaks_nobody(out: bytes) -> None:
    with pytest.raises(Unavailable, match="ended early"):
        read(out, 1_000)


def test_what_it_says_is_cut_to_what_may_be_said_in_whole_letters() -> None:
    head = {**HEAD, "location": "\ud800" * 9_000, "type": "t" * 900, "cut": "no"}
    tail = {"links": ["\udfff" * 9_000] * 900, "missed": {"x" * 900: "\ud800"}, "more": 3, "unread": "large"}
    found = read(json.dumps(head).encode() + b"\nok" + json.dumps(tail).encode(), 1_000)
    assert (found.body, found.location, found.type, found.cut) == (b"ok", "?" * 4_000, "t" * 100, True)
    assert found.links == ("?" * 2_000,) * 200
    assert (found.missed, found.more, found.unread) == ({"x" * 200: "?"}, 3, "large")


@pytest.mark.parametrize(
    "tail", [b"", b"{", b"[]", b"[" * 200_000, b'{"links": [7]}', b'{"more": -1}', b'{"missed": []}']
)
def test_an_answer_counts_where_the_reader_of_the_page_ended(tail: bytes) -> None:
    found = read(json.dumps(HEAD).encode() + b"\nok" + tail, 1_000)
    assert (found.status, found.body, found.links, found.unread) == (200, b"ok", (), "broken")
