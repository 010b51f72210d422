"""IPTC-IIM: numbered text records, inside Photoshop's resources in a JPEG, bare in a TIFF."""

from collections.abc import Iterator

from havre.media.decode.outcomes import Fact
from havre.media.decode.plain import decoded, plain

NAMES = {
    (2, 5): "title",
    (2, 25): "keyword",
    (2, 55): "taken",
    (2, 60): "taken at",
    (2, 62): "digitised",
    (2, 65): "software",
    (2, 80): "creator",
    (2, 90): "city",
    (2, 92): "place",
    (2, 95): "province",
    (2, 101): "country",
    (2, 110): "credit",
    (2, 115): "source",
    (2, 116): "copyright",
    (2, 120): "description",
}
"""Record and dataset numbers (IPTC-IIM 4.2, section 6)."""

IPTC_RESOURCE = 0x0404
MAX_RECORDS = 500
MAX_VALUE = 4_000


def in_photoshop(block: bytes) -> bytes:
    """The IPTC records among Photoshop's resources ('8BIM', number, name, length, data), empty if none."""
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        number = int.from_bytes(block[at + 4 : at + 6])
        name = block[at + 6]
        start = at + 6 + (name + 2 & ~1)  # the name and its length byte are padded to an even number
        length = int.from_bytes(block[start : start + 4])
        if number == IPTC_RESOURCE:
            return block[start + 4 : start + 4 + length]
        at = start + 4 + (length + 1 & ~1)
    return b""


def read(block: bytes) -> tuple[list[Fact], list[str]]:
    """Facts from the records, and a note if they end in the middle of one."""
    facts = [
        Fact(NAMES[record, number], plain(decoded(value)), f"IPTC:{record}:{number}")
        for record, number, value in _records(block)
        if (record, number) in NAMES and value
    ]
    return facts, []


def _records(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(MAX_RECORDS):
        if at + 5 > len(block) or block[at] != 0x1C:
            return
        record, number, length = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        if length & 0x8000:  # extended length: its size stands here, the length follows
            size = min(length & 0x7FFF, 8)
            length = int.from_bytes(block[at + 5 : at + 5 + size])
            at += size
        yield record, number, block[at + 5 : at + 5 + min(length, MAX_VALUE)]
        at += 5 + length
