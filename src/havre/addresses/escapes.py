"""Paths and queries, each written one way (RFC 3986, 6.2.2): no escape where none is needed, all others in capitals."""

import re
from collections.abc import Collection

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
IN_PATH = UNRESERVED | frozenset("!$&'()*+,;=:@/")
IN_QUERY = IN_PATH | {"?"}

_PIECE = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)


def escaped(text: str, allowed: Collection[str]) -> str:
    """Text with each letter bare where it may be, escaped elsewhere; a lone % is one that forgot its escape."""
    return "".join(_piece(found, allowed) for found in _PIECE.finditer(text))


def _piece(found: re.Match[str], allowed: Collection[str]) -> str:
    if found[1] is None:
        return found[2] if found[2] in allowed else "".join(f"%{byte:02X}" for byte in found[2].encode())
    # An escape stays one even where the letter may stand bare, unless both mean the same everywhere.
    letter = chr(int(found[1], 16))
    return letter if letter in UNRESERVED else f"%{found[1].upper()}"


def path_of(text: str) -> str:
    """A path from its root, without . and .. in it (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    parts = escaped(text, IN_PATH).removeprefix("/").split("/")
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def query_of(text: str, dropped: Collection[str], prefixes: tuple[str, ...]) -> str:
    """A query in its own order, without empty parts and without parameters of these names or beginnings."""
    parts = (part for part in escaped(text, IN_QUERY).split("&") if part)
    return "&".join(part for part in parts if not _dropped(part.partition("=")[0].lower(), dropped, prefixes))


def _dropped(name: str, dropped: Collection[str], prefixes: tuple[str, ...]) -> bool:
    return name in dropped or name.startswith(prefixes)
