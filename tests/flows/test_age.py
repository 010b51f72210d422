"""Anything goes into an age file and comes out of it as it was; what was altered does not come out whole."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Broken, HavreError, Invalid, Refused, Unavailable
from havre.flows.age import decrypted, encrypt, identities_in, recipient_of

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = IDENTITY.to_public()


def sealed(pieces: list[bytes]) -> bytes:
    file = io.BytesIO()
    encrypt(iter(pieces), file, RECIPIENT)
    return file.getvalue()


@given(st.lists(st.binary(max_size=200_000), max_size=6))
def test_what_goes_in_comes_out_by_age_alone(pieces: list[bytes]) -> None:
    assert pyrage.decrypt(sealed(pieces), [IDENTITY]) == b"".join(pieces)


@given(st.lists(st.binary(max_size=200_000), max_size=6))
def test_what_goes_in_comes_out_as_a_stream(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    file = tmp_path_factory.mktemp("age") / "x.age"
    file.write_bytes(sealed(pieces))
    with decrypted(file, [IDENTITY]) as plain:
        assert plain.read() == b"".join(pieces)


def test_a_file_cut_or_altered_anywhere_is_refused_at_its_end(tmp_path: Path) -> None:
    whole = sealed([bytes(300_000)])
    for at in (0, 50, 150, 1000, len(whole) // 2, len(whole) - 1):
        for bent in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            (tmp_path / "x").write_bytes(bent)
            with pytest.raises(HavreError), decrypted(tmp_path / "x", [IDENTITY]) as plain:
                plain.read()


def test_whoever_stops_reading_early_stops_the_decryption_too(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(sealed([bytes(5_000_000)]))
    with pytest.raises(Broken, match="enough"):
        _read_a_little(tmp_path / "x")


def _read_a_little(file: Path) -> None:
    with decrypted(file, [IDENTITY]) as plain:
        plain.read(10)
        raise Broken("enough")


def test_another_identity_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(sealed([b"content"]))
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(Refused, match="another recipient"), decrypted(tmp_path / "x", [stranger]) as plain:
        plain.read()


def test_an_error_of_the_pieces_comes_through_unchanged() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise Unavailable("the disk is gone")

    with pytest.raises(Unavailable, match="the disk is gone"):
        encrypt(pieces(), io.BytesIO(), RECIPIENT)


def test_identities_are_read_from_a_file_with_comments(tmp_path: Path) -> None:
    file = tmp_path / "identity"
    file.write_text(f"# made today\n\n{IDENTITY}\n")
    assert [str(found.to_public()) for found in identities_in(file)] == [str(RECIPIENT)]


@pytest.mark.parametrize("text", ["", "# nothing", "AGE-SECRET-KEY-1DAMAGED"])
def test_a_file_without_an_identity_is_invalid(tmp_path: Path, text: str) -> None:
    (tmp_path / "identity").write_text(text)
    with pytest.raises(Invalid) as refusal:
        identities_in(tmp_path / "identity")
    assert "DAMAGED" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["", "age1", "age1zzz", pytest.param(str(IDENTITY), id="secret"), pytest.param(str(IDENTITY).lower(), id="lower")],
)
def test_what_is_no_public_key_is_invalid_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        recipient_of(text)
    assert not text.startswith("AGE") or text not in str(refusal.value)


def test_a_public_key_is_read() -> None:
    assert str(recipient_of(f" {RECIPIENT}\n")) == str(RECIPIENT)
