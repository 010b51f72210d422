"""Ask for one page of the outside: the proxy is connected to, the rest is done by a process that holds nothing."""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass

from havre.errors import Invalid, Unavailable
from havre.media.outside.numbers import outside
from havre.settings import Egress

SECONDS = 60.0
"""A page that takes longer is given up."""

MOST_BYTES = 64 << 20
"""Of one answer."""

PROXY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One page, and the network address at which it is asked for: pinned, so that no name can lead elsewhere."""

    scheme: str
    host: str
    number: str
    target: str
    """Path and query."""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """What came back."""

    status: int
    type: str
    body: bytes
    location: str
    """Where it would lead on; never followed."""
    links: tuple[str, ...]
    """What the page shows, as addresses."""
    cut: bool
    """Whether there was more than is kept of one answer."""


def visit(egress: Egress, asked: Asked, most: int = MOST_BYTES) -> Visited:
    """Ask once. Raises Refused for a number that is not on the open internet, Unavailable where no answer comes."""
    number = outside(asked.number)
    port = asked.port or (443 if asked.scheme == "https" else 80)
    at = f"{asked.scheme}://{asked.host}{f':{asked.port}' if asked.port else ''}{asked.target}"
    if not at.isascii() or not at.isprintable() or " " in at:
        raise Invalid("this address can't be asked for as it is written")
    words = {"host": asked.host, "number": number, "port": port, "tls": asked.scheme == "https", "at": at, "most": most}
    line = json.dumps({**words, "target": asked.target or "/", "authorities": egress.authorities}).encode() + b"\n"
    try:
        with socket.create_connection((egress.host, egress.port), PROXY_SECONDS) as connected:
            connected.settimeout(None)
            out = _answer(connected.fileno(), line, most)
    except OSError as error:
        raise Unavailable(
            "the egress proxy at %(host)s:%(port)s does not answer (%(error)s): nothing was asked for",
            host=egress.host,
            port=egress.port,
            error=error.strerror or type(error).__name__,
        ) from None
    return _read(out)


def _answer(number: int, line: bytes, most: int) -> bytes:
    command = [sys.executable, "-I", "-m", "havre.media.outside.visitor", str(number)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=(number,), env={}
    )
    try:
        out, _nothing = process.communicate(line, SECONDS)
    except subprocess.TimeoutExpired:
        raise Unavailable("no answer came in %(seconds)s seconds", seconds=int(SECONDS)) from None
    finally:
        process.kill()
        process.wait()
    return out[: most + (1 << 20)]


def _read(out: bytes) -> Visited:
    head, _end, body = out.partition(b"\n")
    try:
        told = json.loads(head)
        if "trouble" in told:
            raise Unavailable("no answer came: %(trouble)s", trouble=str(told["trouble"]))
        links = tuple(str(link) for link in told["links"])
        return Visited(int(told["status"]), str(told["type"]), body, str(told["location"]), links, bool(told["cut"]))
    except (ValueError, KeyError, TypeError):
        raise Unavailable("what asks for pages ended early: nothing came back") from None
