"""What a page shows by itself, read of its text; and what of that is not asked for, each with why. Pure.

It runs in the process that holds nothing: a page may do to the parser what it can.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

MOST_LINKS = 200
LONGEST_LINK = 2_000
SHORT = 200
"""Letters by which something that is not asked for is named."""

MOST_READ = 4 << 20
"""Bytes of a page that are read for what it shows."""

SHOWN = {"img": ("src",), "source": ("src",), "video": ("src", "poster"), "audio": ("src",)}
SEVERAL = {"img": "srcset", "source": "srcset"}
"""Attributes that name one thing in several sizes."""

TYPES = ("text/html", "application/xhtml+xml")
UNSAID = ("", "text/plain")
"""What servers say of files of which they do not know what they are."""


@dataclass
class Shown:
    """What was found, and how far."""

    links: list[str] = field(default_factory=list)
    missed: dict[str, str] = field(default_factory=dict)
    """What is not asked for, shortened: `inline`, `long` or `broken`."""
    more: int = 0
    """How many there were beyond what is told."""
    unread: str = ""
    """Why not all of the page was read: `large`, `letters` or `broken`; empty where it was."""

    def to_json(self) -> dict[str, Any]:
        """For the other process."""
        return {"links": self.links, "missed": self.missed, "more": self.more, "unread": self.unread}


def is_page(kind: str, body: bytes) -> bool:
    """Whether this is a page: it is said to be one, or nothing is said of it and it begins like one."""
    start = body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return kind in TYPES or (kind in UNSAID and start.startswith(b"<"))


def shown(body: bytes, at: str) -> Shown:
    """What the page at this address shows; whatever the page does, an answer."""
    found, reader = Shown(), Reader()
    if b"\0" in body[:1024] and not body.startswith(UTF16):
        found.unread = "letters"
    try:
        reader.feed(_text(body[:MOST_READ]))
        reader.close()
    except (ValueError, AssertionError, RecursionError, MemoryError):  # what a page can do to the parser
        found.unread = "broken"
    if len(body) > MOST_READ:
        found.unread = "large"
    base = _joined(at, reader.base) or at
    for each in reader.named:
        _keep(found, each, base)
    found.links = list(dict.fromkeys(found.links))
    return found


UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _text(body: bytes) -> str:
    return body.decode("utf-16" if body.startswith(UTF16) else "utf-8", "replace")


class Reader(HTMLParser):
    """Collects what a page shows, each as it is written and once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.named: dict[str, None] = {}
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        said = [(name, value) for name, value in attrs if value]
        if tag == "base":
            self.base = self.base or next((value for name, value in said if name == "href"), "")
        self.named.update(dict.fromkeys(_named(tag, said)))


def _named(tag: str, said: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in said:
        if name in SHOWN.get(tag, ()):
            yield value.strip()
        elif name == SEVERAL.get(tag):
            yield from sizes(value)


def sizes(srcset: str) -> Iterator[str]:
    """The addresses in `a.png 1x, b.png 2x`: commas end what is said of one, and can be part of an address."""
    wanted = True
    for word in srcset.split():
        rest = word
        if not wanted:
            _said, comma, rest = word.partition(",")
            wanted = bool(comma)
        rest = rest.lstrip(",")
        if wanted and rest:
            yield rest.rstrip(",")
            wanted = rest.endswith(",")


def _keep(found: Shown, written: str, base: str) -> None:
    """Put one thing where it belongs; nothing that a page names makes the rest of it unseen."""
    link = _joined(base, written)
    why = "inline" if written[:5].lower() == "data:" else "broken" if link is None else ""
    if not why and len(link or "") > LONGEST_LINK:
        why = "long"
    if why and len(found.missed) < MOST_LINKS:
        found.missed.setdefault(written[:SHORT], why)
    elif why or len(found.links) >= MOST_LINKS:
        found.more += 1
    elif link:
        found.links.append(link)


def _joined(base: str, written: str) -> str | None:
    """The whole address; None where it is none."""
    try:
        return urljoin(base, written)
    except ValueError:
        return None
