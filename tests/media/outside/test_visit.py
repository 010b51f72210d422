"""A page is asked for through the proxy alone, at the number that was pinned, by a process that can do nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid, Refused, Unavailable
from havre.media.outside.visit import Asked, visit
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
