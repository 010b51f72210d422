"""The codes that the people of a demonstration type: its secrets are public, so no Django is needed for them."""

import base64
import hmac
import time
from hashlib import sha1, sha256


def secret_of(name: str) -> str:
    """The secret of an authenticator app that `havre demo --serve` prints for this person."""
    return base64.b32encode(sha256(f"demonstration: {name}".encode()).digest()[:20]).decode("ascii")


def code_of(secret: str) -> str:
    """What an app shows now (RFC 6238: SHA-1, 30 seconds, six digits)."""
    made = hmac.new(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), sha1).digest()
    at = made[-1] & 15
    return f"{(int.from_bytes(made[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"
