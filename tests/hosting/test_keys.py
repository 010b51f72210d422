"""Blocks are keys: a number lies in exactly the blocks whose keys are over it."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, summarize_address_range

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.hosting.keys import SYSTEMS, key_of, keys_between, keys_over, length_of, network_of

FOURS = st.integers(0, 2**32 - 1)


@given(FOURS, FOURS, st.integers(0, 32))
def test_a_number_lies_in_a_block_where_its_keys_have_the_blocks(number: int, start: int, length: int) -> None:
    network = IPv4Network((start, length), strict=False)
    assert (key_of(4, start, length) in keys_over(4, number)) == (IPv4Address(number) in network)


@given(st.integers(0, 2**128 - 1), st.integers(0, 128))
def test_a_key_is_read_back(value: int, length: int) -> None:
    key = key_of(6, value, length)
    assert network_of(key) == str(IPv6Network((value, length), strict=False))
    assert length_of(key) == length
    assert key in keys_over(6, value)


@given(FOURS, FOURS)
def test_a_range_is_the_blocks_that_python_finds(one: int, other: int) -> None:
    first, last = sorted((one, other))
    found = [network_of(key) for key in keys_between(4, first, last)]
    assert found == [str(net) for net in summarize_address_range(IPv4Address(first), IPv4Address(last))]
    assert len(found) <= 64


@pytest.mark.parametrize(("first", "last"), [(0, 2**32 - 1), (0, 0), (2**32 - 1, 2**32 - 1), (1, 2**32 - 2)])
def test_a_range_may_begin_and_end_anywhere(first: int, last: int) -> None:
    keys = list(keys_between(SYSTEMS, first, last))
    assert sum(1 << (32 - length_of(key)) for key in keys) == last - first + 1


def test_networks_are_written_as_people_write_them() -> None:
    assert network_of(key_of(SYSTEMS, 64500, 32)) == "AS64500"
    assert network_of(key_of(SYSTEMS, 64512, 22)) == "AS64512-AS65535"
    assert network_of(key_of(6, 1, 128)) == "::1/128"


def test_families_are_kept_apart() -> None:
    assert key_of(4, 5, 32) != key_of(SYSTEMS, 5, 32)
