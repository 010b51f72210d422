"""7z, without the sandbox."""

import io

import pytest

from havre.media.decode import sevenzip
from havre.media.decode.members import Members
from tests.media.decode.seeds import MEMBERS, seven


def test_every_member_is_caught_on_its_way_to_memory() -> None:
    names: list[str] = []
    pieces: list[bytes] = []

    def take(head: dict[str, object], body: bytes) -> None:
        names.extend([str(head["member"])] if "member" in head else [])
        pieces.append(body)

    sevenzip.read(io.BytesIO(seven()), Members(take))
    assert sorted(names) == sorted(MEMBERS)
    assert sorted(filter(None, pieces)) == sorted(filter(None, MEMBERS.values()))


def test_a_password_ends_it() -> None:
    sent = Members(lambda *_: None)
    with pytest.raises(Members.Stopped, match="encrypted"):
        sevenzip.read(io.BytesIO(seven(password="secret")), sent)


def test_a_broken_archive_raises_what_is_declared() -> None:
    data = bytearray(seven())
    data[20] ^= 1
    with pytest.raises((sevenzip.BROKEN, ValueError, EOFError, OSError)):
        sevenzip.read(io.BytesIO(bytes(data)), Members(lambda *_: None))
