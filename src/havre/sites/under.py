"""Whether an address belongs to a family's own page, by what tells that page apart; pure."""

import re
from urllib.parse import parse_qsl

from havre.addresses.address import Address, address_of
from havre.errors import Invalid

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9_-]")


def telling(page: Address) -> str:
    """Letters that an address of this page has in it, in whatever case and spelling; empty where none are sure."""
    pieces = _ESCAPE.split(page.path) if _ESCAPE.sub("", page.path) else page.host.split(".")
    found = max(pieces, key=len)
    return "" if found.startswith("xn--") else found


def is_under(page: Address, text: str) -> bool:
    """Whether this is the address of a page or of something below it, with or without www and encryption.

    Where a query or what stands behind # tells the page apart, as in profile.php?id=7, others of its path are others.
    """
    try:
        found = address_of(text) if text else None
    except Invalid:
        return False
    if found is None or found.host.removeprefix("www.") != page.host.removeprefix("www."):
        return False
    if page.query or page.fragment:
        said = set(parse_qsl(found.query, keep_blank_values=True))
        same = found.path.rstrip("/") == page.path.rstrip("/")
        below = _is_below(page.fragment, found.fragment) if page.fragment else True
        return same and below and set(parse_qsl(page.query, keep_blank_values=True)) <= said
    return _is_below(page.path, found.path)


def _is_below(one: str, other: str) -> bool:
    way = one.rstrip("/")
    return other == way or other.startswith(way + "/")
