"""Sealing of files: AES-256-GCM in numbered chunks with a key per file, itself wrapped by the unit's key.

The chunks follow the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-
Encryption and its Nonce-Reuse Misuse-Resistance, 2015): the nonce holds the chunk's number and whether it is
the last, so chunks cannot be altered, moved, left out, repeated, cut off or added. Files of any size pass in
constant memory.
"""

import hmac
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from havre.errors import Broken

KEY_BYTES = 32
"""AES-256."""

CHUNK_BYTES = 1 << 20
"""Plain bytes in a chunk: one call for nearly every picture, little memory for any video."""

MAGIC = b"HVRE"
VERSION = 1
HEADER = struct.Struct(">4sBB7s")
"""Magic, version, log2 of the chunk size, random nonce prefix: 13 bytes."""

NONCE = struct.Struct(">7sIB")
"""Prefix, chunk number, 1 in the last chunk: the 96 bits that GCM asks for."""

TAG_BYTES = 16
WRAP_NONCE_BYTES = 12
WRAPPED_BYTES = 1 + WRAP_NONCE_BYTES + KEY_BYTES + TAG_BYTES
"""Version, nonce, sealed key, tag: 61 bytes."""

Random = Callable[[int], bytes]
"""So many unpredictable bytes; os.urandom in production."""

Read = Callable[[int], bytes]
"""Up to so many bytes of a source, none at its end."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """Whose and what the sealed bytes are: bytes or keys put in another's place do not open."""

    unit: str
    sha256: bytes
    purpose: str

    def encoded(self) -> bytes:
        """The three parts, each with its length, so that no two contexts look the same."""
        parts = (self.unit.encode(), self.sha256, self.purpose.encode())
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def address(unit_key: bytes, context: Context) -> str:
    """Where a content lies, 64 hex digits: equal for equal contents of one unit, noise without the unit's key.

    A plain digest as a file name would tell whoever holds the disk, or an old copy of it, what a unit has.
    """
    return hmac.digest(unit_key, b"havre address 1\n" + context.encoded(), "sha256").hex()


def wrap_key(file_key: bytes, unit_key: bytes, context: Context, random: Random) -> bytes:
    """The file's key sealed by the unit's, bound to the context; 61 bytes.

    Nonces are random: a unit key may wrap 2**32 files (NIST SP 800-38D, 8.3).
    """
    nonce = random(WRAP_NONCE_BYTES)
    return bytes([VERSION]) + nonce + AESGCM(unit_key).encrypt(nonce, file_key, _wrap_data(context))


def unwrap_key(wrapped: bytes, unit_key: bytes, context: Context) -> bytes:
    """The file's key. Raises Broken where the wrapped key, the unit's key or the context is another."""
    if len(wrapped) != WRAPPED_BYTES or wrapped[0] != VERSION:
        raise Broken(
            "a wrapped key of version %(version)s has %(count)s bytes; these are not one",
            version=VERSION,
            count=WRAPPED_BYTES,
        )
    nonce, sealed = wrapped[1 : 1 + WRAP_NONCE_BYTES], wrapped[1 + WRAP_NONCE_BYTES :]
    try:
        return AESGCM(unit_key).decrypt(nonce, sealed, _wrap_data(context))
    except InvalidTag:
        raise Broken("the wrapped key was altered, or belongs to another unit or another file") from None


def _wrap_data(context: Context) -> bytes:
    return b"havre wrapped key 1\n" + context.encoded()


def seal(plain: bytes, key: bytes, context: Context, random: Random) -> bytes:
    """These bytes sealed with this key, which must never seal anything else."""
    return b"".join(seal_chunks(slices(plain), key, context, random))


def unseal(sealed: bytes, key: bytes, context: Context) -> bytes:
    """What was sealed. Raises Broken where one bit of the sealed bytes, the key or the context differs."""
    if len(sealed) > HEADER.size + CHUNK_BYTES + TAG_BYTES:
        return b"".join(unseal_chunks(reading(sealed), key, context))
    header = sealed[: HEADER.size]
    nonce = NONCE.pack(_prefix(header), 0, 1)
    try:
        return AESGCM(key).decrypt(nonce, sealed[HEADER.size :], header + context.encoded())
    except InvalidTag:
        raise Broken("the sealed bytes were altered or cut off in chunk %(number)s", number=0) from None


