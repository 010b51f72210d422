"""Open social pages: which platform an address is of, by a list of domains that is data.

`open_platforms.json` is shipped; `policies/open_platforms.json` in a home holds instead where it exists.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from havre.addresses.address import Address
from havre.errors import Invalid

OWN = Path("policies") / "open_platforms.json"
"""Where a home's own list lies."""
REMEMBERED = 20_000
"""Hosts of which the platform is remembered: a capture names few, millions of times."""

_HOSTS = re.compile(r"(?:https?|ftp)(?:://|%3a%2f%2f)(?:[^/?#\\\s]*@)?([^/?#:\\\s%@]+)", re.IGNORECASE)
"""The host of an address, and of those that stand inside it."""
_USER = re.compile(r"^([a-z]+://)[^/?#\\]*@", re.IGNORECASE)
"""Who somebody was to a server."""
_NAMED = re.compile(r"(?<![a-z0-9-])[a-z0-9-]++(?:\.[a-z0-9-]++)+", re.IGNORECASE)
"""What may be a host in running text; each letter is looked at once, for the text may be long and hostile."""
_VERSION = re.compile(r"[\w.-]{1,40}")


@dataclass
class Platforms:
    """A list of platforms, and what it was asked."""

    version: str
    names: Mapping[str, str]
    """How people call each, by its code."""
    domains: Mapping[str, str]
    """The code of the platform by domain."""
    marks: Mapping[str, str]
    """The code of the platform by how a text begins that it writes into pictures."""
    _asked: dict[str, str] = field(default_factory=dict)

    def of_host(self, host: str) -> str:
        """The platform of a host or of a domain above it; empty where it is of none."""
        found = self._asked.get(host)
        if found is None:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            found = self._asked[host] = self._of(host)
        return found

    def of(self, address: str) -> str:
        """The platform of an address, or of one that stands inside it; empty where it is of none."""
        for match in _HOSTS.finditer(address):
            if found := self.of_host(match[1]):
                return found
        return ""

    def own(self, text: str, code: str) -> str:
        """Of an address, what is the platform's own: whatever stands around it names somebody else. Empty for none."""
        for match in _HOSTS.finditer(text):
            if self.of_host(match[1]) == code:
                return _USER.sub(r"\1", text if match.start() == 0 else _unwrapped(text[match.start() :], match[0]))
        return ""

    def is_front(self, page: Address) -> bool:
        """Whether this is a platform itself, and nobody's page on it."""
        host = page.host.removeprefix("www.").removeprefix("m.")
        return host in self.domains and page.path == "/" and not page.query and not page.fragment

    def in_text(self, text: str) -> str:
        """The platform that a text in a picture names; empty where it names none."""
        for begins, code in self.marks.items():
            if text.startswith(begins):
                return code
        return next((found for match in _NAMED.findall(text) if (found := self.of_host(match))), "")

    def _of(self, host: str) -> str:
        labels = host.lower().rstrip(".").split(".")
        for at in range(len(labels) - 1):
            if found := self.domains.get(".".join(labels[at:])):
                return found
        return ""


def _unwrapped(rest: str, begins: str) -> str:
    """An address out of another: up to where the other goes on."""
    own = re.split(r"[&#]", rest, maxsplit=1)[0]
    plain = unquote(own) if "%" in begins else own
    return plain if plain.isprintable() else own


def platforms_of(home: Path) -> Platforms:
    """The list that holds in this home. Raises Invalid where its own can't be read."""
    own = home / OWN
    if not own.exists():
        return shipped()
    try:
        return read_platforms(json.loads(own.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise Invalid(_("%(file)s is no list of platforms: %(why)s") % {"file": own, "why": error}) from error


@cache
def shipped() -> Platforms:
    """The list that comes with Havre."""
    return read_platforms(json.loads((files("havre.sites") / "open_platforms.json").read_text("utf-8")))


def read_platforms(told: Any) -> Platforms:
    """A list out of JSON. Raises Invalid where it is none."""
    try:
        version = str(told["version"])
        rows = [(str(each["code"]), str(each["name"]), each["domains"], each.get("marks", [])) for each in told["list"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise Invalid(_("a list of platforms has a version, and of each a code, a name and domains")) from error
    if not _VERSION.fullmatch(version) or not all(_VERSION.fullmatch(code) for code, *_rest in rows):
        raise Invalid(_("a version and a code are letters, digits, points and hyphens, at most 40"))
    return Platforms(
        version,
        {code: name for code, name, _domains, _marks in rows},
        {str(domain).lower(): code for code, _name, domains, _marks in rows for domain in domains},
        {str(mark): code for code, _name, _domains, marks in rows for mark in marks},
    )
