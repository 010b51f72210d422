"""What kind of host an address names, as far as the address itself tells: nothing is fetched.

A shortener leads elsewhere; an archive or a mirror shows a page of others, and often says which; a search engine only
links. Which hosts these are is a table, `known_hosts.toml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from havre.addresses.address import Address, address_of
from havre.addresses.tables import suffixes, table
from havre.errors import Invalid

PAGE = "page"
SHORTENER = "shortener"
ONION = "onion"
KINDS = (PAGE, SHORTENER, "archive", "mirror", "search", ONION)
"""A mirror is what shows a page of others as it is now: a translation, a cache, a proxy, a gate to onion services."""

Known = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rules by the kind they make; the first that fits, in the order of the file."""

_INNER = ("http:/", "https:/")
_CACHE = re.compile(r"cache:(?:(?!https?:)[\w-]{1,40}:)?")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an address is, and which page of others it shows or leads to, if it says so."""

    kind: str
    inner: Address | None = None


def recognised(address: Address, known: Known | None = None) -> Recognised:
    """The kind of an address, and the address inside it."""
    if address.host.endswith(".onion"):
        return Recognised(ONION)
    for kind, rule in _rules(known or table("known_hosts")):
        if (base := _fits(rule, address)) is not None:
            return Recognised(kind, _inner(rule, base, address))
    return Recognised(PAGE)


def _rules(known: Known) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((kind, rule) for kind, rules in known.items() for rule in rules)


def _fits(rule: Mapping[str, Any], address: Address) -> str | None:
    """The host of the rule that this address is under; None where it is under none."""
    if "paths" in rule and address.path.rstrip("/") not in {path.rstrip("/") for path in rule["paths"]}:
        return None
    if "names" in rule:
        suffix = suffixes().publicsuffix(address.host) or ""
        before, _dot, name = address.host.removesuffix(f".{suffix}").rpartition(".")
        return address.host if name in rule["names"] and before in rule["before"] else None
    labels = address.host.split(".")
    above = (".".join(labels[at:]) for at in range(len(labels)))
    return next((host for host in above if host in rule["hosts"]), None)


def _inner(rule: Mapping[str, Any], base: str, address: Address) -> Address | None:
    way, _blank, name = rule.get("inner", "").partition(" ")
    found = _WAYS[way](address, base, name or rule.get("as", "")) if way else ""
    try:
        return address_of(found) if found else None
    except Invalid:
        return None


def _in_path(address: Address, _base: str, _name: str) -> str:
    """What stands in the path from its first part that begins like an address, with the query, which is its own."""
    path, query = address.path, address.query
    starts = [path.find(f"/{scheme}") for scheme in _INNER if f"/{scheme}" in path]
    if starts:
        rest = path[min(starts) + 1 :]
        return f"{rest}?{query}" if query else rest
    parts = path.split("/")
    host = next((at for at, part in enumerate(parts) if _like_a_host(part)), None)
    if host is None:
        return unquote(query) if unquote(query).startswith(_INNER) else ""
    secure = "https" if parts[host - 1] == "s" else "http"
    rest = "/".join(parts[host:])
    return f"{secure}://{rest}?{query}" if query else f"{secure}://{rest}"


def _like_a_host(part: str) -> bool:
    return bool(suffixes().privatesuffix(part, accept_unknown=False)) if "." in part else False


def _in_parameter(address: Address, _base: str, name: str) -> str:
    pairs = (part.partition("=") for part in address.query.split("&"))
    value = next((unquote(value.replace("+", " ")).strip() for key, _is, value in pairs if key == name), "")
    # A cache is asked for cache:CODE:address and the words that somebody looked for.
    return _CACHE.sub("", value).partition(" ")[0] if value.startswith("cache:") else value


def _in_name(address: Address, base: str, _name: str) -> str:
    """The host that - and -- spell before the base: a-b--c for a.b-c."""
    before = address.host.removesuffix(f".{base}")
    host = before.replace("--", "\0").replace("-", ".").replace("\0", "-")
    pairs = [part for part in address.query.split("&") if part and not part.startswith("_x_tr_")]
    query = f"?{'&'.join(pairs)}" if pairs else ""
    return f"{_scheme_told(address)}://{host}{address.path}{query}" if before != base else ""


def _scheme_told(address: Address) -> str:
    return "http" if "_x_tr_sch=http" in address.query.split("&") else "https"


def _below(address: Address, base: str, name: str) -> str:
    before = address.host.removesuffix(f".{base}")
    query = f"?{address.query}" if address.query else ""
    return f"http://{before}.{name}{address.path}{query}" if before != base else ""


_WAYS = {"path": _in_path, "parameter": _in_parameter, "name": _in_name, "below": _below}
