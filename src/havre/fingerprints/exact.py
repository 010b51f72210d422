"""Digests: the fingerprints of a file's bytes, equal only if all are; MD5 and SHA-1 because lists hold them."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from havre.errors import Invalid


class _Running(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...
    def digest(self) -> bytes: ...


# Not for security: MD5 and SHA-1 only find a file in lists; identity in Havre is SHA-256.
RUNNING: dict[str, Callable[[], _Running]] = {
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": lambda: hashlib.sha256(),
}
"""Every digest we make, by name."""

KIND_OF_LENGTH = {16: "md5", 20: "sha1", 32: "sha256"}
"""Which digest has that many bytes."""


@dataclass(frozen=True, slots=True)
class Digests:
    """The three digests of the same bytes."""

    md5: bytes
    sha1: bytes
    sha256: bytes


def digest(data: bytes | memoryview) -> Digests:
    """The digests of bytes that are all in memory."""
    return digest_of([data])


def digest_of(pieces: Iterable[bytes | memoryview]) -> Digests:
    """The digests of a file that comes in pieces, in constant memory."""
    running = {kind: start() for kind, start in RUNNING.items()}
    for piece in pieces:
        for one in running.values():
            one.update(piece)
    return Digests(**{kind: one.digest() for kind, one in running.items()})


def from_hex(text: str) -> tuple[str, bytes]:
    """The kind and the bytes of a digest written in hex: its length tells which; Invalid if it is none."""
    kind = KIND_OF_LENGTH.get(len(text) // 2) if len(text) % 2 == 0 else None
    if kind is None:
        raise Invalid(f"a digest has 32 (MD5), 40 (SHA-1) or 64 (SHA-256) hex digits, not {len(text)}")
    if not set(text) <= set("0123456789abcdefABCDEF"):
        raise Invalid("a digest has only the hex digits 0-9 and a-f")
    return kind, bytes.fromhex(text)
