"""Ask for one page of the outside: the proxy is connected to, the rest is done by a process that holds nothing."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Timer
from typing import IO, Any, cast

from havre.errors import Invalid, Unavailable
from havre.media.outside.numbers import outside
from havre.media.outside.shown import LONGEST_LINK, MOST_LINKS, SHORT
from havre.settings import Egress

SECONDS = 60.0
"""A page that takes longer is given up."""

MOST_BYTES = 64 << 20
"""Of one answer."""

PROXY_SECONDS = 10.0

HEAD = 1 << 16
MORE = 4 << 20
"""Bytes that may come beside those of the answer: the lines of JSON before and behind it."""


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
    """Whether this is not all of it: there was more than is kept, or it was cut off on the way."""
    encoding: str = ""
    """In which form the bytes came, where they are not the file's own; nobody asked for that."""
    missed: Mapping[str, str] = field(default_factory=dict)
    """What the page shows and is no link, shortened, each with why: `inline`, `long` or `broken`."""
    more: int = 0
    """How much it shows beyond all that."""
    unread: str = ""
    """Why not all of the page was read: `encoded`, `large`, `letters` or `broken`; empty where it was, or is none."""


def visit(egress: Egress, asked: Asked, most: int = MOST_BYTES, seconds: float = SECONDS) -> Visited:
    """Ask once. Raises Refused for a number that is not on the open internet, Unavailable where no answer comes."""
    out, late = spoken(egress, asked, most, seconds)
    if late and b"\n" not in out:
        raise Unavailable("no answer came in %(seconds)s seconds", seconds=round(seconds))
    return read(out, most)


def spoken(egress: Egress, asked: Asked, most: int, seconds: float, *, look: bool = False) -> tuple[bytes, bool]:
    """What the process that asks says, and whether it was ended for its time; with `look` it keeps the body to itself.

    Raises Refused for a number that is not on the open internet, Unavailable where the proxy is not there.
    """
    number = outside(asked.number)
    port = asked.port or (443 if asked.scheme == "https" else 80)
    at = f"{asked.scheme}://{asked.host}{f':{asked.port}' if asked.port else ''}{asked.target}"
    if not at.isascii() or not at.isprintable() or " " in at:
        raise Invalid("this address can't be asked for as it is written")
    words = {"host": asked.host, "number": number, "port": port, "tls": asked.scheme == "https", "at": at, "most": most}
    words |= {"target": asked.target or "/", "authorities": egress.authorities, "look": look}
    line = json.dumps(words).encode() + b"\n"
    try:
        with socket.create_connection((egress.host, egress.port), min(PROXY_SECONDS, seconds)) as connected:
            connected.settimeout(None)
            command = [sys.executable, "-I", "-m", "havre.media.outside.visitor", str(connected.fileno())]
            return answer_of(command, line, most + MORE, seconds, (connected.fileno(),))
    except OSError as error:
        raise Unavailable(
            "the egress proxy at %(host)s:%(port)s does not answer (%(error)s): nothing was asked for",
            host=egress.host,
            port=egress.port,
            error=error.strerror or type(error).__name__,
        ) from None


def answer_of(
    command: list[str], line: bytes, most: int, seconds: float, sockets: tuple[int, ...] = ()
) -> tuple[bytes, bool]:
    """What a process says to one line, and whether it was ended for its time; no more is read than it may say."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=sockets, env={}
    )
    late = Event()

    def end() -> None:
        late.set()
        process.kill()

    with process:
        watch = Timer(max(seconds, 0), end)
        watch.start()
        try:
            with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as ear:
                ear.write(line)
            return _all(cast(IO[bytes], process.stdout).fileno(), most), late.is_set()
        finally:
            watch.cancel()
            process.kill()


def _all(number: int, most: int) -> bytes:
    out = bytearray()
    while len(out) < most and (piece := os.read(number, min(1 << 16, most - len(out)))):
        out += piece
    return bytes(out)


def read(out: bytes, most: int) -> Visited:
    """The answer in what the process said, of which nothing is believed. Raises Unavailable where there is none."""
    head, _end, _rest = out[:HEAD].partition(b"\n")
    try:
        told = json.loads(head)
        if "trouble" in told:
            raise Unavailable("no answer came: %(trouble)s", trouble=text_of(told["trouble"], 300))
        size = count_of(told["bytes"], most)
        body = out[len(head) + 1 :][:size]
        if len(body) < size:
            raise ValueError
        status, cut = count_of(told["status"], 999), told["cut"] is not False
        words = (text_of(told["type"], 100), text_of(told["location"], LONGEST_LINK * 2), text_of(told["encoding"], 40))
    except ENDED:
        raise Unavailable("what asks for pages ended early: nothing came back") from None
    return Visited(status, words[0], body, words[1], cut=cut, encoding=words[2], **_shows(out[len(head) + 1 + size :]))


ENDED = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
"""What a process that was taken over can do to whoever reads it."""


def _shows(line: bytes) -> dict[str, Any]:
    """What the page shows; where the process ended over it, the rest counts all the same."""
    try:
        told = json.loads(line)
        links = tuple(text_of(link, LONGEST_LINK) for link in told.get("links", [])[:MOST_LINKS])
        missed = list(told.get("missed", {}).items())[:MOST_LINKS]
        return {
            "links": links,
            "missed": {text_of(name, SHORT): text_of(why, SHORT) for name, why in missed},
            "more": count_of(told.get("more", 0), MORE),
            "unread": text_of(told.get("unread", ""), SHORT),
        }
    except (*ENDED, AttributeError):
        return {"links": (), "unread": "broken"}


def text_of(said: object, most: int) -> str:
    """A text as it may be written down: no longer than this, and of whole letters. Raises TypeError for none."""
    if not isinstance(said, str):
        raise TypeError
    return said[:most].encode("utf-8", "replace").decode()


def count_of(said: object, most: int) -> int:
    """A number up to this. Raises ValueError for another."""
    if type(said) is not int or not 0 <= said <= most:
        raise ValueError
    return said
