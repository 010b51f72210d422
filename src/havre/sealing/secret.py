"""The keys with which a node speaks to others, each made from the node's own and a generation: pure.

The node's key signs its log and its introductions and never changes. What signs messages and opens what is sealed to
the node is of a generation, and a new generation replaces it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from havre.errors import Refused
from havre.sealing.sign import Signer

PUBLIC_BYTES = 32
NONCE = bytes(12)
"""Every sealing has a key of its own."""

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Secrets:
    """One generation of a node's keys."""

    generation: int
    signer: Signer
    opener: X25519PrivateKey
    door: bytes
    """The seed of the key that mutual TLS is spoken with."""

    @property
    def sealing(self) -> bytes:
        """The public key that others seal to."""
        return self.opener.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"Secrets({self.generation})"


def secrets_of(seed: bytes, generation: int) -> Secrets:
    """The keys of this generation of the node with this seed."""
    sign, seal, door = (_derived(seed, f"havre peer {use} {generation}") for use in ("sign", "seal", "door"))
    return Secrets(generation, Signer(sign), X25519PrivateKey.from_private_bytes(seal), door)


def _derived(seed: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(seed)


def seal_to(public: bytes, plain: bytes, bound: bytes, random: Random) -> bytes:
    """These bytes, for whoever holds the other half of this key alone; `bound` must be known to open them."""
    once = X25519PrivateKey.from_private_bytes(random(32))
    shown = once.public_key().public_bytes_raw()
    return shown + AESGCM(_agreed(once, public, shown, public)).encrypt(NONCE, plain, bound)


def unseal_from(opener: X25519PrivateKey, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed to this key. Raises Refused where anything of it was altered, or it is for another."""
    shown = sealed[:PUBLIC_BYTES]
    try:
        key = _agreed(opener, shown, shown, opener.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(NONCE, sealed[PUBLIC_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Refused("what is sealed in this message does not open with this node's key") from None


def _agreed(own: X25519PrivateKey, other: bytes, shown: bytes, recipient: bytes) -> bytes:
    shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    return HKDF(SHA256(), 32, salt=None, info=b"havre peer sealed 1\n" + shown + recipient).derive(shared)
