"""Pictures that say where they were taken, in every way that phones and programs do."""

import io
import zlib
from collections.abc import Mapping

from PIL import Image, PngImagePlugin

from tests.selfservice.drawn import ORIENTATION, image

PLANTED = (b"PLANTED", b"planted.example", b"GPSLatitude")
GPS = {1: "N", 2: (50.0, 51.0, 7.0), 3: "E", 4: (4.0, 21.0, 7.0), 29: "2026:01:02"}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" exif:GPSLatitude="50,51N">PLANTED</x:xmpmeta>'


def _exif(turn: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "PLANTED maker"
    exif[0x8825] = GPS
    if turn != 1:
        exif[ORIENTATION] = turn
    return exif


def _saved(kind: str, turn: int = 1, **options: object) -> bytes:
    out = io.BytesIO()
    image(2).save(out, kind, exif=_exif(turn), **options)
    return out.getvalue()


def _segment(mark: int, body: bytes) -> bytes:
    return bytes([0xFF, mark]) + (len(body) + 2).to_bytes(2, "big") + body


def _jpeg(turn: int = 1, **options: object) -> bytes:
    """With Exif, XMP, IPTC, a comment, an unknown segment; and behind its end, as phones append it, a film."""
    made = _saved("JPEG", turn, quality=90, **options)
    more = [(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), (0xED, b"Photoshop 3.0\0PLANTED")]
    more += [(0xFE, b"PLANTED comment"), (0xE5, b"PLANTED unknown")]
    return made[:2] + b"".join(_segment(*each) for each in more) + made[2:] + b"ftypmp42 PLANTED film"


def _png(turn: int = 1) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "PLANTED")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    made = _saved("PNG", turn, pnginfo=info)
    chunk = b"prVt" + b"PLANTED"
    private = len(chunk[4:]).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return made[:-12] + private + made[-12:] + b"PLANTED behind the end"


def located() -> Mapping[str, bytes]:
    """Files of the three kinds, upright and turned."""
    return {
        "JPEG": _jpeg(),
        "JPEG, turned": _jpeg(6),
        "JPEG, progressive": _jpeg(progressive=True),
        "PNG": _png(),
        "PNG, turned": _png(8),
        "WebP": _saved("WEBP", xmp=XMP, lossless=True),
        "WebP, turned": _saved("WEBP", 3, xmp=XMP, quality=80),
    }
