"""One address of the web, always written the same way, so that the same page is known whoever reports it.

Kept: scheme, host, port unless it is the scheme's own, path, query in its order, and of what stands behind # only what
pages make addresses of (#! and #/) or sites put keys in. Dropped: user names, tracking parameters. `dropped.toml` lists
what is dropped and kept. An address without scheme is https; onions and numbers, which have no certificates, http.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address

from havre.addresses.escapes import IN_QUERY, escaped, path_of, query_of
from havre.addresses.hosts import host_of, number_of, site_of
from havre.addresses.spelling import plain
from havre.addresses.tables import table
from havre.errors import Invalid

LONGEST = 2_000
"""Letters of an address, as somebody wrote it and in its canonical form."""

PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_PORT = re.compile(r"[0-9]{0,9}")
_PAGES = ("!", "/")
"""How that begins behind # of which pages make addresses."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the web in its parts, each canonical; made by `address_of` alone."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str = ""
    """What stands behind # where that is part of the address."""

    def __str__(self) -> str:
        """The canonical form: the same page is always written the same way."""
        port = "" if self.port is None else f":{self.port}"
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"

    @property
    def site(self) -> str:
        """The registrable domain, one per user where a site gives out names; the host where it is a number."""
        return site_of(self.host)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical form."""
        return sha256(str(self).encode("ascii")).digest()


def address_of(text: str) -> Address:
    """The address that somebody wrote, defanged or not. Raises Invalid: no address, not of the web, too long.

    Nothing is fetched or resolved.
    """
    if len(text) > LONGEST:
        raise Invalid("an address has at most %(most)s letters", most=LONGEST)
    said = plain(text)
    scheme, rest = _scheme(said)
    authority, path, query, fragment = (part or "" for part in _groups(rest))
    host, port = _host(authority.rpartition("@")[2])
    if not scheme and "." not in host and ":" not in host:
        raise Invalid("that is no address of a page: copy it from the address bar")
    scheme = scheme or _assumed(host, port)
    rules = table("dropped")
    found = Address(
        scheme,
        host,
        None if port == PORTS[scheme] else port,
        path_of(path),
        query_of(query, rules["parameters"], tuple(rules["prefixes"])),
        _fragment(fragment, host, rules["fragment_sites"]),
    )
    if len(str(found)) > LONGEST:
        raise Invalid("an address has at most %(most)s letters", most=LONGEST)
    return found


def _scheme(said: str) -> tuple[str, str]:
    """The scheme in lower case, empty where none is written, and the rest. Raises Invalid for others than the web's."""
    if _is_ipv6(said):
        return "", f"[{said}]"
    found = _SCHEME.fullmatch(said)
    if found is None or (found[2][:1].isdigit() and found[1].lower() not in PORTS):
        return "", said
    scheme = found[1].lower()
    if scheme not in PORTS:
        raise Invalid("an address of the web begins with http:// or https://")
    return scheme, found[2]


def _is_ipv6(said: str) -> bool:
    """Whether all of it is an IPv6 address that somebody wrote without brackets."""
    if said.count(":") < 2 or len(said) > 45:
        return False
    try:
        IPv6Address(said)
    except ValueError:
        return False
    return "%" not in said


def _groups(rest: str) -> tuple[str | None, ...]:
    found = _AUTHORITY.fullmatch(rest)
    if found is None:
        raise Invalid("that is no address of a page: copy it from the address bar")
    authority, path, query, fragment = found.groups()
    return authority, path.replace("\\", "/"), query, fragment


def _host(written: str) -> tuple[str, int | None]:
    """A canonical host and the port that was written with it."""
    host, colon, port = written.rpartition(":")
    if not colon or "]" in port:
        host, port = written, ""
    if not host:
        raise Invalid("that is no address of a page: copy it from the address bar")
    if not _PORT.fullmatch(port) or (port and not 0 < int(port) < 65536):
        raise Invalid("a port is a number between 1 and 65535")
    return host_of(host), int(port) if port else None


def _assumed(host: str, port: int | None) -> str:
    """The scheme of an address that was written without: browsers hide https, and others have no certificates."""
    bare = number_of(host) is not None or host.endswith(".onion")
    return "http" if port == PORTS["http"] or (bare and port != PORTS["https"]) else "https"


def _fragment(written: str, host: str, kept_on: list[str]) -> str:
    if not written.startswith(_PAGES) and site_of(host) not in kept_on:
        return ""
    return escaped(written, IN_QUERY)
