"""All addresses that stand in a free text, in time that grows with its length and no faster."""

import re

from havre.addresses.address import LONGEST, Address, address_of
from havre.addresses.spelling import undo_dots
from havre.addresses.tables import suffixes
from havre.errors import Invalid

MOST = 100
"""Addresses that are taken of one text; further ones are left."""

LONGEST_TEXT = 100_000
"""Letters that are looked at; further ones are not."""

SHORTEST = 4
"""Letters of an address in a text: a.be."""

_APART = re.compile(r"[\s<>\"“”„«»‹›|]+|[,;](?=h(?:tt|xx)ps?:)", re.IGNORECASE)
"""What stands between addresses: blanks, brackets and quotes; commas too where another begins behind them."""
_SCHEME = re.compile(r"h(?:tt|xx|\*\*|__|tx|xt)ps?\[?:", re.IGNORECASE)
_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,20}[\w-]{2,63}(?::[0-9]{1,5})?(?:[/?#].*)?", re.DOTALL)
_BEFORE = "([{'`*_-=:,;.…"
_BEHIND = "'`*_,;:!?.…\\"
_CLOSING = {")": "(", "]": "[", "}": "{"}
_RESERVED = (".example", ".onion", ".test")
_FILES = (".zip", ".mov", ".py", ".sh", ".md", ".rs", ".ps", ".pl", ".so", ".ai")
"""Ends of names that are more often files than hosts, where nothing else says that it is an address."""


def addresses_in(text: str) -> list[Address]:
    """The addresses of a text in its order, each once, at most MOST. What is none is passed over."""
    found: dict[str, Address] = {}
    for piece in dict.fromkeys(_APART.split(undo_dots(text[:LONGEST_TEXT]))):
        if (address := _address(piece)) is not None:
            found.setdefault(str(address), address)
        if len(found) == MOST:
            break
    return list(found.values())


def _address(piece: str) -> Address | None:
    """The address in one piece of text without blanks, if there is one."""
    if len(piece) < SHORTEST:
        return None
    begin = _SCHEME.search(piece)
    said = _ended(piece[begin.start() :] if begin else piece.lstrip(_BEFORE))
    if len(said) > LONGEST or (begin is None and not _is_bare(said)):
        return None
    try:
        return address_of(said)
    except Invalid:
        return None


def _ended(piece: str) -> str:
    """Without what ends a sentence, and without brackets that close what was opened before."""
    piece = piece[: LONGEST + 100]
    surplus = {close: piece.count(close) - piece.count(start) for close, start in _CLOSING.items()}
    end = len(piece)
    while end and (piece[end - 1] in _BEHIND or surplus.get(piece[end - 1], 0) > 0):
        if piece[end - 1] in surplus:
            surplus[piece[end - 1]] -= 1
        end -= 1
    return piece[:end]


def _is_bare(said: str) -> bool:
    """Whether it looks like an address that was written without scheme: a name that can be registered."""
    if "." not in said or "@" in said or not _BARE.fullmatch(said):
        return False
    host = re.split(r"[/:?#]", said, maxsplit=1)[0].lower()
    if host == said.lower() and host.endswith(_FILES):
        return False
    return host.endswith(_RESERVED) or suffixes().privatesuffix(host, accept_unknown=False) is not None
