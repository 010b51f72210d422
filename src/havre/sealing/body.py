"""What is told of a thing, sealed with a key of its own: with the key destroyed nobody reads it, in no copy."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from havre.sealing.envelope import Context, Random, seal, unseal

PURPOSE = "shared body"


def seal_body(body: Mapping[str, Any], key: bytes, ref: UUID, version: int, random: Random) -> bytes:
    """The body of one version of a thing, sealed under a key made of the thing's and the version."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return seal(text, _key(key, version), _context(ref), random)


def open_body(sealed: bytes, key: bytes, ref: UUID, version: int) -> dict[str, Any]:
    """The body. Raises Broken where it was altered, or is of another thing or version."""
    found: dict[str, Any] = json.loads(unseal(sealed, _key(key, version), _context(ref)))
    return found


def seal_imprint(data: bytes, key: bytes, ref: UUID, method: str, random: Random) -> bytes:
    """An imprint of a thing, sealed under a key made of the thing's."""
    return seal(data, _imprint_key(key), _imprint_context(ref, method), random)


def open_imprint(sealed: bytes, key: bytes, ref: UUID, method: str) -> bytes:
    """The imprint. Raises Broken where it was altered, or is of another thing or method."""
    return unseal(sealed, _imprint_key(key), _imprint_context(ref, method))


def _imprint_key(key: bytes) -> bytes:
    return hmac.digest(key, b"havre imprint 1\n", "sha256")


def _imprint_context(ref: UUID, method: str) -> Context:
    return Context(method, ref.bytes, "shared imprint")


def commitment(sealed: bytes, key: bytes) -> str:
    """SHA-256 in hex that tells nothing, and by which whoever still has key and sealed body proves what it was."""
    return sha256(b"havre destroyed 1\n" + key + sha256(sealed).digest()).hexdigest()


def _key(key: bytes, version: int) -> bytes:
    return hmac.digest(key, b"havre body 1\n%d" % version, "sha256")


def _context(ref: UUID) -> Context:
    return Context("", ref.bytes, PURPOSE)
