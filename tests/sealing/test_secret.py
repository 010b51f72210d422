"""What is sealed to a node opens with its key alone, and each generation has other keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Refused
from havre.sealing.secret import Secrets, seal_to, secrets_of, unseal_from
from tests.sealing.wire import BELGIUM, ITALY, chance


@given(st.binary(), st.binary())
def test_what_was_sealed_opens_for_its_recipient(plain: bytes, bound: bytes) -> None:
    sealed = seal_to(ITALY.sealing, plain, bound, chance(1))
    assert unseal_from(ITALY.opener, sealed, bound) == plain


@given(st.binary(), st.data())
def test_nothing_of_it_can_be_changed_and_nobody_else_opens_it(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal_to(ITALY.sealing, plain, b"header", chance(1)))
    with pytest.raises(Refused):
        unseal_from(BELGIUM.opener, bytes(sealed), b"header")
    with pytest.raises(Refused):
        unseal_from(ITALY.opener, bytes(sealed), b"another")
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Refused):
        unseal_from(ITALY.opener, bytes(sealed), b"header")


@pytest.mark.parametrize("sealed", [b"", bytes(32), bytes(100)])
def test_keys_that_give_no_secret_are_refused(sealed: bytes) -> None:
    with pytest.raises(Refused):
        unseal_from(ITALY.opener, sealed, b"")


def test_every_generation_and_every_use_has_another_key() -> None:
    made = [secrets_of(bytes(32), generation) for generation in range(3)]
    keys = {key for each in made for key in (each.signer.verifier.public, each.sealing, each.door)}
    assert len(keys) == 9
    assert secrets_of(bytes(32), 1).sealing == made[1].sealing


def test_keys_are_never_printed() -> None:
    assert repr(ITALY) == "Secrets(0)"
    assert isinstance(ITALY, Secrets)
