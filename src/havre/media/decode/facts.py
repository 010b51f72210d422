"""What a picture says about itself, from EXIF, XMP and IPTC, each fact with the field it stands in.

Facts, not verdicts: a value that cannot be true is kept as it is written and called refused, with a note.
"""

import math
import re
from collections.abc import Callable

from PIL import Image, TiffImagePlugin

from havre.media.decode import exif, iptc, jpeg, xmp
from havre.media.decode.outcomes import Fact
from havre.media.decode.plain import decoded, plain

Told = tuple[list[Fact], list[str]]
"""Facts, and notes about what could not be read."""

EXIF_TEXTS = {
    "Make": "camera make",
    "Model": "camera model",
    "BodySerialNumber": "camera serial",
    "CameraSerialNumber": "camera serial",
    "CameraOwnerName": "camera owner",
    "LensMake": "lens make",
    "LensModel": "lens",
    "LensSerialNumber": "lens serial",
    "Software": "software",
    "Artist": "creator",
    "Copyright": "copyright",
    "ImageDescription": "description",
    "UserComment": "comment",
    "ImageUniqueID": "image id",
}
EXIF_TIMES = {
    "DateTimeOriginal": ("taken", "SubSecTimeOriginal", "OffsetTimeOriginal"),
    "DateTimeDigitized": ("digitised", "SubSecTimeDigitized", "OffsetTimeDigitized"),
    "DateTime": ("modified", "SubSecTime", "OffsetTime"),
}
EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"[+-]\d\d:\d\d|Z")

MAX_FACTS = 200
MAX_COMMENTS = 5


def of_jpeg(header: jpeg.Header) -> Told:
    """Facts from the segments of a JPEG."""
    comments = [Fact("comment", plain(decoded(text)), "JPEG:COM") for text in header.comments[:MAX_COMMENTS] if text]
    told = _gather(header.exif, header.xmp, iptc.in_photoshop(header.photoshop))
    return [*told[0], *comments][:MAX_FACTS], told[1]


def of_pillow(picture: Image.Image) -> Told:
    """Facts from what Pillow found while opening; it has parsed none of it."""
    info = picture.info
    block, packet, records = info.get("exif"), info.get("xmp") or info.get("XML:com.adobe.xmp"), b""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        block, packet, records = _of_tiff(picture, packet)
    if isinstance(packet, str):
        packet = packet.encode(errors="replace")
    return _gather(block if isinstance(block, bytes) else None, packet if isinstance(packet, bytes) else None, records)


def _of_tiff(picture: TiffImagePlugin.TiffImageFile, packet: object) -> tuple[bytes | None, object, bytes]:
    """A TIFF is its own EXIF block; XMP and IPTC are tags of it."""
    source = picture.fp
    records = picture.tag_v2.get(0x83BB, b"")
    packet = packet or picture.tag_v2.get(0x02BC)
    if source is None:
        return None, packet, b""
    at = source.tell()
    source.seek(0)
    block = source.read()
    source.seek(at)
    return block, packet, records if isinstance(records, bytes) else b""


def _gather(block: bytes | None, packet: bytes | None, records: bytes) -> Told:
    facts: list[Fact] = []
    notes: list[str] = []
    readers: list[tuple[str, Callable[[], Told]]] = []
    if block:
        readers.append(("EXIF", lambda: of_exif(block)))
    if packet:
        readers.append(("XMP", lambda: xmp.read(packet)))
    if records:
        readers.append(("IPTC", lambda: iptc.read(records)))
    for name, reader in readers:
        try:
            found, noted = reader()
        except Exception as problem:
            # Metadata is never a reason to lose a picture, whatever its reader stumbles over.
            notes.append(plain(f"{name} is broken: {problem}", 200))
            continue
        facts += found
        notes += noted
    return facts[:MAX_FACTS], notes[:20]


def of_exif(block: bytes) -> Told:
    """Facts from an EXIF block, with or without its 'Exif' in front."""
    values, broken = exif.read(block.removeprefix(b"Exif\0\0"))
    facts = [
        Fact(name, plain(value), f"EXIF:{key}")
        for key, name in EXIF_TEXTS.items()
        if isinstance(value := values.get(key), str)
    ]
    notes = [f"EXIF: {what}" for what in sorted(set(broken))]
    facts += _times(values)
    turned = values.get("Orientation")
    if isinstance(turned, int):
        facts.append(Fact("orientation", str(turned), "EXIF:Orientation"))
    _place(values, facts, notes)
    return facts, notes


def _times(values: dict[str, exif.Value]) -> list[Fact]:
    """Times as ISO 8601, with a zone only where the camera wrote one; anything else as it is written."""
    facts = []
    for key, (name, fraction_key, offset_key) in EXIF_TIMES.items():
        written = values.get(key)
        if not isinstance(written, str):
            continue
        facts.append(Fact(name, _iso(written, values.get(fraction_key), values.get(offset_key)), f"EXIF:{key}"))
    return facts


def _iso(written: str, fraction: object, offset: object) -> str:
    match = EXIF_TIME.fullmatch(written)
    if match is None:
        return plain(written)
    year, month, day, hour, minute, second = match.groups()
    digits = fraction.strip() if isinstance(fraction, str) else ""
    zone = offset.strip() if isinstance(offset, str) else ""
    return (
        f"{year}-{month}-{day}T{hour}:{minute}:{second}"
        + (f".{digits[:9]}" if digits.isascii() and digits.isdigit() else "")
        + (zone if OFFSET.fullmatch(zone) else "")
    )


def _place(values: dict[str, exif.Value], facts: list[Fact], notes: list[str]) -> None:
    for name, key, limit in (("latitude", "GPSLatitude", 90.0), ("longitude", "GPSLongitude", 180.0)):
        parts = values.get(key)
        if not isinstance(parts, tuple):
            continue
        degrees = sum(part / 60**power for power, part in enumerate(parts[:3]))
        if str(values.get(f"{key}Ref", "")).upper() in ("S", "W"):
            degrees = -degrees
        if math.isfinite(degrees) and abs(degrees) <= limit:
            facts.append(Fact(name, f"{degrees:.7f}", f"EXIF:{key}"))
        else:
            facts.append(Fact(f"{name} refused", plain(" ".join(f"{part:g}" for part in parts)), f"EXIF:{key}"))
            notes.append(f"EXIF: the {name} cannot be true")
    _height_and_time(values, facts)


def _height_and_time(values: dict[str, exif.Value], facts: list[Fact]) -> None:
    height = values.get("GPSAltitude")
    if isinstance(height, tuple) and height and math.isfinite(height[0]):
        below = values.get("GPSAltitudeRef") in (1, (1.0,))
        facts.append(Fact("altitude", f"{-height[0] if below else height[0]:.1f}", "EXIF:GPSAltitude"))
    day, clock = values.get("GPSDateStamp"), values.get("GPSTimeStamp")
    if isinstance(day, str) and isinstance(clock, tuple) and len(clock) == 3 and all(map(math.isfinite, clock)):
        hour, minute, second = clock
        written = f"{day.replace(':', '-')}T{hour:02.0f}:{minute:02.0f}:{second:02.0f}Z"
        facts.append(Fact("satellite time", plain(written), "EXIF:GPSTimeStamp"))
