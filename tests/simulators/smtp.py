"""A server for mail on this machine: it takes letters, refuses some, is slow, and keeps what it took."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from havre.settings import Mail

SENDER = "havre@unit.example"


@dataclass
class Rules:
    """How the server behaves, which tests may change while it runs."""

    dead: set[str] = field(default_factory=set)
    """Addresses it knows nothing of, for ever."""
    later: set[str] = field(default_factory=set)
    """Addresses it takes nothing for at the moment."""
    slow: float = 0.0
    """Seconds it thinks about each command."""
    silent_after_data: bool = False
    """It hangs up after a letter, without saying whether it took it."""


class Speaks(socketserver.StreamRequestHandler):
    """One conversation."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        self._say("220 here")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            time.sleep(server.rules.slow)
            verb, to = line[:4].upper(), line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                if not self._data(server):
                    return
            elif verb == "RCPT" and to in server.rules.dead:
                self._say("550 5.1.1 nobody here")
            elif verb == "RCPT" and to in server.rules.later:
                self._say("451 4.2.0 not now")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _data(self, server: "Server") -> bool:
        """Whether the conversation goes on; what is cut off before its last line is not taken (RFC 5321, 4.1.1.4)."""
        self._say("354 go on")
        text = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            text += line[1:] if line.startswith(b".") else line
        with server.lock:
            server.raw.append(text)
        if server.rules.silent_after_data:
            return False
        time.sleep(server.rules.slow)
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        try:
            self.wfile.write(line.encode() + b"\r\n")
        except OSError:
            return


class Server(socketserver.ThreadingTCPServer):
    """The server."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Speaks)
        self.raw: list[bytes] = []
        self.rules = Rules()
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever was killed in the middle is no fault of the server."""

    @property
    def mail(self) -> Mail:
        """What a home is told of it."""
        return Mail("127.0.0.1", self.server_address[1], False, SENDER)

    @property
    def taken(self) -> list[EmailMessage]:
        """What it took, in order."""
        with self.lock:
            raw = list(self.raw)
        found = [message_from_bytes(each, policy=policy.default) for each in raw]
        return [each for each in found if isinstance(each, EmailMessage)]


@contextmanager
def smtp() -> Iterator[Server]:
    """A server that runs while the block lasts."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
