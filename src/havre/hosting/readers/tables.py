"""Tables of networks: which announces which numbers, and who runs it. Columns stand apart by , ; or blanks.

prefix,asn                     192.0.2.0/24,64500 · 192.0.2.0/24 AS64500 · 192.0.2.0<tab>24<tab>64500_64501
asn,name,country,kind          64500,"Example Hosting, Ltd",BE,host
"""

import csv
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import BinaryIO

from havre.hosting.keys import BITS, SYSTEMS, key_of
from havre.hosting.readers.numbered import rows_of
from havre.hosting.rows import Kept, Passed, Row, Said, country_of, text_of

LAST_SYSTEM = (1 << 32) - 1

_APART = re.compile(r"\s*[,;]\s*|\s+")
_SYSTEM = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)
_PURPOSE = re.compile(r"[a-z][a-z -]{0,19}|")
_PREFIX_HEADINGS = ("prefix", "network", "cidr", "subnet")
_SYSTEM_HEADINGS = ("asn", "as", "aut")


def read_prefixes(file: BinaryIO) -> Iterator[Row]:
    """Which network announces which numbers."""
    return rows_of(file, _prefix, comment="#")


def read_systems(file: BinaryIO) -> Iterator[Row]:
    """Who runs which network."""
    return rows_of(file, _system, comment="#")


def table_of(line: str) -> str:
    """Whether a line is one of `prefixes` or `systems`; empty where it is of neither."""
    first = _APART.split(line.strip().strip('"'))[0].strip('"').lower()
    if first in _PREFIX_HEADINGS or _is_number(first.partition("/")[0]):
        return "prefixes"
    return "systems" if first in _SYSTEM_HEADINGS or _SYSTEM.fullmatch(first) else ""


def _is_number(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _prefix(text: str) -> Kept | Passed:
    """Raises ValueError with the reason."""
    fields = _APART.split(text.replace('"', ""))
    if fields[0].lower() in _PREFIX_HEADINGS:
        return Passed()
    if len(fields) > 2 and "/" not in fields[0]:
        fields = [f"{fields[0]}/{fields[1]}", *fields[2:]]
    if len(fields) < 2:
        raise ValueError("a row has a prefix and a network")
    key = key_of_prefix(fields[0])
    return Kept(tuple(Said(key, system=system_of(each)) for each in fields[1].split("_")))


def key_of_prefix(text: str) -> bytes:
    """The key of 192.0.2.0/24. Raises ValueError where a bit is set behind the length, and for all numbers at once."""
    start, slash, bits = text.partition("/")
    number = ip_address(start)
    if not slash or not (bits.isascii() and bits.isdigit() and len(bits) <= 3):
        raise ValueError("a prefix is a number, a slash and a length")
    length, family = int(bits), number.version
    if not 0 < length <= BITS[family]:
        raise ValueError("a prefix has a length of at least 1 and at most all bits")
    key = key_of(family, int(number), length)
    if key[2:] != number.packed:
        raise ValueError("the prefix has bits set behind its length")
    return key


def system_of(text: str) -> int:
    """The number of a network, with AS before it or not. Raises ValueError."""
    found = _SYSTEM.fullmatch(text.strip())
    if found is None or int(found[1]) > LAST_SYSTEM:
        raise ValueError("the number of a network is at most 4294967295, with AS before it or not")
    return int(found[1])


def _system(text: str) -> Kept | Passed:
    """Raises ValueError with the reason."""
    mark = max(",;\t", key=text.count)
    try:
        fields = [field.strip() for field in next(csv.reader([text], delimiter=mark, strict=True))]
    except csv.Error as error:
        raise ValueError(str(error)) from None
    if fields[0].lower() in _SYSTEM_HEADINGS:
        return Passed()
    number = system_of(fields[0])
    name, country, purpose = [*fields[1:], "", "", ""][:3]
    if country and not country_of(country):
        raise ValueError("a country has two letters")
    if not _PURPOSE.fullmatch(purpose.lower()):
        raise ValueError("what a network is for is one word or two: host, cdn, access")
    said = Said(key_of(SYSTEMS, number, 32), country_of(country), None, text_of(name), purpose.lower())
    return Kept((said,))
