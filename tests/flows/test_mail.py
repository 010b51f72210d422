"""A mail says that something waits and nothing else, in the reader's language, once an hour at most."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from havre.errors import Invalid
from havre.flows.home import Home
from havre.flows.mail import Mailed, ask_mail, deliver, mail_to, mail_waiting, mailbox_of, stop_mail
from havre.settings import Mail
from havre.units.models import Mailbox
from havre.units.prefer import prefer
from tests.cast import NOON, Node
from tests.exchange.shared import held_too, shared

ADDRESS = "chiara@unit.example"


class Hears(socketserver.StreamRequestHandler):
    """Speaks enough SMTP to take a mail; says no to the first so many."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                text = b""
                while (more := self.rfile.readline()) != b".\r\n":
                    text += more
                server.taken.append(text.decode())
            if verb == "MAIL" and server.refuses:
                server.refuses -= 1
                self._say("451 not now")
                continue
            if verb in ("MAIL", "RCPT"):
                server.envelope.append(line)
            self._say("221 bye" if verb == "QUIT" else "250 fine")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """A server for mail on this machine."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refuses: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Hears)
        self.taken: list[str] = []
        self.envelope: list[str] = []
        self.refuses = refuses


@contextmanager
def serving(node: Node, refuses: int = 0) -> Iterator[tuple[Server, Home]]:
    """A server for mail, and the home that knows of it."""
    with Server(refuses) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mail = Mail("127.0.0.1", server.server_address[1], False, "havre@unit.example")
        try:
            yield server, replace_mail(node.home, mail)
        finally:
            server.shutdown()


def replace_mail(home: Home, mail: Mail) -> Home:
    """The same home with a server for mail."""
    return Home(replace(home.settings, mail=mail), begun=home.begun)


def sent(home: Home, after: timedelta = timedelta(0)) -> Mailed:
    """One look, so long after noon."""
    return mail_waiting(home, lambda: NOON + after)


def something_waits(node: Node) -> None:
    """Italy hears that Belgium holds the same."""
    series, _ = shared(node, "IT")
    held_too(node, series)


def test_a_mail_says_that_something_waits_and_never_what(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    prefer(begun.chiara.person, language="fr")
    with serving(begun) as (server, home):
        assert sent(home) == Mailed()
        something_waits(begun)
        assert sent(home) == Mailed(sent=1)
    (text,) = server.taken
    assert "Quelque chose vous attend." in text.replace("=\r\n", "")
    assert not any(word in text for word in ("Police", "BE", "chair", "S1", "held", "Polizia"))
    told = [line.split(" ")[1] for line in server.envelope]
    assert told == ["FROM:<havre@unit.example>", f"TO:<{ADDRESS}>"]


def test_the_same_is_told_once_and_nothing_within_the_hour(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    something_waits(begun)
    with serving(begun) as (server, home):
        sent(home)
        assert sent(home, timedelta(minutes=59)) == Mailed()
        assert sent(home, timedelta(hours=2)) == Mailed()  # nothing new
    assert len(server.taken) == 1


def test_what_the_server_did_not_take_is_tried_again(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    something_waits(begun)
    with serving(begun, refuses=2) as (server, home):
        tries = [sent(home, timedelta(minutes=at)) for at in (0, 0.5, 1, 2, 3, 4)]
    assert [(each.sent, each.failed) for each in tries] == [(0, 1), (0, 0), (0, 1), (0, 0), (1, 0), (0, 0)]
    assert len(server.taken) == 1
    assert Mailbox.objects.get().tries == 0


def test_where_nobody_listens_nothing_breaks(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    something_waits(begun)
    assert mail_waiting(begun.home, lambda: NOON) == Mailed()  # no server is set
    home = replace_mail(begun.home, Mail("127.0.0.1", 9, False, "havre@unit.example"))
    assert sent(home) == Mailed(failed=1)


def test_who_asks_no_more_or_never_did_gets_none(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    ask_mail(begun.home, begun.bram, "bram@unit.example")
    something_waits(begun)
    stop_mail(begun.home, begun.chiara)
    assert mailbox_of(begun.chiara.person) is None
    with serving(begun) as (_server, home):
        assert sent(home) == Mailed()  # for Bram's unit nothing waits


@pytest.mark.parametrize(
    "address",
    [
        *("", "chiara", "a@b.example\nBcc: x@y.example", "a@b.example\r\nSubject: x", "a@b.example, c@d.example"),
        *("é@b.example", "a@b.example\x00", "<a@b.example>", "a" * 250 + "@b.example"),
    ],
)
def test_no_address_brings_a_header_or_a_second_reader(begun: Node, address: str) -> None:
    with pytest.raises(Invalid):
        ask_mail(begun.home, begun.chiara, address)
    assert Mailbox.objects.count() == 0


def test_an_address_that_came_by_another_way_brings_none_either(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    Mailbox.objects.update(address="a@b.example\nBcc: x@y.example")
    something_waits(begun)
    with serving(begun) as (server, home):
        assert sent(home) == Mailed(failed=1)
    assert server.taken == []


def test_two_processes_send_one(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    something_waits(begun)
    home = replace_mail(begun.home, Mail("mail.example", 25, False, "havre@unit.example"))
    posted: list[EmailMessage] = []

    def post(_mail: Mail, made: EmailMessage) -> None:
        posted.append(made)
        assert mail_waiting(home, lambda: NOON, lambda _m, other: posted.append(other)) == Mailed()

    assert mail_waiting(home, lambda: NOON, post) == Mailed(sent=1)
    assert len(posted) == 1


def test_another_address_does_not_shorten_the_hour(begun: Node) -> None:
    ask_mail(begun.home, begun.chiara, ADDRESS)
    something_waits(begun)
    with serving(begun) as (server, home):
        sent(home)
        ask_mail(begun.home, begun.chiara, "other@unit.example")
        Mailbox.objects.update(told_at=None)
        assert sent(home, timedelta(minutes=10)) == Mailed()
    assert len(server.taken) == 1


def test_a_mail_is_dated_and_says_that_no_person_wrote_it(begun: Node) -> None:
    box = ask_mail(begun.home, begun.chiara, ADDRESS)
    made = mail_to(box, Mail("mail.example", 25, False, "havre@unit.example"), NOON)
    assert (made["Date"], made["Auto-Submitted"]) == ("Mon, 02 Mar 2026 12:00:00 +0000", "auto-generated")
    with pytest.raises(ConnectionRefusedError):
        deliver(Mail("127.0.0.1", 9, True, "havre@unit.example"), made)
