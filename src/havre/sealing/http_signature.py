"""A signature over a request to somebody's own address, which any library for RFC 9421 checks: Ed25519, pure.

It covers the method, the address, the digest of the body (RFC 9530), its type and the key under which it is taken once.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from havre.errors import Invalid
from havre.sealing.sign import Signer

COVERED = ("@method", "@target-uri", "content-digest", "content-type", "idempotency-key")
LABEL = "havre"


def signed_headers(
    signer: Signer, address: str, body: bytes, headers: Mapping[str, str], at: datetime
) -> dict[str, str]:
    """The headers of a POST of this body, with those that sign it. Raises Invalid for one that begins another."""
    if not all(text.isascii() and text.isprintable() for text in (address, *headers.values())):
        raise Invalid("a header may not hold control characters")
    digest = base64.b64encode(sha256(body).digest()).decode("ascii")
    told = {**headers, "Content-Digest": f"sha-256=:{digest}:"}
    covered = " ".join(f'"{name}"' for name in COVERED)
    words = f'({covered});created={int(at.timestamp())};keyid="{signer.verifier.text()}";alg="ed25519"'
    signature = base64.b64encode(signer.sign(signed_text(address, told, words))).decode("ascii")
    return {**told, "Signature-Input": f"{LABEL}={words}", "Signature": f"{LABEL}=:{signature}:"}


def signed_text(address: str, headers: Mapping[str, str], words: str) -> bytes:
    """What is signed (RFC 9421, 2.5): a line for each thing that is covered, and one that names them."""
    known = {name.lower(): value for name, value in headers.items()} | {"@method": "POST", "@target-uri": address}
    lines = [*(f'"{name}": {known[name]}' for name in COVERED), f'"@signature-params": {words}']
    return "\n".join(lines).encode("ascii")
