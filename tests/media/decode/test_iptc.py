"""IPTC records."""

from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode import iptc
from havre.media.decode.outcomes import Fact


def record(number: int, value: bytes) -> bytes:
    return bytes([0x1C, 2, number]) + len(value).to_bytes(2) + value


def test_records_become_facts_with_their_numbers() -> None:
    block = record(80, b"Anke") + record(0, b"\0\2") + record(90, b"Gent\n")
    assert iptc.read(block) == ([Fact("creator", "Anke", "IPTC:2:80"), Fact("city", "Gent", "IPTC:2:90")], [])


def test_they_are_found_among_photoshops_resources() -> None:
    other, wanted = b"\x01" * 5, record(80, b"Anke")
    block = b"8BIM\x04\x0d\x00\x00" + len(other).to_bytes(4) + other + b"\0"
    block += b"8BIM\x04\x04\x03abc" + len(wanted).to_bytes(4) + wanted
    assert iptc.in_photoshop(block) == wanted


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    iptc.read(b"\x1c" + data)
    iptc.in_photoshop(b"8BIM" + data)
