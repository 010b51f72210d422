"""Digests of bytes, whole or in pieces."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.fingerprints.exact import Digests, digest, digest_of, from_hex

EMPTY = Digests(
    bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e"),
    bytes.fromhex("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
)


def test_nothing_has_the_digests_of_nothing() -> None:
    assert digest(b"") == EMPTY
    assert digest_of([]) == EMPTY


@given(st.binary(max_size=500))
def test_bytes_have_the_digests_that_hashlib_gives(data: bytes) -> None:
    assert digest(data) == Digests(
        hashlib.md5(data).digest(), hashlib.sha1(data).digest(), hashlib.sha256(data).digest()
    )


@given(st.lists(st.binary(max_size=200)))
def test_pieces_have_the_digests_of_the_whole(pieces: list[bytes]) -> None:
    assert digest_of(pieces) == digest(b"".join(pieces))


def test_a_digest_is_known_by_its_length() -> None:
    assert from_hex(EMPTY.md5.hex()) == ("md5", EMPTY.md5)
    assert from_hex(EMPTY.sha1.hex().upper()) == ("sha1", EMPTY.sha1)
    assert from_hex(EMPTY.sha256.hex()) == ("sha256", EMPTY.sha256)


@pytest.mark.parametrize("text", ["", "ab", "a" * 33, "a" * 128, "z" * 32, "0x" + "a" * 30, " " * 40])
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="a digest has"):
        from_hex(text)
