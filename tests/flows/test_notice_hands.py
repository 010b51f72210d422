"""Letters leave by the way that is set, once everything is ready; nothing in them begins a header."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid, Refused, Unavailable
from havre.flows.notice_hands import (
    DeadAddressError,
    NotTakenError,
    Parcel,
    hand_api,
    hand_files,
    hand_mail,
    hands_of,
    is_address,
    is_dead,
    message_of,
    must_be_outside,
    said_of,
    target_of,
)
from havre.settings import Egress, Mail
from tests.simulators.smtp import SENDER, smtp

PARCEL = Parcel(
    "abuse@host.example",
    "<hn-0123.1@unit.example>",
    "Notice HN-0123: images d'abus",
    "À qui de droit\n.\n..\nFrom here\n" + "x" * 2_000 + "\n",
    "hn-0123-1",
    b'{"a": 1}',
    b"%PDF-1.4",
)
MAIL = Mail("127.0.0.1", 25, False, SENDER)


def test_a_mail_arrives_as_it_was_written_with_its_files() -> None:
    with smtp() as server:
        steps: list[int] = []
        hand_mail(server.mail, message_of(PARCEL, server.mail), lambda: steps.append(len(server.raw)))
        (mail,) = server.taken
    assert steps == [0]  # nothing counted at the server when it was written down that it leaves
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == PARCEL.text
    assert (mail["To"], mail["From"], mail["Message-ID"]) == (PARCEL.to, SENDER, PARCEL.message_id)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [(each.get_filename(), each.get_content()) for each in mail.iter_attachments()] == [
        ("hn-0123-1.pdf", PARCEL.pdf),
        ("hn-0123-1.json", PARCEL.json),
    ]


def test_who_stops_at_the_last_moment_has_sent_nothing() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with smtp() as server:
        with pytest.raises(KeyboardInterrupt):
            hand_mail(server.mail, message_of(PARCEL, server.mail), stop)
        assert server.raw == []


def test_a_dead_address_and_one_that_is_busy_are_told_apart() -> None:
    with smtp() as server:
        server.rules.dead.add("dead@host.example")
        server.rules.later.add("busy@host.example")
        for to, error in (("dead@host.example", DeadAddressError), ("busy@host.example", NotTakenError)):
            with pytest.raises(error, match=r"[45]5"):
                hand_mail(server.mail, message_of(replace(PARCEL, to=to), server.mail), lambda: None)


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x0b", "\x85"])
def test_no_header_is_begun_by_what_comes_from_outside(sign: str) -> None:
    hostile = f"a@b.example{sign}Bcc: c@d.example"
    for parcel in (replace(PARCEL, to=hostile), replace(PARCEL, subject=hostile)):
        with pytest.raises(Invalid):
            message_of(parcel, MAIL)
    made = message_of(replace(PARCEL, text=f"x{sign}Bcc: c@d.example\n"), MAIL)
    assert set(made.keys()) == {"From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


def test_an_address_is_one_plain_address() -> None:
    assert is_address("abuse@host.example")
    assert not any(map(is_address, ("", "a", "a@b", "a@b.example,c@d.example", "<a@b.example>", "a@b.example ")))


def test_a_way_that_is_not_set_up_says_so(tmp_path: Path) -> None:
    hands = hands_of(None, None, tmp_path)
    with pytest.raises(Unavailable, match="HAVRE_MAIL"):
        hands.mail(PARCEL, lambda: None)
    with pytest.raises(Unavailable, match="HAVRE_EGRESS"):
        hands.api(PARCEL, lambda: None)


def test_files_lie_there_once_however_often_they_are_put(tmp_path: Path) -> None:
    hands = hands_of(None, None, tmp_path / "letters")
    for _time in range(2):
        hands.file(PARCEL, lambda: None)
    assert sorted(each.name for each in (tmp_path / "letters").iterdir()) == [
        *("hn-0123-1.json", "hn-0123-1.pdf", "hn-0123-1.txt")
    ]
    hand_files(tmp_path / "letters", PARCEL, lambda: None)


class Proxy(socketserver.StreamRequestHandler):
    """A proxy that says what it was asked for, and lets nothing through."""

    def handle(self) -> None:
        assert isinstance(self.server, Asked)
        self.server.asked.append(self.rfile.readline().decode().strip())
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")


class Asked(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Proxy)
        self.asked: list[str] = []


@contextmanager
def proxy() -> Iterator[Asked]:
    with Asked() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def test_a_platform_is_reached_through_the_proxy_alone_and_what_it_refuses_has_not_left() -> None:
    left: list[int] = []
    with proxy() as server:
        egress = Egress("127.0.0.1", server.server_address[1])
        with pytest.raises(OSError, match="403"):
            hand_api(egress, replace(PARCEL, to="https://api.platform.example/notices"), lambda: left.append(1))
        assert server.asked == ["CONNECT api.platform.example:443 HTTP/1.1"] or server.asked == [
            "CONNECT api.platform.example:443 HTTP/1.0"
        ]
    assert left == []


@pytest.mark.parametrize("to", ["http://api.platform.example/", "ftp://x.example/", "abuse@host.example", ""])
def test_only_https_is_spoken(to: str) -> None:
    with pytest.raises(Invalid, match="https"):
        hand_api(Egress("127.0.0.1", 9), replace(PARCEL, to=to), lambda: None)


OWN_NETWORK = (
    *("localhost", "127.0.0.1", "0x7f.1", "2130706433", "10.0.0.1", "169.254.169.254", "[::1]", "0177.0.0.1"),
    *("printer.local", "db.internal", "router.lan", "intranet", "a.localhost", "10.0.0.1."),
)


@pytest.mark.parametrize("host", OWN_NETWORK)
def test_nothing_is_posted_to_this_machine_or_to_somebodys_own_network(host: str) -> None:
    with proxy() as server:
        egress = Egress("127.0.0.1", server.server_address[1])
        with pytest.raises((Invalid, Refused)):
            hand_api(egress, replace(PARCEL, to=f"https://{host}/notices"), lambda: None)
        assert server.asked == []
    must_be_outside("api.platform.example")


def test_the_first_line_of_a_request_holds_path_and_query_alone() -> None:
    found = [target_of(f"https://a.example{rest}") for rest in ("", "/", "/n?v=1#x", "?v=1")]
    assert found == ["/", "/", "/n?v=1", "/?v=1"]
    assert said_of(PARCEL) == {"Content-Type": "application/json", "Idempotency-Key": PARCEL.message_id}


def test_a_secret_stands_in_no_text_of_a_parcel() -> None:
    assert "secret" not in repr(replace(PARCEL, headers={"Authorization": "Bearer secret"}))


def test_a_no_that_is_about_us_makes_no_address_dead() -> None:
    for said in ("5.1.1 nobody here", "5.1.10 null MX", "5.2.1 mailbox disabled", "no such user"):
        assert is_dead(said), said
    for said in (
        "5.7.1 relaying denied",
        "5.2.2 mailbox full",
        "Relay access denied",
        "relay not permitted",
        "5.7.26 x",
    ):
        assert not is_dead(said), said
