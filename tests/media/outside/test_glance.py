"""Whether a page is there is asked as pages are; nothing of what stands there comes back, and whose fault is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from havre.errors import Refused, Unavailable
from havre.media.outside import glance as glances
from havre.media.outside.glance import Glance, glance, glanced
from havre.media.outside.signs import Saw, Why
from havre.media.outside.visit import Asked, spoken
from tests.simulators.egress import HOST, Web, web

PAGE = Asked("https", HOST, "9.9.9.9", "/a")
HTML = {"Content-Type": "text/html"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with web(tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture
def outside(shared: Web) -> Web:
    shared.pages, shared.raw, shared.asked, shared.tunnels, shared.refuses = {}, {}, [], [], False
    return shared


def test_an_answer_tells_whether_it_is_there(outside: Web) -> None:
    assert glance(outside.egress, PAGE) == Glance(Saw.ABSENT, Why.NOT_FOUND, 404)
    outside.pages["/a"] = (200, HTML, b"<p>This album was deleted</p>")
    assert glance(outside.egress, PAGE) == Glance(Saw.UNCLEAR, Why.REMOVED, 200)
    outside.pages["/a"] = (302, {"Location": "http://169.254.169.254/"}, b"")
    assert glance(outside.egress, replace(PAGE, scheme="http")) == Glance(Saw.UNCLEAR, Why.LEADS_ON, 302)
    assert outside.tunnels == ["9.9.9.9:443", "9.9.9.9:443", "9.9.9.9:80"]


def test_nothing_of_what_stands_there_leaves_the_process(outside: Web) -> None:
    outside.pages["/a"] = (200, {"Content-Type": "image/png", "X-Said": "words of theirs"}, b"a picture" * 20_000)
    out, late = spoken(outside.egress, PAGE, 1_000, 60, look=True)
    assert (b"picture" in out, b"theirs" in out, late, len(out) < 300) == (False, False, False, True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"502 Bad Gateway\r\nProxy-Status: p; error=connection_refused", Glance(Saw.UNCLEAR, Why.REFUSED)),
        (b"503 Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111", Glance(Saw.UNCLEAR, Why.REFUSED)),
        (b"503 Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 110", Glance(Saw.UNCLEAR, Why.PROXY)),
        (b"504 Gateway Timeout\r\nProxy-Status: p; error=connection_timeout", Glance(Saw.UNCLEAR, Why.PROXY)),
        (b"502 Bad Gateway", Glance(Saw.UNCLEAR, Why.PROXY)),
        (b"403 Not to this port", Glance(Saw.UNCLEAR, Why.PROXY)),
    ],
)
def test_what_a_proxy_says_of_one_host_is_proof_of_nothing_and_ends_nothing(
    outside: Web, said: bytes, told: Glance
) -> None:
    outside.refuses, outside.refusal = True, b"HTTP/1.1 " + said + b"\r\n\r\n"
    assert glance(outside.egress, PAGE) == told


def test_our_own_trouble_says_nothing_of_a_page(outside: Web) -> None:
    outside.refuses, outside.refusal = True, b"HTTP/1.1 407 Who are you\r\n\r\n"
    with pytest.raises(Unavailable, match="nothing was asked for"):
        glance(outside.egress, PAGE)
    with pytest.raises(Unavailable, match="does not answer"):
        glance(replace(outside.egress, port=1), PAGE)
    with pytest.raises(Refused):
        glance(outside.egress, replace(PAGE, number="127.0.0.1"))


def test_a_host_that_proves_nothing_or_says_nothing_is_unclear(outside: Web) -> None:
    assert glance(outside.egress, replace(PAGE, host="other.example")) == Glance(Saw.UNCLEAR, Why.CERTIFICATE)
    outside.raw["/a"] = b"no HTTP at all"
    assert glance(outside.egress, PAGE) == Glance(Saw.UNCLEAR, Why.SILENT)


def test_who_says_nothing_in_time_is_silent(outside: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glances, "spoken", lambda *_said, **_more: (b"", True))
    assert glance(outside.egress, PAGE) == Glance(Saw.UNCLEAR, Why.SILENT)


WRONG: list[Any] = [
    *("trouble", 7, [], {}, {"trouble": "x"}, {"trouble": 1, "whose": "ours"}, {"trouble": "x", "whose": 1}),
    *({"status": 404}, {"status": 404, "signs": 7}, {"status": 404, "signs": [[]]}, {"status": "404", "signs": []}),
    {"status": 10**30, "signs": []},
]


@pytest.mark.parametrize("told", WRONG, ids=str)
def test_a_process_that_was_taken_over_makes_nothing_absent(told: Any) -> None:
    assert glanced(json.dumps(told).encode() + b"\n") == Glance(Saw.UNCLEAR, Why.SILENT)


def test_bytes_that_are_no_answer_make_nothing_absent() -> None:
    for out in (b"", b"{", b"[" * 200_000 + b"\n"):
        assert glanced(out) == Glance(Saw.UNCLEAR, Why.SILENT)
    signs = json.dumps({"status": 404, "signs": ["nonsense", "captcha"]}).encode()
    assert glanced(signs) == Glance(Saw.ABSENT, Why.NOT_FOUND, 404)
