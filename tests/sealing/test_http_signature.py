"""A request is signed as RFC 9421 says: whoever has the node's key checks it, and whatever is altered does not pass."""

import base64
from collections.abc import Mapping
from hashlib import sha256

import pytest

from havre.errors import Invalid
from havre.sealing.http_signature import COVERED, signed_headers, signed_text
from havre.sealing.sign import Signer
from tests.cast import NOON

SIGNER = Signer(bytes(range(32)))
ADDRESS = "https://api.platform.example/notices?v=1"
HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "<hn-0.1@unit.example>"}


def checked(address: str, headers: dict[str, str]) -> bool:
    """As a platform does it."""
    words = headers["Signature-Input"].removeprefix("havre=")
    return SIGNER.verifier.accepts(signed_text(address, headers, words), signature_of(headers))


def signature_of(headers: Mapping[str, str]) -> bytes:
    """The bytes of the signature."""
    return base64.b64decode(headers["Signature"].removeprefix("havre=:").removesuffix(":"))


def test_what_was_signed_is_checked_and_what_was_altered_is_not() -> None:
    headers = signed_headers(SIGNER, ADDRESS, b"{}", HEADERS, NOON)
    digest = base64.b64encode(sha256(b"{}").digest()).decode()
    assert headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert checked(ADDRESS, headers)
    assert not checked("https://other.example/notices?v=1", headers)
    for name in ("Content-Digest", "Content-Type", "Idempotency-Key"):
        assert not checked(ADDRESS, headers | {name: "other"})
    later = headers["Signature-Input"].replace(f"created={int(NOON.timestamp())}", "created=1")
    assert not checked(ADDRESS, headers | {"Signature-Input": later})


def test_the_text_that_is_signed_is_the_standards() -> None:
    lines = signed_text(ADDRESS, HEADERS | {"Content-Digest": "sha-256=:x:"}, "(…)".encode("ascii", "replace").decode())
    assert lines.decode() == "\n".join(
        [
            '"@method": POST',
            f'"@target-uri": {ADDRESS}',
            '"content-digest": sha-256=:x:',
            '"content-type": application/json',
            '"idempotency-key": <hn-0.1@unit.example>',
            '"@signature-params": (?)',
        ]
    )
    assert len(COVERED) == 5


def test_nothing_begins_a_header_of_its_own() -> None:
    for address, key in ((ADDRESS, "a\r\nX: y"), (f"{ADDRESS}\n", "a")):
        with pytest.raises(Invalid):
            signed_headers(SIGNER, address, b"", HEADERS | {"Idempotency-Key": key}, NOON)
