"""A feed is asked where it is, with its token, in TLS unless it is on this machine; nobody is followed elsewhere."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError, SlowRetrievalError

from havre.errors import Invalid, Unavailable
from havre.subscription.fetcher import LONGEST, SLOWEST, Fetcher, NotTaken, checked
from havre.subscription.proxy import Proxy
from tests.simulators.egress import HOST, Web, web
from tests.simulators.feed import TOKEN, Publisher

WRONG = [
    *("http://feeds.example/platform", "http://127.0.0.1.example/", "ftp://127.0.0.1/", "feeds.example", ""),
    *("https://anke:secret@feeds.example/", "https://feeds.example/?token=1", "https://feeds.example:99999/"),
    *("https://feeds.example/a b", "https://feeds.example/\x01", "https://[::1/", "https://feeds.example:0/"),
]


def hurried() -> Callable[[], float]:
    """A clock in which a fifth of the time for an answer is gone whenever somebody looks."""
    looks = count()
    return lambda: next(looks) * LONGEST / 5


def counted() -> Callable[[], float]:
    """A clock in which all the time for an answer is gone whenever somebody looks."""
    looks = count()
    return lambda: next(looks) * LONGEST


@pytest.mark.parametrize("base", WRONG)
def test_what_is_no_address_of_a_feed_is_refused(base: str) -> None:
    with pytest.raises(Invalid):
        checked(base)


@pytest.mark.parametrize("base", ["https://feeds.example/platform", "http://127.0.0.1:8080/x", "http://[::1]:1/x"])
def test_an_address_over_tls_or_of_this_machine_is_taken(base: str) -> None:
    assert checked(base).geturl() == base


def test_a_token_is_one_word() -> None:
    with pytest.raises(Invalid, match="one word"):
        Fetcher("https://feeds.example", "one\r\nX-More: two")


def test_a_file_is_fetched_with_the_token_and_not_without(publisher: Publisher) -> None:
    publisher.files["metadata/a.json"] = b"here"
    assert Fetcher(f"{publisher.base}/", TOKEN).download_bytes(f"{publisher.base}/metadata/a.json", 4) == b"here"
    with pytest.raises(DownloadHTTPError) as refused:
        Fetcher(publisher.base, "another").download_bytes(f"{publisher.base}/metadata/a.json", 4)
    assert refused.value.status_code == 401


def test_nobody_is_followed_elsewhere(publisher: Publisher) -> None:
    publisher.answers["metadata/a.json"] = 302
    with pytest.raises(DownloadHTTPError) as refused:
        Fetcher(publisher.base, TOKEN).download_bytes(f"{publisher.base}/metadata/a.json", 4)
    assert refused.value.status_code == 302
    with pytest.raises(DownloadError, match="outside"):
        Fetcher(publisher.base, TOKEN).download_bytes("http://127.0.0.1:1/metadata/a.json", 4)


def test_what_never_ends_is_given_up_at_its_length_and_what_drips_at_its_time(publisher: Publisher) -> None:
    publisher.files["a"] = b"x"
    publisher.endless.add("a")
    with pytest.raises(DownloadLengthMismatchError):
        Fetcher(publisher.base, TOKEN).download_bytes(f"{publisher.base}/a", 1_000_000)
    with pytest.raises(SlowRetrievalError):
        Fetcher(publisher.base, TOKEN, hurried()).download_bytes(f"{publisher.base}/a", 1_000_000_000)


def test_a_large_file_is_given_the_time_that_it_takes(publisher: Publisher) -> None:
    publisher.files["a"] = b"x" * 5
    large = int(LONGEST) * SLOWEST * 20
    fetcher = Fetcher(publisher.base, TOKEN, counted())
    with pytest.raises(SlowRetrievalError):
        fetcher.download_bytes(f"{publisher.base}/a", 5)
    assert fetcher.download_bytes(f"{publisher.base}/a", large) == b"x" * 5
    with pytest.raises(SlowRetrievalError):
        fetcher.download_bytes(f"{publisher.base}/a", 5)


def test_headers_that_drip_are_given_up_at_the_same_time_whatever_was_asked(publisher: Publisher) -> None:
    publisher.files["a"] = b"x"
    publisher.drips |= {"a", "receipts"}
    with pytest.raises(SlowRetrievalError):
        Fetcher(publisher.base, TOKEN, hurried()).download_bytes(f"{publisher.base}/a", 1)
    with pytest.raises(Unavailable, match="so slowly that it was given up"):
        Fetcher(publisher.base, TOKEN, hurried()).post("receipts", {})


def test_an_answer_to_what_was_posted_that_never_ends_is_read_no_further(publisher: Publisher) -> None:
    publisher.endless.add("receipts")
    Fetcher(publisher.base, TOKEN).post("receipts", {})


def test_who_does_not_answer_is_said_to_be_away() -> None:
    with pytest.raises(DownloadError, match="does not answer"):
        Fetcher("http://127.0.0.1:1/x", TOKEN).download_bytes("http://127.0.0.1:1/x/a", 1)
    with pytest.raises(Unavailable, match="does not answer"):
        Fetcher("http://127.0.0.1:1/x", TOKEN).post("receipts", {})


def test_what_is_posted_arrives_or_is_said_to_be_refused(publisher: Publisher) -> None:
    fetcher = Fetcher(publisher.base, TOKEN)
    fetcher.post("receipts", {"list": "baseline", "version": 3})
    assert publisher.receipts == [{"list": "baseline", "version": 3}]
    publisher.answers["receipts"] = 400
    with pytest.raises(NotTaken, match="400: not now"):
        fetcher.post("receipts", {})
    publisher.answers["receipts"] = 503
    with pytest.raises(Unavailable, match="503"):
        fetcher.post("receipts", {})
    with pytest.raises(Invalid, match="answered 401") as refused:
        Fetcher(publisher.base, "another").post("receipts", {})
    assert not isinstance(refused.value, NotTaken)  # with the right token it would be taken


FEED = f"https://{HOST}/platform"


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Web]:
    """A proxy, and behind it a feed over TLS with a certificate of our own."""
    with web(tmp_path) as made:
        made.pages["/platform/a"] = (200, {}, b"here")
        made.pages["/platform/receipts"] = (204, {}, b"")
        yield made


def through(outside: Web, **more: Any) -> Fetcher:
    egress = outside.egress
    given = {"headers": {"Proxy-Authorization": "Basic eDp5"}, "authorities": egress.authorities} | more
    return Fetcher(FEED, TOKEN, proxy=Proxy(egress.host, egress.port, **given))


def test_through_a_proxy_the_feed_is_asked_in_its_own_tls_and_the_proxy_sees_its_name_alone(outside: Web) -> None:
    fetcher = through(outside)
    assert fetcher.download_bytes(f"{FEED}/a", 4) == b"here"
    fetcher.post("receipts", {"list": "baseline", "version": 1})
    assert outside.tunnels == [f"{HOST}:443"] * 2
    ((headers, body),) = outside.taken
    assert (headers["Host"], headers["Authorization"], body[:8]) == (HOST, f"Bearer {TOKEN}", b'{"list":')
    assert "Proxy-Authorization" not in headers  # what the proxy wants to see is for nobody else


def test_through_a_proxy_nobody_else_is_believed_or_followed(outside: Web) -> None:
    with pytest.raises(DownloadError, match="CERTIFICATE_VERIFY_FAILED"):
        through(outside, authorities="").download_bytes(f"{FEED}/a", 4)
    outside.pages["/platform/a"] = (302, {"Location": "https://127.0.0.1/secret"}, b"")
    with pytest.raises(DownloadHTTPError):
        through(outside).download_bytes(f"{FEED}/a", 4)
    for said in (b"302 Found\r\nLocation: http://127.0.0.1/", b"407 Who are you", b"403 Forbidden"):
        outside.refuses, outside.refusal = True, b"HTTP/1.1 " + said + b"\r\n\r\n"
        with pytest.raises(DownloadError, match=f"does not answer .*{said[:3].decode()}"):
            through(outside).download_bytes(f"{FEED}/a", 4)
        with pytest.raises(Unavailable, match="does not answer"):
            through(outside).post("receipts", {})
    assert len(outside.taken) == 0


def test_this_machine_is_never_asked_through_a_proxy(publisher: Publisher, outside: Web) -> None:
    publisher.files["a"] = b"here"
    proxy = Proxy(outside.egress.host, outside.egress.port, {})
    assert Fetcher(publisher.base, TOKEN, proxy=proxy).download_bytes(f"{publisher.base}/a", 4) == b"here"
    with pytest.raises(DownloadError):
        Fetcher("https://127.0.0.1:1/x", TOKEN, proxy=proxy).download_bytes("https://127.0.0.1:1/x/a", 4)
    with pytest.raises(Invalid, match="over https"):
        Fetcher("http://feeds.example/x", TOKEN, proxy=proxy)
    assert outside.tunnels == []


def test_a_proxy_that_is_away_or_has_no_authorities_is_said_to_be_so(outside: Web, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        Fetcher(FEED, TOKEN, proxy=Proxy("127.0.0.1", 1, {})).post("receipts", {})
    with pytest.raises(Invalid, match="authorities can't be read"):
        through(outside, authorities=str(tmp_path / "nowhere")).post("receipts", {})
