"""The reference of a notice is found again, however a mail spaced or quoted it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.notices.references import new_reference, reference_in, written

KNOWN = "HN-0123-4567-89AB-CDEF"


@given(st.binary(min_size=10, max_size=10))
def test_every_reference_is_found_in_an_answer(drawn: bytes) -> None:
    made = new_reference(lambda _count: drawn)
    assert reference_in(f"> Re: Notice {made}: images\r\n> {made.lower()}.") == made


@pytest.mark.parametrize(
    "text",
    [
        KNOWN,
        KNOWN.lower(),
        "HN 0123 4567 89AB CDEF",
        "HN0123456789ABCDEF",
        "(HN-0I23-4567-89AB-CDEF)",
        "HN–0123–4567–89AB–CDEF",
    ],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    assert reference_in(f"On Monday you wrote {text}, and") == KNOWN


@pytest.mark.parametrize(
    "text", ["", "HN-0123-4567-89AB", "XHN-0123-4567-89AB-CDEF", KNOWN + "0", "HN-0123-4567-89AB-CDE!"]
)
def test_what_is_none_is_not_found(text: str) -> None:
    assert reference_in(text) is None


@given(st.text(max_size=200))
def test_whatever_is_found_is_one(text: str) -> None:
    found = reference_in(text)
    assert found is None or found == written(found.removeprefix("HN-").replace("-", ""))


def test_no_two_are_alike() -> None:
    assert len({new_reference(os.urandom) for _ in range(100)}) == 100
