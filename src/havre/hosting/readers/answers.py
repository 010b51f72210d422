"""Answers about names: JSON lines, or lines as `dig` and zone files have them. Nothing is asked of anybody here.

    {"name": "page.example", "type": "A", "value": "192.0.2.7", "at": "2026-11-25T10:00:00Z"}
    page.example.  300  IN  A  192.0.2.7

    {"name": "old.example", "type": "NXDOMAIN", "value": "", "at": "2026-11-25T10:00:00Z"}

A, AAAA, CNAME and NS are kept, and ORIGIN: the number behind a CDN, as the CDN told it; and NXDOMAIN, that there is no
such name (RFC 2308). In JSON an empty value says that the name has no record of that type. Others are passed.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, BinaryIO

from havre.addresses.hosts import host_of, number_of
from havre.hosting.models import NO_NAME
from havre.hosting.readers.numbered import rows_of
from havre.hosting.rows import Answered, Kept, Passed, Row

KEPT = ("A", "AAAA", "CNAME", "NS", "ORIGIN")

_LINE = re.compile(r"(\S+)\s+(?:[0-9]+\s+)?(?:(?:IN|CH|HS)\s+)?(?:[0-9]+\s+)?([A-Za-z][A-Za-z0-9-]*)\s+(\S.*)")
_TYPE = re.compile(r"[A-Z][A-Z0-9-]{0,15}")


def read(file: BinaryIO) -> Iterator[Row]:
    """Each answer of a file."""
    return rows_of(file, _row, comment=";")


def is_answer(line: str) -> bool:
    """Whether a line is an answer about a name."""
    if line.startswith("{"):
        return '"name"' in line and '"type"' in line
    found = _LINE.fullmatch(line.strip())
    return found is not None and found[2].upper() in (*KEPT, "MX", "TXT", "SOA", "PTR", "CAA", "HTTPS", "SVCB", "SRV")


def _row(text: str) -> Kept | Passed:
    """Raises ValueError or Invalid with the reason."""
    if text.startswith("{"):
        told = json.loads(text)
        if not all(isinstance(told.get(name), str) for name in ("name", "type", "value")):
            raise ValueError("an answer has a name, a type and a value")
        return _answer(told["name"], told["type"], told["value"], time_of(told.get("at")))
    found = _LINE.fullmatch(text)
    value = found[3].partition(";")[0].strip() if found is not None else ""
    if found is None or not value:
        raise ValueError("an answer is a name, a type and a value")
    return _answer(found[1], found[2], value, None)


def _answer(name: str, kind: str, value: str, at: datetime | None) -> Kept | Passed:
    kind = kind.strip().upper()
    if not _TYPE.fullmatch(kind):
        raise ValueError("that is no type of an answer")
    if kind == "NXDOMAIN":
        return Kept((Answered(name_of(name), NO_NAME, "", at),))
    if kind not in KEPT:
        return Passed()
    given = value.strip()
    return Kept((Answered(name_of(name), kind, _value(kind, given) if given else "", at),))


def name_of(text: str) -> str:
    """A name in its canonical form. Raises ValueError for a number, Invalid for what is no name."""
    host = host_of(text.strip())
    if number_of(host) is not None:
        raise ValueError("a name is asked about, not a number")
    return host


def _value(kind: str, value: str) -> str:
    if kind in ("CNAME", "NS"):
        return name_of(value)
    if kind == "A":
        return str(IPv4Address(value))
    if kind == "AAAA":
        return _written(IPv6Address(value))
    return str(IPv4Address(value)) if ":" not in value else _written(IPv6Address(value))


def _written(number: IPv6Address) -> str:
    if number.scope_id:
        raise ValueError("the number is one of a local network")
    return str(number.ipv4_mapped or number.compressed)


def time_of(told: Any) -> datetime | None:
    """A time as a file says it, UTC where it names no zone; None where it says none. Raises ValueError."""
    if told is None or told == "":
        return None
    try:
        if isinstance(told, int | float) and not isinstance(told, bool):
            return datetime.fromtimestamp(told, UTC)
        at = datetime.fromisoformat(str(told)[:40])
    except (OverflowError, OSError, ValueError):
        raise ValueError("the time is not one that is understood: 2026-11-25T10:00:00Z") from None
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("the time is not one that is understood: 2026-11-25T10:00:00Z") from None
