"""A host's name or number has one form; onion names are checked against their check sum."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.hosts import host_of, number_of, onion_name, site_of
from havre.errors import Invalid
from tests.addresses.forms import KEY, ONION


def test_a_name_of_a_key_is_what_the_specification_says() -> None:
    assert f"{onion_name(KEY)}.onion" == ONION


@given(st.integers(0, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_onion_name_with_one_wrong_letter_is_none(place: int, letter: str) -> None:
    wrong = ONION[:place] + letter + ONION[place + 1 :]
    if wrong == ONION:
        assert host_of(wrong) == ONION
    else:
        with pytest.raises(Invalid, match="copy all of them"):
            host_of(wrong)


@given(st.binary(min_size=32, max_size=32))
def test_every_key_has_a_name_that_is_taken(key: bytes) -> None:
    assert host_of(f"www.{onion_name(key)}.ONION") == f"www.{onion_name(key)}.onion"


@given(st.integers(0, 2**128 - 1))
def test_a_number_of_six_is_written_as_python_writes_it(number: int) -> None:
    whole = IPv6Address(number)
    mapped = whole.ipv4_mapped
    assert host_of(f"[{whole.exploded}]") == (str(mapped) if mapped else f"[{whole.compressed}]")


@given(st.text(max_size=70))
def test_what_is_taken_is_taken_again_unchanged(text: str) -> None:
    try:
        once = host_of(text)
    except Invalid:
        return
    assert host_of(once) == once
    assert site_of(once) == once or once.endswith("." + site_of(once))


def test_names_and_numbers_are_told_apart() -> None:
    assert number_of("192.0.2.1") == IPv4Address("192.0.2.1")
    assert number_of("[::1]") == IPv6Address("::1")
    assert number_of("a1.example") is None
    for broken in ("[object Object] <b>", "[", "[::1", "a.999", "1"):  # what a forged row may hold
        assert number_of(broken) is None
    assert number_of("localhost") is None


def test_a_host_that_is_too_long_is_refused_before_anything_is_done_with_it() -> None:
    with pytest.raises(Invalid, match="at most 253"):
        host_of("ü" * 1_001)