def seal_chunks(chunks: Iterable[bytes | memoryview], key: bytes, context: Context, random: Random) -> Iterator[bytes]:
    """The sealed form of a content that comes in pieces of CHUNK_BYTES, the last one shorter or not."""
    prefix = random(7)
    header = HEADER.pack(MAGIC, VERSION, CHUNK_BYTES.bit_length() - 1, prefix)
    cipher, data = AESGCM(key), header + context.encoded()
    yield header
    for number, (chunk, last) in enumerate(_marking_the_last(chunks)):
        yield cipher.encrypt(NONCE.pack(prefix, number, last), chunk, data)


def unseal_chunks(read: Read, key: bytes, context: Context) -> Iterator[bytes]:
    """The content in pieces, each one proven before it is given out; the end is proven too.

    Raises Broken where a single bit differs, or the end is missing; pieces given out before that are genuine.
    """
    header = _filled(read, HEADER.size)
    prefix = _prefix(header)
    cipher, data = AESGCM(key), header + context.encoded()
    sealed = chunked(read, CHUNK_BYTES + TAG_BYTES)
    for number, (chunk, last) in enumerate(_marking_the_last(sealed)):
        try:
            yield cipher.decrypt(NONCE.pack(prefix, number, last), chunk, data)
        except InvalidTag:
            raise Broken("the sealed bytes were altered or cut off in chunk %(number)s", number=number) from None


class Chunks:
    """A sealed content of which any chunk can be read by itself; that it ends where it should is proven first."""

    def __init__(self, read_at: Callable[[int, int], bytes], sealed_bytes: int, key: bytes, context: Context) -> None:
        """`read_at`: (count, offset) → sealed bytes. Raises Broken where header, key or end is not right."""
        header = read_at(HEADER.size, 0)
        self._prefix = _prefix(header)
        self._read_at = read_at
        self._cipher, self._data = AESGCM(key), header + context.encoded()
        self.count = max(-(-(sealed_bytes - HEADER.size) // (CHUNK_BYTES + TAG_BYTES)), 1)
        self.length = (self.count - 1) * CHUNK_BYTES + len(self.chunk(self.count - 1))

    def chunk(self, number: int) -> bytes:
        """The plain bytes of a chunk, counted from 0. Raises Broken where a single bit of it was altered."""
        sealed = self._read_at(CHUNK_BYTES + TAG_BYTES, HEADER.size + number * (CHUNK_BYTES + TAG_BYTES))
        try:
            return self._cipher.decrypt(NONCE.pack(self._prefix, number, number == self.count - 1), sealed, self._data)
        except InvalidTag:
            raise Broken("the sealed bytes were altered or cut off in chunk %(number)s", number=number) from None


def _prefix(header: bytes) -> bytes:
    if len(header) != HEADER.size:
        raise Broken("the sealed bytes end inside their header")
    magic, version, size, prefix = HEADER.unpack(header)
    if (magic, version, size) != (MAGIC, VERSION, CHUNK_BYTES.bit_length() - 1):
        raise Broken("the header is not that of a file sealed by this version")
    return bytes(prefix)


def slices(content: bytes) -> Iterator[memoryview]:
    """A content in memory in pieces of CHUNK_BYTES, not copied; one empty piece where it is empty."""
    view = memoryview(content)
    for start in range(0, max(len(view), 1), CHUNK_BYTES):
        yield view[start : start + CHUNK_BYTES]


def chunked(read: Read, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """What `read` gives in pieces of this size, the last one shorter; one empty piece where there is nothing."""
    chunk = _filled(read, size)
    yield chunk
    while len(chunk) == size and (chunk := _filled(read, size)):
        yield chunk


def reading(content: bytes) -> Read:
    """A content in memory as something to read from."""
    view, start = memoryview(content), 0

    def read(count: int) -> bytes:
        nonlocal start
        piece = bytes(view[start : start + count])
        start += len(piece)
        return piece

    return read


def _filled(read: Read, size: int) -> bytes:
    # A pipe or an interrupted call gives less than asked for; only nothing means the end.
    first = read(size)
    if len(first) in (0, size):
        return first
    pieces, missing = [first], size - len(first)
    while missing and (piece := read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _marking_the_last(pieces: Iterable[T]) -> Iterator[tuple[T, bool]]:
    waiting = iter(pieces)
    held = next(waiting)
    for piece in waiting:
        yield held, False
        held = piece
    yield held, True
