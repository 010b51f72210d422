"""Veils in the database."""

import os

import pytest

from havre.errors import Broken
from havre.media.models import Medium
from havre.media.veils import Veils

VEILS = Veils("7", bytes(range(32)))
VEIL = b"RIFF\x00\x00\x00\x00WEBP and what follows"


def test_a_veil_is_sealed_and_opened() -> None:
    kept = VEILS.sealed(VEIL, b"a" * 32)
    assert VEIL not in kept
    assert VEILS.plain(Medium(sha256=b"a" * 32, veil=kept)) == VEIL
    assert VEILS.sealed(VEIL, b"a" * 32) != kept


def test_no_veil_stays_none() -> None:
    assert VEILS.sealed(b"", b"a" * 32) == b"" == VEILS.plain(Medium(sha256=b"a" * 32))


@pytest.mark.parametrize("other", [Veils("8", bytes(range(32))), Veils("7", os.urandom(32))])
def test_the_veil_of_another_unit_is_not_opened(other: Veils) -> None:
    with pytest.raises(Broken):
        other.plain(Medium(sha256=b"a" * 32, veil=VEILS.sealed(VEIL, b"a" * 32)))


def test_a_veil_in_the_place_of_another_is_noticed() -> None:
    with pytest.raises(Broken):
        VEILS.plain(Medium(sha256=b"b" * 32, veil=VEILS.sealed(VEIL, b"a" * 32)))
