"""A digest of a whole list: the sum of what each of its entries hashes to, whatever the order in which they came.

Publisher and subscriber keep it as entries change: what an entry was is taken away, what it is added. Against somebody
who makes entries for it a sum is weak; who says what is on a list is settled by signatures, and this by comparison.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

DIGITS = re.compile(r"[0-9a-f]{64}", re.ASCII)
MODULUS = 1 << 256
EMPTY = "0" * 64
"""Of a list with nothing on it."""


def state_of(line: bytes) -> int:
    """What an entry adds: SHA-256 of its line, whatever ends it, as a number."""
    return int.from_bytes(sha256(line.rstrip(b"\n")).digest(), "big")


def moved(digest: str, came: Iterable[bytes], went: Iterable[bytes] = ()) -> str:
    """The digest behind a change: lines that came, and those whose place they took or that are gone."""
    total = int(digest, 16) + sum(map(state_of, came)) - sum(map(state_of, went))
    return f"{total % MODULUS:064x}"
