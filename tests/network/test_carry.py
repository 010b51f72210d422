"""Mutual TLS between nodes: who shows another certificate is out, and a node that says nothing is not waited for."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from havre.errors import Refused, Unavailable
from havre.network import carry
from havre.network.carry import authorities, carrier, context, post, who_shows
from havre.network.meet import revoke
from havre.network.models import Peer
from havre.sealing.certificate import authority, door_of
from havre.sealing.secret import secrets_of
from tests.cast import NOON, introduce
from tests.network.known import accepted
from tests.sealing.wire import NODES, SEEDS

pytestmark = pytest.mark.usefixtures("database")


def door(country: str, generation: int = 0) -> bytes:
    """What a node shows."""
    return door_of(SEEDS[country], secrets_of(SEEDS[country], generation))


@contextmanager
def answering(country: str, trusts: str, reply: bytes, generation: int = 0) -> Iterator[tuple[str, list[bytes]]]:
    """A server of a node on the loopback that gives one reply to all; its address, and what it was asked."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    trust = context(door(country, generation), [authority(SEEDS[trusts])], server=True)

    def run() -> None:
        while True:
            try:
                plain, _ = server.accept()
            except OSError:
                return
            try:
                plain.settimeout(10)
                with trust.wrap_socket(plain, server_side=True) as line:
                    asked.append(_whole(line))
                    line.sendall(reply)
            except OSError:
                plain.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.getsockname()[1]}", asked
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)


def _whole(line: ssl.SSLSocket) -> bytes:
    """A question with its body, or what came of it."""
    given = b""
    while not given.endswith(b"question"):
        piece = line.recv(65_536)
        if not piece:
            break
        given += piece
    return given


def reply(status: str, body: bytes) -> bytes:
    """An answer of HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def at(address: str, **other: Any) -> Peer:
    """France, reached there."""
    return accepted(introduce(), addresses=(address,), **other)


def test_an_answer_comes_from_whom_the_introduction_names() -> None:
    with answering("FR", "BE", reply("200 OK", b"hello")) as (address, asked):
        peer = at(address)
        assert post(peer, "/x", "question", door("BE")) == "hello"
        assert asked[0].startswith(b"POST /x ")


def test_a_server_with_another_key_is_told_nothing() -> None:
    with answering("IT", "BE", reply("200 OK", b"hello")) as (address, asked):
        peer = at(address)
        with pytest.raises(Unavailable, match="another node answers there"):
            post(peer, "/x", "question", door("BE"))
        assert not any(b"question" in each for each in asked)


def test_a_server_of_an_older_generation_than_introduced_is_told_nothing() -> None:
    with answering("FR", "BE", reply("200 OK", b"hello")) as (address, asked):
        peer = at(address)
        peer.generation = 1
        with pytest.raises(Refused, match="generation"):
            post(peer, "/x", "question", door("BE"))
        assert not any(b"question" in each for each in asked)


def test_who_is_not_accepted_there_gets_no_answer() -> None:
    with answering("FR", "IT", reply("200 OK", b"hello")) as (address, asked):
        peer = at(address)
        with pytest.raises(Unavailable, match="has not accepted this node, or revoked it"):
            post(peer, "/x", "question", door("BE"))
        assert not asked


@pytest.mark.parametrize(
    ("status", "error"), [("403 Forbidden", Refused), ("404 Not Found", Refused), ("503 Gone", Unavailable)]
)
def test_what_a_peer_says_no_with_is_told(status: str, error: type[Exception]) -> None:
    with answering("FR", "BE", reply(status, b"because of this")) as (address, _):
        peer = at(address)
        with pytest.raises(error, match="because of this"):
            post(peer, "/x", "question", door("BE"))


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "MOST_ANSWER", 10)
    with answering("FR", "BE", reply("200 OK", b"x" * 100)) as (address, _):
        peer = at(address)
        with pytest.raises(Unavailable):
            post(peer, "/x", "question", door("BE"))


def test_a_peer_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        peer = at(f"https://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(Unavailable, match="does not answer"):
            post(peer, "/x", "question", door("BE"))


def test_the_next_address_is_tried() -> None:
    with answering("FR", "BE", reply("200 OK", b"hello")) as (address, _):
        peer = at(address)
        peer.addresses = ["https://127.0.0.1:1", address]
        assert post(peer, "/x", "question", door("BE")) == "hello"


def test_who_shows_a_certificate_is_known_by_the_authority_until_it_is_revoked() -> None:
    peer = accepted(introduce())
    shown = ssl.PEM_cert_to_DER_cert(door("FR").decode().partition("-----END PRIVATE KEY-----\n")[2])
    found = who_shows(shown)
    assert found is not None
    assert (found.node, found.generation, list(authorities())) == (NODES["FR"], 0, [NODES["FR"]])
    assert who_shows(b"nonsense") is who_shows(None) is None
    revoke(peer, NOON)
    assert (who_shows(shown), authorities()) == (None, {})


def test_what_is_reached_through_a_hub_is_carried_there() -> None:
    cast = introduce()
    with answering("FR", "BE", reply("200 OK", b"relayed")) as (address, asked):
        accepted(cast, "FR", addresses=(address,))
        italy = accepted(cast, "IT", hub=NODES["FR"], addresses=())
        carry_ = carrier(lambda: door("BE"))
        assert carry_(italy, "question") == "relayed"
        assert asked[0].startswith(f"POST /peer/1/relay/{NODES['IT']} ".encode())
        revoke(Peer.objects.get(node=NODES["FR"]), NOON)
        with pytest.raises(Unavailable, match="through a node that is not accepted"):
            carry_(italy, "question")


def test_a_stranger_who_shows_nothing_in_time_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "HANDSHAKE_SECONDS", 0.3)
    trust = context(door("BE"), [authority(SEEDS["FR"])], server=True)
    here, there = socket.socketpair()
    with there, pytest.raises(ssl.SSLEOFError):
        trust.wrap_socket(here, server_side=True)


def test_a_stranger_who_goes_before_showing_anything_is_no_error_to_be_told_of() -> None:
    trust = context(door("BE"), [authority(SEEDS["FR"])], server=True)
    here, there = socket.socketpair()
    there.close()
    with pytest.raises(ssl.SSLEOFError):
        trust.wrap_socket(here, server_side=True)


def test_a_context_trusts_its_authorities_alone() -> None:
    made = context(door("BE"), [authority(SEEDS["FR"])], server=True)
    assert made.minimum_version is ssl.TLSVersion.TLSv1_3
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert len(made.get_ca_certs()) == 1


def test_a_peer_that_drips_is_not_listened_to_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "SECONDS", 0.4)
    trust = context(door("FR"), [authority(SEEDS["BE"])], server=True)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            plain, _ = server.accept()
            with suppress(OSError), trust.wrap_socket(plain, server_side=True) as line:
                _whole(line)
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                for _second in range(30):
                    line.sendall(b"x")
                    time.sleep(0.1)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            post(at(f"https://127.0.0.1:{server.getsockname()[1]}"), "/x", "question", door("BE"))
        assert time.monotonic() - began < 2
        thread.join(10)
