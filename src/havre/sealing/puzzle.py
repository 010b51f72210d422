"""Proof of work: a small labour that a sender's machine does while much comes in; pure.

A puzzle belongs to one receipt code and one window of time, bound by a key that the door holds; solving one helps with
no other letter, and an old one counts no more. Nothing is kept of it.
"""

import hmac
import re
from hashlib import sha256
from itertools import count

BITS = 18
"""Zero bits that a solution begins with: some 260,000 tries, a second of an old phone, done while its owner types."""

WINDOW = 1_800
"""Seconds of one window."""

WINDOWS = 4
"""Windows that a puzzle counts in: whoever needs longer for a form is taken in later, and not refused."""

PUZZLE = re.compile(r"([0-9]{1,10})\.([0-9]{1,2})\.([0-9a-f]{24})")
NONCE = re.compile(r"[0-9]{1,12}")


def puzzle(key: bytes, digest: bytes, second: int, bits: int = BITS) -> str:
    """The puzzle of the code of this digest at this second since 1970."""
    return _bound(key, digest, second // WINDOW, bits)


def _bound(key: bytes, digest: bytes, window: int, bits: int) -> str:
    said = f"{window}.{bits}"
    return f"{said}.{hmac.new(key, said.encode() + b'.' + digest, sha256).hexdigest()[:24]}"


def solved(key: bytes, digest: bytes, second: int, text: str, nonce: str, bits: int = BITS) -> bool:
    """Whether this is a puzzle of this code that still counts, and its solution."""
    read = PUZZLE.fullmatch(text)
    if read is None or not NONCE.fullmatch(nonce):
        return False
    window, asked = int(read[1]), int(read[2])
    if asked < bits or not 0 <= second // WINDOW - window < WINDOWS:
        return False
    if not hmac.compare_digest(_bound(key, digest, window, asked), text):
        return False
    return _zeros(text, nonce) >= asked


def solution(text: str, bits: int) -> str:
    """A number that solves a puzzle, found as a browser finds it."""
    return next(nonce for nonce in map(str, count()) if _zeros(text, nonce) >= bits)


def _zeros(text: str, nonce: str) -> int:
    found = int.from_bytes(sha256(f"{text}.{nonce}".encode("ascii")).digest(), "big")
    return 256 - found.bit_length()
