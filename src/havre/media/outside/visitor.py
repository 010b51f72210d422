"""The process that asks for one page: confined before its first byte, with one open socket and nothing else.

Told on standard input what to ask for; answers with one line of JSON, the bytes, and another line with what a page
shows: whatever that page does to its reader, the bytes are out before. The socket was connected to the egress proxy by
whoever started it: this process can neither open another one nor a file.
"""

import io
import json
import os
import re
import ssl
import sys
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urljoin

from havre.media.decode.confine import close_the_door
from havre.media.outside.shown import LONGEST_LINK, is_page, shown
from havre.media.outside.signs import signs_of

MEMORY = 1 << 30
PIECE = 1 << 16
MOST_EARLY = 20
"""Hints that may come before an answer."""


class Wire(io.RawIOBase):
    """The socket as a file; with TLS once both sides agreed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.torn = False
        """Whether the other side was cut off before it said that this is the end; without TLS nobody says it."""
        self._read: io.BufferedReader = io.BufferedReader(self, PIECE)
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

    def makefile(self, _mode: str) -> "io.BufferedReader[Any]":
        """What http.client reads from: the same for every answer on this connection."""
        return self._read

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
        else:  # which OpenSSL, as Python sets it up, takes for a goodbye
            self.torn = True
            self._in.write_eof()

    def _flush(self) -> None:
        data = self._out.read()
        while data:
            data = data[os.write(self.number, data) :]


def answered(wire: Wire, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the other side says to the one question."""
    _tunnel(wire, asked)
    if asked["tls"]:
        wire.secure(_context(asked["authorities"]), asked["host"])
    named = asked["host"] if asked["port"] in (80, 443) else f"{asked['host']}:{asked['port']}"
    words = ("Accept: */*", "Accept-Encoding: identity", "Connection: close", "User-Agent: Mozilla/5.0")
    wire.send("\r\n".join((f"GET {asked['target']} HTTP/1.1", f"Host: {named}", *words, "", "")).encode("ascii"))
    response = _response(wire)
    body, whole = _body(response, wire, asked["most"])
    said = response.headers
    encoding = said.get("Content-Encoding", "").strip().lower()[:40]
    if asked.get("look"):
        fields = {name.lower(): ", ".join(map(str, said.get_all(name, []))) for name in said}
        return {"status": response.status, "signs": signs_of(fields, body)}, b""
    return {
        "status": response.status,
        "type": said.get_content_type() if "Content-Type" in said else "",
        "encoding": "" if encoding == "identity" else encoding,
        "location": _location(asked["at"], said.get("Location", "")[:LONGEST_LINK]),
        "cut": not whole,
    }, body


def _response(wire: Wire) -> HTTPResponse:
    """The answer itself, without the hints that may come before."""
    for _early in range(MOST_EARLY):
        response = HTTPResponse(wire)  # type: ignore[arg-type]
        response.begin()
        if response.status >= 200:
            return response
        response.fp = None  # type: ignore[assignment] # forgotten, it would close what the next is read from
    raise ValueError("only hints came, and no answer")


def _body(response: HTTPResponse, wire: Wire, most: int) -> tuple[bytes, bool]:
    """The bytes, and whether they are all: as many as were told, else up to an end that TLS vouches for, if spoken."""
    try:
        body = response.read(most + 1)
    except IncompleteRead as error:
        if not error.partial:
            raise
        return error.partial[:most], False
    short = bool(response.length) or (response.length is None and not response.chunked and wire.torn)
    return body[:most], not short and len(body) <= most


def _location(at: str, said: str) -> str:
    try:
        return urljoin(at, said) if said else ""
    except ValueError:
        return said


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
        raise NotThroughError(said)


class NotThroughError(ValueError):
    """The proxy did not connect."""

    def __init__(self, said: bytes) -> None:
        first = said[:60].partition(b"\r")[0].decode("ascii", "replace")
        super().__init__(f"the proxy said no ({first})")
        self.whose = "refused" if REFUSED.search(said) else "proxy" if THIS_ONE.match(said) else "ours"
        """Whose fault it is: the host's, of nobody who is known, or that of whoever may not ask."""


REFUSED = re.compile(rb"(?im)^Proxy-Status:.*\berror=\"?connection_refused\b|^X-Squid-Error: ERR_CONNECT_FAIL 111\b")
"""That the host refuses to be connected to, as a proxy says it (RFC 9209, 2.3.6; squid): else nobody knows."""

THIS_ONE = re.compile(rb"\S+ (?!407)[45][0-9]{2}\b")
"""That the proxy does not connect there, which says nothing of anywhere else: it may allow few ports."""


def _context(authorities: str) -> ssl.SSLContext:
    return CONTEXTS[0] if CONTEXTS else ssl.create_default_context(cafile=authorities or None)


CONTEXTS: list[ssl.SSLContext] = []
"""Made before the walls stand: afterwards no file can be read."""


def shows(told: Mapping[str, Any], body: bytes, at: str) -> dict[str, Any]:
    """What this answer shows, where it is a page."""
    if not is_page(told.get("type", ""), body):
        return {}
    return {"unread": "encoded"} if told["encoding"] else shown(body, at).to_json()


class UnconfinedError(ValueError):
    """The walls do not stand."""

    whose = "ours"


def _whose(error: Exception) -> str:
    """Whose trouble it is, as far as this process can tell."""
    return "certificate" if isinstance(error, ssl.SSLCertVerificationError) else str(getattr(error, "whose", ""))


def main() -> None:
    """Ask once, answer once."""
    asked = json.loads(sys.stdin.buffer.readline())
    wire = Wire(int(sys.argv[1]))
    CONTEXTS.append(_context(asked["authorities"]))
    "".encode("idna"), b"".decode("utf-16")  # what is loaded late must be here before the walls
    missing = [wall.name for wall in close_the_door(MEMORY) if not wall.active]
    try:
        if "seccomp" in missing:  # the one wall without which this process could connect elsewhere
            raise UnconfinedError("this machine can't confine who asks for pages")
        told, body = answered(wire, asked)
    except (OSError, ValueError, HTTPException, MemoryError, RecursionError) as error:
        told, body = {"trouble": f"{type(error).__name__}: {error}"[:300], "whose": _whose(error)}, b""
    sys.stdout.buffer.write(json.dumps({**told, "bytes": len(body), "missing": missing}).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
    sys.stdout.buffer.write(json.dumps(shows(told, body, asked.get("at", ""))).encode() + b"\n")
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
