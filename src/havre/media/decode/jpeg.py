"""JPEG read by its markers: what the header says, what it carries, where it ends. Pixels come later."""

import re
import struct
from dataclasses import dataclass, field

SOI, EOI, SOS, RST0, TEM = 0xD8, 0xD9, 0xDA, 0xD0, 0x01
FRAME_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
"""Start of frame, one for each way of coding (ITU T.81, table B.1)."""
PLAIN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive Huffman coding: what libjpeg-turbo's fast interface takes."""

MAX_SEGMENTS = 2_000
"""Marker segments before the first scan; real files have a few dozen."""

APP0_EXIF, APP1_XMP = b"Exif\0", b"http://ns.adobe.com/xap/1.0/\0"
APP13_PHOTOSHOP, APP14_ADOBE, APP2_ICC = b"Photoshop 3.0\0", b"Adobe", b"ICC_PROFILE\0"

NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""In coded data a 0xFF is followed by 0 or a restart marker; anything else is the next segment."""


@dataclass(slots=True)
class Header:
    """What stands before the first scan."""

    coding: int = 0
    precision: int = 0
    width: int = 0
    height: int = 0
    components: int = 0
    exif: bytes | None = None
    xmp: bytes | None = None
    photoshop: bytes = b""
    adobe: bool = False
    comments: list[bytes] = field(default_factory=list)
    scan_at: int = 0
    """Where the first scan's segment starts; 0 if there is none."""

    @property
    def plain(self) -> bool:
        """Whether the fast decoder takes it: 8 bits, grey or three colours, ordinary Huffman coding."""
        return self.coding in PLAIN_FRAMES and self.precision == 8 and self.components in (1, 3)


def read(data: memoryview) -> Header:
    """The header, as far as it can be followed; never raises, whatever the bytes."""
    header, at = Header(), 2
    for _ in range(MAX_SEGMENTS):
        while at + 1 < len(data) and data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1  # fill bytes
        if at + 4 > len(data) or data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == TEM or RST0 <= marker <= SOI:
            at += 2
            continue
        if marker == EOI:
            break
        if marker == SOS:
            header.scan_at = at
            break
        length = data[at + 2] << 8 | data[at + 3]
        _note(header, marker, data[at + 4 : at + 2 + length])
        at += 2 + max(length, 2)
    return header


def _note(header: Header, marker: int, body: memoryview) -> None:
    if marker in FRAME_MARKERS and len(body) >= 6 and not header.coding:
        header.coding = marker
        header.precision, header.height, header.width, header.components = struct.unpack(">BHHB", body[:6])
    elif marker == 0xE1 and body[:5] == APP0_EXIF and header.exif is None:
        header.exif = bytes(body[6:])
    elif marker == 0xE1 and body[:29] == APP1_XMP and header.xmp is None:
        header.xmp = bytes(body[29:])
    elif marker == 0xED and body[:14] == APP13_PHOTOSHOP:
        header.photoshop += bytes(body[14:])
    elif marker == 0xEE and body[:5] == APP14_ADOBE:
        header.adobe = True
    elif marker == 0xFE:
        header.comments.append(bytes(body))


def end(data: memoryview, header: Header) -> int | None:
    """Where the picture ends (just after its end marker), None if it has no end.

    `data` must look at its object from the first byte on.
    """
    if not header.scan_at:
        return None
    # Coded data cannot contain an end marker: if the first one is also the last two bytes, that is the end.
    found: int = data.obj.find(b"\xff\xd9", header.scan_at, len(data))  # type: ignore[attr-defined]
    return len(data) if found == len(data) - 2 else _walk_to_end(data, header.scan_at)


def _walk_to_end(data: memoryview, at: int) -> int | None:
    while True:
        found = NEXT_MARKER.search(data, at)
        if found is None:
            return None
        at, marker = found.start() + 2, data[found.start() + 1]
        if marker == EOI:
            return at
        if (marker != TEM and marker < SOI) or marker > EOI:
            if at + 2 > len(data):
                return None
            at += max(data[at] << 8 | data[at + 1], 2)
