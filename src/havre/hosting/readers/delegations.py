"""What registries gave to whom: "delegated" and "delegated-extended" files of all five (AFRINIC to RIPE NCC).

    2|ripencc|1764111599|4|19830705|20261125|+0100
    ripencc|*|ipv4|*|1|summary
    ripencc|BE|ipv4|192.0.2.0|256|20100101|allocated|a-holder

Countries are those of whoever the registry deals with.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import BinaryIO

from havre.hosting.keys import BITS, SYSTEMS, key_of, keys_between
from havre.hosting.readers.numbered import rows_of
from havre.hosting.rows import Kept, Passed, Row, Said, country_of

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc", "iana")
GIVEN = ("allocated", "assigned")
NOT_GIVEN = ("available", "reserved")
FIELDS = 7
"""Of a record: registry, country, type, start, value, date, status; more may follow."""


def read(file: BinaryIO) -> Iterator[Row]:
    """Each row of a file."""
    return rows_of(file, _row, comment="#")


def scope_of(head: str) -> tuple[str, datetime | None] | None:
    """The registry of a file and its date, by how it begins; None where it is no such file."""
    for line in head.splitlines():
        fields = line.strip().lower().split("|")
        if line.startswith("#") or not line.strip():
            continue
        if _is_version(fields):
            return fields[1], _date(fields[5:6]) or _date(fields[2:3])
        return (fields[0], None) if len(fields) >= FIELDS and fields[0] in REGISTRIES else None
    return None


def _is_version(fields: list[str]) -> bool:
    return len(fields) >= 3 and fields[0].replace(".", "").isdigit() and fields[1] in REGISTRIES


def _date(fields: list[str]) -> datetime | None:
    """A day as registries write it, from its beginning."""
    try:
        return datetime.strptime(fields[0], "%Y%m%d").replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return None


def _row(text: str) -> Kept | Passed:
    """Raises ValueError with the reason."""
    fields = [field.strip() for field in text.split("|")]
    if _is_version([field.lower() for field in fields]) or fields[-1].lower() == "summary":
        return Passed()
    if len(fields) < FIELDS:
        raise ValueError(f"a record has {FIELDS} fields or more")
    status = fields[6].lower()
    if status in NOT_GIVEN:
        return Passed()
    if status not in GIVEN:
        raise ValueError("the status is none of allocated, assigned, available, reserved")
    if not (country := country_of(fields[1])):
        raise ValueError("a country has two letters")
    return Kept(tuple(Said(key, country) for key in _keys(fields[2].lower(), fields[3], fields[4])))


def _keys(kind: str, start: str, value: str) -> Iterator[bytes]:
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise ValueError("the size of a block is a number")
    if kind == "ipv6":
        network = IPv6Network(f"{IPv6Address(start)}/{value}")
        yield key_of(6, int(network.network_address), network.prefixlen)
        return
    if kind not in ("ipv4", "asn"):
        raise ValueError("the type is none of asn, ipv4, ipv6")
    family = 4 if kind == "ipv4" else SYSTEMS
    first = int(IPv4Address(start)) if kind == "ipv4" else int(start)
    last = first + int(value) - 1
    if not 0 <= first <= last < 1 << BITS[family]:
        raise ValueError("the block ends before it begins, or behind the last number there is")
    yield from keys_between(family, first, last)
