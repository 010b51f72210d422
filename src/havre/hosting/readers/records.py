"""One RDAP answer as a file (RFC 9083): a block of numbers, a network, or a domain with its registrar.

Of people nothing is kept: a holder is named where it is an organisation, a domain's holder never.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any, BinaryIO

from havre.errors import Invalid
from havre.hosting.keys import SYSTEMS, keys_between
from havre.hosting.readers.answers import name_of, time_of
from havre.hosting.rows import Bad, Kept, Registered, Row, Said, country_of, text_of

LARGEST = 1 << 20
"""Bytes of an answer."""
MOST_PARTS = 200
"""Entities and name servers that are looked at."""

Told = dict[str, Any]


def read(file: BinaryIO) -> Iterator[Row]:
    """What the answer says, as one row."""
    try:
        told = told_of(file.read(LARGEST + 1))
        yield Kept(_READ[told["objectClassName"]](told))
    except (ValueError, Invalid) as error:
        yield Bad(1, text_of(str(error)) or "not understood")


def told_of(data: bytes) -> Told:
    """The answer as JSON. Raises ValueError where it is none."""
    if len(data) > LARGEST:
        raise ValueError("an answer of RDAP has at most 1 MB")
    try:
        told = json.loads(data)
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None
    if not isinstance(told, dict) or told.get("objectClassName") not in _READ:
        raise ValueError("an answer of RDAP is about an ip network, an autnum or a domain")
    return told


def scope_of(told: Told) -> tuple[str, datetime | None]:
    """What the answer is about, and when it was given. Raises ValueError or Invalid."""
    facts = _READ[told["objectClassName"]](told)
    first = facts[0]
    about = first.name if isinstance(first, Registered) else ",".join(s.key.hex() for s in facts if isinstance(s, Said))
    return f"{told['objectClassName']} {about}"[:300], _given_at(told)


def _given_at(told: Told) -> datetime | None:
    for event in _parts(told.get("events")):
        if event.get("eventAction") == "last update of RDAP database":
            return time_of(event.get("eventDate"))
    return None


def _block(told: Told) -> tuple[Said, ...]:
    first, last = (ip_address(str(told.get(name))) for name in ("startAddress", "endAddress"))
    if first.version != last.version or int(first) > int(last):
        raise ValueError("the block ends before it begins")
    keys = keys_between(first.version, int(first), int(last))
    return tuple(Said(key, country_of(told.get("country")), holder=_holder(told)) for key in keys)


def _system(told: Told) -> tuple[Said, ...]:
    first, last = told.get("startAutnum"), told.get("endAutnum", told.get("startAutnum"))
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first <= last < 1 << 32:
        raise ValueError("a network has a first and a last number")
    keys = keys_between(SYSTEMS, first, last)
    return tuple(Said(key, country_of(told.get("country")), holder=_holder(told)) for key in keys)


def _domain(told: Told) -> tuple[Registered]:
    servers = filter(None, (_server(part) for part in _parts(told.get("nameservers"))))
    registrar = next((_called(entity) for entity in _entities(told, "registrar")), "")
    if not isinstance(told.get("ldhName"), str):
        raise ValueError("a domain has a name")
    return (Registered(name_of(told["ldhName"]), registrar, tuple(sorted(set(servers)))),)


def _server(part: Told) -> str:
    """The name of a name server; empty where it has none that is one."""
    try:
        return name_of(part["ldhName"]) if isinstance(part.get("ldhName"), str) else ""
    except (ValueError, Invalid):
        return ""


def _holder(told: Told) -> str:
    """The organisation that holds it, as the registry names it; otherwise how the registry calls the block."""
    named = (_called(entity) for entity in _entities(told, "registrant") if _is_organisation(entity))
    return next(filter(None, named), text_of(told.get("name")))


def _entities(told: Told, role: str) -> Iterator[Told]:
    return (e for e in _parts(told.get("entities")) if isinstance(e.get("roles"), list) and role in e["roles"])


def _parts(value: Any) -> list[Told]:
    return [part for part in value[:MOST_PARTS] if isinstance(part, dict)] if isinstance(value, list) else []


def _is_organisation(entity: Told) -> bool:
    return any(name == "org" or (name == "kind" and value == "org") for name, value in _card(entity))


def _called(entity: Told) -> str:
    return next((text_of(value) for name, value in _card(entity) if name == "fn"), "")


def _card(entity: Told) -> Iterator[tuple[str, Any]]:
    """Names and values of a jCard (RFC 7095)."""
    card = entity.get("vcardArray")
    lines = card[1] if isinstance(card, list) and len(card) == 2 and isinstance(card[1], list) else []
    return ((line[0], line[3]) for line in lines[:MOST_PARTS] if isinstance(line, list) and len(line) > 3)


_READ: Mapping[str, Callable[[Told], tuple[Said | Registered, ...]]] = {
    "ip network": _block,
    "autnum": _system,
    "domain": _domain,
}
