"""The files of all five registries are read as they write them."""

from datetime import UTC, datetime

import pytest

from havre.hosting.keys import network_of
from havre.hosting.models import Kind
from havre.hosting.readers.delegations import scope_of
from havre.hosting.rows import Bad, Passed, Said
from tests.hosting.loaded import facts, rows

RIPE = """2|ripencc|1764111599|4|19830705|20251125|+0100
ripencc|*|ipv4|*|1|summary
ripencc|BE|ipv4|192.0.2.0|256|20100101|allocated|a-holder
ripencc|NL|ipv6|2001:db8::|32|20100101|assigned|b
ripencc|FR|asn|64500|2|20100101|allocated|c
ripencc||ipv4|203.0.113.0|256||available
ripencc||asn|64510|1||reserved|
"""
ARIN = "2.3|arin|1764111599|2|19700101|20251124|-0500\narin|US|ipv4|198.51.100.0|768|20100101|assigned|x|e-stats\n"
BEGINNINGS = {
    RIPE: ("ripencc", datetime(2025, 11, 25, tzinfo=UTC)),
    ARIN: ("arin", datetime(2025, 11, 24, tzinfo=UTC)),
    "# words\n#\n2|apnic|20251123|1|19830613|20251122|+1000\n": ("apnic", datetime(2025, 11, 22, tzinfo=UTC)),
    "2|afrinic|20251121|1|00000000|00000000|00000": ("afrinic", datetime(2025, 11, 21, tzinfo=UTC)),
    "2|lacnic|x|1|y|z|w": ("lacnic", None),
    "lacnic|BR|ipv4|192.0.2.0|256|20100101|allocated\n": ("lacnic", None),
    "2|nobody|20251121|1|x|20251121|0": None,
    "192.0.2.0/24,64500": None,
    "": None,
    "\n\n": None,
}


@pytest.mark.parametrize("head", BEGINNINGS)
def test_a_file_says_whose_it_is_and_of_which_day(head: str) -> None:
    assert scope_of(head) == BEGINNINGS[head]


def test_what_was_given_is_kept_and_what_was_not_is_passed() -> None:
    found = rows(Kind.DELEGATIONS, RIPE)
    said = [(network_of(f.key), f.country) for f in facts(Kind.DELEGATIONS, RIPE) if isinstance(f, Said)]
    assert said == [("192.0.2.0/24", "BE"), ("2001:db8::/32", "NL"), ("AS64500-AS64501", "FR")]
    assert [isinstance(row, Passed) for row in found] == [True, True, False, False, False, True, True]


def test_a_range_that_is_no_prefix_is_several() -> None:
    said = [network_of(f.key) for f in facts(Kind.DELEGATIONS, ARIN) if isinstance(f, Said)]
    assert said == ["198.51.100.0/23", "198.51.102.0/24"]


NO_RANGE = "the block ends before it begins, or behind the last number there is"
BAD = {
    "ripencc|BE|ipv4|192.0.2.0|256|20100101": "a record has 7 fields or more",
    "ripencc|BE|ipv4|192.0.2.0|256|20100101|given": "the status is none of allocated, assigned, available, reserved",
    "ripencc||ipv4|192.0.2.0|256|20100101|allocated": "a country has two letters",
    "ripencc|BEL|ipv4|192.0.2.0|256|20100101|allocated": "a country has two letters",
    "ripencc|BE|ipv5|192.0.2.0|256|20100101|allocated": "the type is none of asn, ipv4, ipv6",
    "ripencc|BE|ipv4|192.0.2.0|-1|20100101|allocated": "the size of a block is a number",
    "ripencc|BE|ipv4|192.0.2.0|0|20100101|allocated": NO_RANGE,
    "ripencc|BE|ipv4|255.255.255.0|257|20100101|allocated": NO_RANGE,
    "ripencc|BE|asn|4294967295|2|20100101|allocated": NO_RANGE,
    "ripencc|BE|ipv4|192.0.2.0|99999999999|20100101|allocated": "the size of a block is a number",
}


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_record_comes_back_with_the_reason(line: str) -> None:
    assert rows(Kind.DELEGATIONS, line) == [Bad(1, BAD[line], line)]


@pytest.mark.parametrize(
    "line", ["x|BE|ipv4|1.2.3|256|1|allocated", "x|BE|ipv6|2001::1|16|1|allocated", "x|BE|ipv6|z|16|1|allocated"]
)
def test_a_wrong_number_comes_back_too(line: str) -> None:
    assert [type(row) for row in rows(Kind.DELEGATIONS, line)] == [Bad]
