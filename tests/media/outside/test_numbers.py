"""Only numbers of the open internet are asked for, however they are written."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Refused
from havre.media.outside.numbers import outside

INSIDE = [
    *(
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
    ),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1"),
    *(
        "2001::1",
        "2001:db8::1",
        "2002:808:808::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ),
    *("3fff::1", "5f00::1", "100:0:0:1::1", "2620:4f:8000::1", "192.31.196.1", "192.52.193.1", "192.175.48.1"),
    *("4000::1", "1fff::1"),
]
NONE = [
    "",
    "localhost",
    "1",
    "0x7f.1",
    "127.1",
    "017700000001",
    "2130706433",
    "8.8.8.8:80",
    "[::1]",
    "8.8.8.8 ",
    "8.8.8",
]


@pytest.mark.parametrize("number", INSIDE)
def test_what_is_not_on_the_open_internet_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="not on the open internet"):
        outside(number)


@pytest.mark.parametrize("number", NONE)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="no network address"):
        outside(number)


def test_what_is_outside_is_written_one_way() -> None:
    assert outside("8.8.8.8") == "8.8.8.8"
    assert outside("2606:4700:0:0::1111") == "2606:4700::1111"


@given(st.ip_addresses())
def test_whatever_is_allowed_is_global_and_carries_no_other_number_inside(number: IPv4Address | IPv6Address) -> None:
    try:
        assert outside(str(number)) == str(number)
    except Refused:
        return
    assert number.is_global
    assert not number.is_multicast
    if isinstance(number, IPv6Address):
        assert (number.ipv4_mapped, number.sixtofour, number.teredo) == (None, None, None)
