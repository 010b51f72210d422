"""The proxy through which a feed is asked, where a house lets nothing out otherwise.

It carries TLS to the feed and sees its name alone: who answers is checked behind it as without it. This machine is
never asked through a proxy, whose own machine another one is.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from havre.errors import Invalid

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it is, and what it wants to see."""

    host: str
    port: int
    headers: Mapping[str, str]
    authorities: str = ""
    """A file of those who may sign for feeds, where the proxy opens TLS."""


def proxy_of(text: str) -> Proxy | None:
    """http://user:password@proxy.example:3128?authorities=FILE; none for nothing. Raises Invalid where it is none."""
    if not text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        raise _wrong() from None
    plain = parts.scheme == "http" and not parts.path.strip("/") and not parts.fragment and text.isprintable()
    if not plain or not parts.hostname or not port or " " in text:
        raise _wrong()
    return Proxy(parts.hostname, port, _headers(parts), parse_qs(parts.query).get("authorities", [""])[0])


def _headers(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    said = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(said).decode()}"}


def _wrong() -> Invalid:
    # What was given may hold a password: it is not said again.
    return Invalid("a proxy is named as http://proxy.example:3128, with ?authorities=FILE where it opens TLS")


def proxy_for(feed: str, given: str, environ: Mapping[str, str]) -> str:
    """The proxy for a feed: the one that was given, else what HTTPS_PROXY says unless NO_PROXY names the feed."""
    if given:
        return given
    there = urlsplit(feed)
    without = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if there.scheme != "https" or _named(there.hostname or "", without):
        return ""
    return environ.get("https_proxy") or environ.get("HTTPS_PROXY") or ""


def _named(host: str, without: str) -> bool:
    """Whether a host, or a domain that it lies in, is one of those that are asked without a proxy."""
    names = [name.strip().lower().partition(":")[0].lstrip("*").lstrip(".") for name in without.split(",")]
    return without.strip() == "*" or any(name and (host == name or host.endswith(f".{name}")) for name in names)
