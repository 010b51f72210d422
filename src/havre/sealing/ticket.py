"""What is revealed later: bytes sealed under a key that whoever holds the secret makes again from a ticket.

A ticket is chance and a proof that this secret made it for this medium. Without the secret it says nothing about the
key, so sealed bytes may lie anywhere until the key is asked for.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from havre.errors import Invalid

DRAWN_BYTES = 16
PROOF_BYTES = 16
TICKET_BYTES = DRAWN_BYTES + PROOF_BYTES
NONCE_BYTES = 12

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A content as it leaves before it may be seen: the ticket, and nonce, AES-256-GCM ciphertext and tag."""

    ticket: bytes
    body: bytes


def seal_for_ticket(content: bytes, secret: bytes, medium: int, random: Random) -> Sealed:
    """The content under a key of its own, new at each call."""
    drawn, nonce = random(DRAWN_BYTES), random(NONCE_BYTES)
    ticket = drawn + _proof(secret, medium, drawn)
    return Sealed(ticket, nonce + AESGCM(_key(secret, medium, drawn)).encrypt(nonce, content, _named(medium)))


def key_of_ticket(ticket: bytes, secret: bytes, medium: int) -> bytes:
    """The key that opens what was sealed with this ticket; Invalid where the secret did not make it for the medium."""
    drawn, proof = ticket[:DRAWN_BYTES], ticket[DRAWN_BYTES:]
    if not hmac.compare_digest(proof, _proof(secret, medium, drawn)):
        raise Invalid("this picture was prepared for another session: load the page again")
    return _key(secret, medium, drawn)


def open_with(key: bytes, body: bytes, medium: int) -> bytes:
    """What the page does in the browser."""
    return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _named(medium))


def _key(secret: bytes, medium: int, drawn: bytes) -> bytes:
    return hmac.digest(secret, b"key" + _named(medium) + drawn, sha256)


def _proof(secret: bytes, medium: int, drawn: bytes) -> bytes:
    return hmac.digest(secret, b"ticket" + _named(medium) + drawn, sha256)[:PROOF_BYTES]


def _named(medium: int) -> bytes:
    return medium.to_bytes(8, "big")
