"""The key that opens what the public wrote to a unit: made of the unit's own, and so kept and restored with it."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def door_opener(unit_key: bytes) -> X25519PrivateKey:
    """What opens letters to the unit with this AES-256 key; its public half stands in the table of doors."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"havre hotline opener 1").derive(unit_key)
    return X25519PrivateKey.from_private_bytes(derived)
