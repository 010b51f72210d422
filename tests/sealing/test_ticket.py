"""Only the key of its ticket opens what was sealed, and only the secret makes it."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.sealing.ticket import TICKET_BYTES, key_of_ticket, open_with, seal_for_ticket

SECRET, OTHER = b"s" * 32, b"o" * 32


def drawn(count: int) -> bytes:
    """As unpredictable as a test needs."""
    return bytes(range(count))


@given(content=st.binary(max_size=300), medium=st.integers(0, 2**63 - 1), secret=st.binary(min_size=32, max_size=32))
def test_what_was_sealed_opens_with_the_key_of_its_ticket(content: bytes, medium: int, secret: bytes) -> None:
    sealed = seal_for_ticket(content, secret, medium, drawn)
    assert len(sealed.ticket) == TICKET_BYTES
    assert open_with(key_of_ticket(sealed.ticket, secret, medium), sealed.body, medium) == content


def test_a_ticket_of_another_secret_or_medium_gives_no_key() -> None:
    sealed = seal_for_ticket(b"a preview", SECRET, 7, drawn)
    for secret, medium in ((OTHER, 7), (SECRET, 8)):
        with pytest.raises(Invalid, match="another session"):
            key_of_ticket(sealed.ticket, secret, medium)


@pytest.mark.parametrize("at", range(TICKET_BYTES))
def test_an_altered_ticket_gives_no_key(at: int) -> None:
    ticket = bytearray(seal_for_ticket(b"a preview", SECRET, 7, drawn).ticket)
    ticket[at] ^= 1
    with pytest.raises(Invalid):
        key_of_ticket(bytes(ticket), SECRET, 7)


def test_a_preview_in_the_place_of_another_does_not_open() -> None:
    sealed = seal_for_ticket(b"a preview", SECRET, 7, drawn)
    with pytest.raises(InvalidTag):
        open_with(key_of_ticket(sealed.ticket, SECRET, 7), sealed.body, 8)
