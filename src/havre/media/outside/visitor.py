"""The process that asks for one page: confined before its first byte, with one open socket and nothing else.

Told on standard input what to ask for; answers with one line of JSON and the bytes. The socket was connected to the
egress proxy by whoever started it: this process can neither open another one nor a file.
"""

import io
import json
import os
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urljoin

from havre.media.decode.confine import close_the_door

MEMORY = 1 << 30
PIECE = 1 << 16
MOST_LINKS = 200
LONGEST_LINK = 2_000
SHOWN = {"img": ("src",), "source": ("src",), "video": ("src", "poster"), "audio": ("src",)}
"""What a page shows by itself."""


class Wire(io.RawIOBase):
    """The socket as a file; with TLS once both sides agreed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self._tls: ssl.SSLObject | None = None
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; none at the end."""
        piece = self._plain(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def send(self, data: bytes) -> None:
        """Write all of it."""
        if self._tls is not None:
            self._tls.write(data)
            data = self._out.read()
        while data:
            data = data[os.write(self.number, data) :]

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on, with whoever can prove to be this host."""
        tls = context.wrap_bio(self._in, self._out, server_hostname=host)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._exchange()
        self._flush()
        self._tls = tls

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client reads from."""
        return io.BufferedReader(self, PIECE)

    def _plain(self, count: int) -> bytes:
        while self._tls is not None:
            try:
                return self._tls.read(count)
            except ssl.SSLWantReadError:
                self._exchange()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
        return os.read(self.number, count)

    def _exchange(self) -> None:
        self._flush()
        piece = os.read(self.number, PIECE)
        if piece:
            self._in.write(piece)
        else:
            self._in.write_eof()

    def _flush(self) -> None:
        data = self._out.read()
        while data:
            data = data[os.write(self.number, data) :]


class Shown(HTMLParser):
    """Collects the addresses of what a page shows."""

    def __init__(self, at: str) -> None:
        super().__init__(convert_charrefs=True)
        self._at, self.links = at, dict[str, None]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        for name, value in attrs:
            if value and name in SHOWN.get(tag, ()) and len(self.links) < MOST_LINKS and len(value) < LONGEST_LINK:
                self.links[urljoin(self._at, value.strip())] = None


def answered(wire: Wire, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the other side says to the one question."""
    _tunnel(wire, asked)
    if asked["tls"]:
        wire.secure(_context(asked["authorities"]), asked["host"])
    named = asked["host"] if asked["port"] in (80, 443) else f"{asked['host']}:{asked['port']}"
    words = ("Accept: */*", "Accept-Encoding: identity", "Connection: close", "User-Agent: Mozilla/5.0")
    wire.send("\r\n".join((f"GET {asked['target']} HTTP/1.1", f"Host: {named}", *words, "", "")).encode("ascii"))
    response = HTTPResponse(wire)  # type: ignore[arg-type]
    response.begin()
    body = response.read(asked["most"] + 1)
    told = {"status": response.status, "type": response.headers.get_content_type(), "cut": len(body) > asked["most"]}
    location = response.headers.get("Location", "")[:LONGEST_LINK]
    links = _links(body, asked["at"]) if told["type"] in ("text/html", "application/xhtml+xml") else []
    return {**told, "location": urljoin(asked["at"], location) if location else "", "links": links}, body[
        : asked["most"]
    ]


def _tunnel(wire: Wire, asked: Mapping[str, Any]) -> None:
    """Have the proxy connect to the pinned number; it is never told a name."""
    number = f"[{asked['number']}]" if ":" in asked["number"] else asked["number"]
    there = f"{number}:{asked['port']}"
    wire.send(f"CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode("ascii"))
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        byte = os.read(wire.number, 1)
        if not byte or len(said) > PIECE:
            raise ValueError("the proxy ended the connection")
        said += byte
    if said.split(b" ", 2)[1:2] != [b"200"]:
        raise ValueError(f"the proxy said no ({said[:60].split(chr(13).encode())[0].decode('ascii', 'replace')})")


def _context(authorities: str) -> ssl.SSLContext:
    return CONTEXTS[0] if CONTEXTS else ssl.create_default_context(cafile=authorities or None)


CONTEXTS: list[ssl.SSLContext] = []
"""Made before the walls stand: afterwards no file can be read."""


def _links(body: bytes, at: str) -> list[str]:
    page = Shown(at)
    with suppress(ValueError, AssertionError):  # what a page can do to the parser
        page.feed(body.decode("utf-8", "replace"))
    return list(page.links)


def main() -> None:
    """Ask once, answer once."""
    asked = json.loads(sys.stdin.buffer.readline())
    wire = Wire(int(sys.argv[1]))
    CONTEXTS.append(_context(asked["authorities"]))
    "".encode("idna")  # what is loaded late must be here before the walls
    missing = [wall.name for wall in close_the_door(MEMORY) if not wall.active]
    try:
        if "seccomp" in missing:  # the one wall without which this process could connect elsewhere
            raise ValueError("this machine can't confine who asks for pages")
        told, body = answered(wire, asked)
    except (OSError, ValueError, HTTPException) as error:
        told, body = {"trouble": f"{type(error).__name__}: {error}"[:300]}, b""
    sys.stdout.buffer.write(json.dumps({**told, "missing": missing}).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
