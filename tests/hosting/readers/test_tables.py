"""Tables of networks are read in the forms in which they are handed around."""

import pytest

from havre.hosting.keys import network_of
from havre.hosting.models import Kind
from havre.hosting.readers.tables import key_of_prefix, system_of, table_of
from havre.hosting.rows import Bad, Passed, Said
from tests.hosting.loaded import facts, rows

PREFIXES = {
    "192.0.2.0/24,64500": [("192.0.2.0/24", 64500)],
    "192.0.2.0/24;AS64500": [("192.0.2.0/24", 64500)],
    "192.0.2.0/24 as64500": [("192.0.2.0/24", 64500)],
    "192.0.2.0\t24\t64500": [("192.0.2.0/24", 64500)],
    '"192.0.2.0/24","64500"': [("192.0.2.0/24", 64500)],
    "192.0.2.0/24 , 64500 , more": [("192.0.2.0/24", 64500)],
    "2001:db8::/32,4294967295": [("2001:db8::/32", 4294967295)],
    "192.0.2.0\t24\t64500_64501": [("192.0.2.0/24", 64500), ("192.0.2.0/24", 64501)],
    "192.0.2.7/32,1": [("192.0.2.7/32", 1)],
}


@pytest.mark.parametrize("line", PREFIXES)
def test_a_prefix_and_its_network(line: str) -> None:
    said = [(network_of(f.key), f.system) for f in facts(Kind.PREFIXES, line) if isinstance(f, Said)]
    assert said == PREFIXES[line]


BAD_PREFIXES = {
    "192.0.2.1/24,64500": "the prefix has bits set behind its length",
    "192.0.2.0,64500": "a prefix is a number, a slash and a length",
    "192.0.2.0/33,64500": "a prefix has a length of at least 1 and at most all bits",
    "0.0.0.0/0,64500": "a prefix has a length of at least 1 and at most all bits",
    "192.0.2.0/24": "a row has a prefix and a network",
    "192.0.2.0/24,4294967296": "the number of a network is at most 4294967295, with AS before it or not",
    "192.0.2.0/24,AS": "the number of a network is at most 4294967295, with AS before it or not",
    "192.0.2.0/24,{1,2}": "the number of a network is at most 4294967295, with AS before it or not",
}


@pytest.mark.parametrize("line", BAD_PREFIXES)
def test_a_wrong_prefix_comes_back_with_the_reason(line: str) -> None:
    assert rows(Kind.PREFIXES, line) == [Bad(1, BAD_PREFIXES[line], line)]


SYSTEMS = {
    '64500,"Example Hosting, Ltd",BE,host': ("AS64500", "Example Hosting, Ltd", "BE", "host"),
    "AS64500;Example;be;CDN": ("AS64500", "Example", "BE", "cdn"),
    "64500\tExample": ("AS64500", "Example", "", ""),
    "64500,Example,,": ("AS64500", "Example", "", ""),
    "64500,Ex\x1bample": ("AS64500", "Ex ample", "", ""),
}


@pytest.mark.parametrize("line", SYSTEMS)
def test_a_network_and_who_runs_it(line: str) -> None:
    (said,) = facts(Kind.SYSTEMS, line)
    assert isinstance(said, Said)
    assert (network_of(said.key), said.holder, said.country, said.purpose) == SYSTEMS[line]


@pytest.mark.parametrize("line", ["x,Example", "64500,Example,BEL", "64500,Example,BE,1234", '64500,"Example'])
def test_a_wrong_network_comes_back(line: str) -> None:
    assert [type(row) for row in rows(Kind.SYSTEMS, line)] == [Bad]


def test_headings_are_passed() -> None:
    assert rows(Kind.PREFIXES, "prefix,asn") == rows(Kind.SYSTEMS, "asn,name,country,kind") == [Passed()]


def test_a_table_is_told_by_its_first_line() -> None:
    assert [table_of(line) for line in ("prefix,asn", "192.0.2.0\t24\t1", '"2001:db8::/32","1"')] == ["prefixes"] * 3
    assert [table_of(line) for line in ("asn,name", "AS64500,x", "64500;x")] == ["systems"] * 3
    assert [table_of(line) for line in ("", "hello", "a.example,1", "<html>")] == [""] * 4


def test_numbers_are_read_strictly() -> None:
    assert network_of(key_of_prefix("10.0.0.0/8")) == "10.0.0.0/8"
    assert system_of(" AS7 ") == 7
    with pytest.raises(ValueError, match="slash"):
        key_of_prefix("10.0.0.0/٨")
