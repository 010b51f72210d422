"""EXIF, read tolerantly: every offset is checked, a broken entry costs only itself. Pure; bytes in, values out."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from havre.media.decode.plain import decoded

Value = str | int | tuple[float, ...]

MAX_ENTRIES = 1_000
"""Entries of one directory that are read; cameras write some hundred."""
MAX_VALUE = 8_192
"""Bytes of one value that are read."""

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 129: 1}
"""Field type: bytes of one element (TIFF 6.0, section 2; 129 is EXIF 3.0's UTF-8)."""
LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
TEXT, UTF8, UNDEFINED = 2, 129, 7

EXIF_DIRECTORY, GPS_DIRECTORY = 0x8769, 0x8825

NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0112: "Orientation",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x02BC: "XMP",
    0x8298: "Copyright",
    0x83BB: "IPTC",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x9010: "OffsetTime",
    0x9011: "OffsetTimeOriginal",
    0x9012: "OffsetTimeDigitized",
    0x9286: "UserComment",
    0x9290: "SubSecTime",
    0x9291: "SubSecTimeOriginal",
    0x9292: "SubSecTimeDigitized",
    0xA420: "ImageUniqueID",
    0xA430: "CameraOwnerName",
    0xA431: "BodySerialNumber",
    0xA433: "LensMake",
    0xA434: "LensModel",
    0xA435: "LensSerialNumber",
    0xC62F: "CameraSerialNumber",
}
GPS_NAMES = {
    1: "GPSLatitudeRef",
    2: "GPSLatitude",
    3: "GPSLongitudeRef",
    4: "GPSLongitude",
    5: "GPSAltitudeRef",
    6: "GPSAltitude",
    7: "GPSTimeStamp",
    29: "GPSDateStamp",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    kind: int
    count: int
    data: bytes


class BrokenExifError(Exception):
    """It does not even start like EXIF."""


def read(block: bytes) -> tuple[dict[str, Value], list[str]]:
    """Values by EXIF's own names, and what was broken. Raises BrokenExifError if there is no directory at all."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        raise BrokenExifError("it does not start as it must")
    values: dict[str, Value] = {}
    broken: list[str] = []
    (start,) = struct.unpack_from(order + "I", block, 4)
    inner = _directory(block, order, start, NAMES, values, broken)
    if (at := inner.get(EXIF_DIRECTORY)) is not None:
        _directory(block, order, at, NAMES, values, broken)
    if (at := inner.get(GPS_DIRECTORY)) is not None:
        _directory(block, order, at, GPS_NAMES, values, broken)
    return values, broken


def _directory(
    block: bytes, order: str, at: int, names: dict[int, str], values: dict[str, Value], broken: list[str]
) -> dict[int, int]:
    """Add the directory's known entries to `values`; the places of the directories it points to."""
    inner: dict[int, int] = {}
    for entry in _entries(block, order, at, broken):
        if entry.tag in (EXIF_DIRECTORY, GPS_DIRECTORY) and len(entry.data) >= 4:
            (inner[entry.tag],) = struct.unpack_from(order + "I", entry.data)
        elif entry.tag in names and (value := _value(entry, order)) is not None:
            values.setdefault(names[entry.tag], value)
    return inner


def _entries(block: bytes, order: str, at: int, broken: list[str]) -> Iterator[_Entry]:
    if at + 2 > len(block):
        broken.append("a directory lies outside")
        return
    (count,) = struct.unpack_from(order + "H", block, at)
    for place in range(at + 2, at + 2 + 12 * min(count, MAX_ENTRIES), 12):
        if place + 12 > len(block):
            broken.append("a directory is cut off")
            return
        tag, kind, elements, offset = struct.unpack_from(order + "HHII", block, place)
        size = SIZES.get(kind, 0) * elements
        start = place + 8 if size <= 4 else offset
        data = block[start : start + min(size, MAX_VALUE)]
        if size and len(data) == min(size, MAX_VALUE):
            yield _Entry(tag, kind, elements, data)
        elif tag in NAMES:
            broken.append(f"{NAMES[tag]} cannot be read")


def _value(entry: _Entry, order: str) -> Value | None:
    if entry.kind in (TEXT, UTF8):
        return decoded(entry.data) or None
    if entry.kind == UNDEFINED:
        return _comment(entry.data, order) or None
    if entry.kind in (5, 10):
        parts = struct.unpack_from(f"{order}{len(entry.data) // 4}{'I' if entry.kind == 5 else 'i'}", entry.data)
        pairs = zip(parts[::2], parts[1::2], strict=False)
        return tuple(above / below if below else float("nan") for above, below in pairs)
    numbers = struct.unpack_from(f"{order}{min(entry.count, 4)}{LETTERS[entry.kind]}", entry.data)
    return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], int) else tuple(map(float, numbers))


def _comment(data: bytes, order: str) -> str:
    """A UserComment names its character code in the first eight bytes (EXIF 2.32, 4.6.5)."""
    code, text = data[:8], data[8:]
    if code == b"UNICODE\0":
        encoding = "utf-16-le" if order == "<" else "utf-16-be"
        return text.decode(encoding, errors="replace").rstrip("\0 ")
    return decoded(text) if code in (b"ASCII\0\0\0", bytes(8)) else decoded(data)
