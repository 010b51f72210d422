"""Metadata say the same bytes for the same values, and python-tuf's own check agrees with them."""

from typing import Any

from tuf.api.metadata import Metadata, Root

from havre.feeds.signed import Keys, Served, Signing, metadata, read_root, root
from tests.cast import NOON

A, B, C, D, E = (Signing(bytes([number] * 32)) for number in range(1, 6))
KEYS = Keys([A.public, B.public], 2, C.public, D.public)


def test_a_root_is_signed_by_enough_keys_and_verifies_what_it_names() -> None:
    made = Metadata[Root].from_bytes(root(1, KEYS, NOON, [A, B])).signed
    assert (made.roles["root"].threshold, made.consistent_snapshot, made.expires.year) == (2, True, 2027)
    files = metadata(4, [Served("baseline/head.json", "ab" * 32, 9)], NOON, C, D)
    assert list(files) == ["4.targets.json", "4.snapshot.json", "timestamp.json"]
    first, second, third = files.values()
    for name, content in (("targets", first), ("snapshot", second), ("timestamp", third)):
        read = Metadata[Any].from_bytes(content)
        made.verify_delegate(name, read.signed_bytes, read.signatures)
        assert read.signed.version == 4
    assert metadata(4, [Served("baseline/head.json", "ab" * 32, 9)], NOON, C, D) == files


def test_another_root_needs_the_keys_of_the_one_before() -> None:
    old = Metadata[Root].from_bytes(root(1, KEYS, NOON, [A, B]))
    keys = Keys([A.public, E.public], 2, C.public, D.public)
    for signers, holds in (([A, B, E], True), ([A, E], False)):
        new = Metadata[Root].from_bytes(root(2, keys, NOON, signers))
        assert bool(new.signed.get_root_verification_result(old.signed, new.signed_bytes, new.signatures)) is holds
    assert read_root(root(2, keys, NOON, [A, B, E])).version == 2


def test_a_key_tells_nothing_of_itself() -> None:
    assert A.seed.hex() not in f"{A!r}"
