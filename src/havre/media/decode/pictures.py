"""From the bytes of a picture to everything that is kept of it. Runs inside the sandbox.

The pixels are fingerprinted as the file holds them: no resizing, no colour management of RGB, no turning by EXIF;
every hash list in use does the same. Only what is not RGB is made RGB first (`colour`).
"""

import io
import struct
from typing import Any

import numpy as np
import simplejpeg
from PIL import Image, ImageFile

from havre.errors import HavreError
from havre.media.decode import colour, facts, frames, header, jpeg, parts, preview
from havre.media.decode.frames import Pixels, Still
from havre.media.decode.imprints import scenery
from havre.media.decode.outcomes import Exceeded, Failed, Imprint, Limits, NotMedia
from havre.media.decode.strip import Strip
from havre.media.upright import orientation

PILLOW_FORMATS = {
    "jpeg": ("JPEG",),
    "png": ("PNG",),
    "gif": ("GIF",),
    "webp": ("WEBP",),
    "tiff": ("TIFF",),
    "bmp": ("BMP",),
    "heic": ("HEIF",),
    "avif": ("AVIF",),
    "jp2": ("JPEG2000",),
}
"""Kind: the only Pillow readers that may look at it."""

DAMAGED = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, struct.error),
    *(ArithmeticError, RuntimeError, AssertionError, HavreError),
)
"""Whatever a decoder raises over bad data, and our own fingerprint over sides it cannot take; not MemoryError."""

REUSED = 64 << 20
"""Pixel memory kept from one file to the next, in bytes: fresh memory costs as much as decoding into it."""

_buffer = np.empty(0, np.uint8)


def decode(data: memoryview, kind: str, limits: Limits, *, slow: bool = True) -> tuple[dict[str, Any], bytes]:
    """The description of the picture and its preview. Raises NotMedia, Exceeded, MemoryError.

    `slow` asks for what is found again of it beyond its PDQ too: its imprints.
    """
    still = seen(data, kind, limits, Strip() if slow else None)
    picture = still.facts
    shown = preview.encode(still.first, orientation(picture)) if still.first is not None else b""
    about, body = parts.laid(shown, (), _imprints(still) if slow else ())
    return {
        "kind": kind,
        "width": still.width,
        "height": still.height,
        "frames": [[frame.number, frame.orientations.hex(), frame.quality] for frame in still.frames],
        "frame_count": still.frame_count,
        "damage": still.damage,
        "facts": [[fact.name, fact.value, fact.field] for fact in picture],
        "notes": still.notes,
        **about,
    }, body


def seen(data: memoryview, kind: str, limits: Limits, strip: Strip | None = None) -> Still:
    """The picture with its pixels; what is wrong with it is named in it. Raises NotMedia, Exceeded, MemoryError."""
    if kind not in PILLOW_FORMATS:
        raise NotMedia(f"{kind} is not a kind of picture")
    if not data:
        raise NotMedia("empty: the file has no bytes")
    return _jpeg(data, limits, strip) if kind == "jpeg" else _other(data, kind, limits, strip)


def _imprints(still: Still) -> list[Imprint]:
    """What a picture is found by beyond its PDQ: its frames as a film, and the local features of the first."""
    made = [still.strip.imprint()] if still.strip is not None else []
    if still.first is not None:
        made.append(scenery(still.first))
    return [imprint for imprint in made if imprint is not None]


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise Exceeded("pixels", f"it says {width:,} × {height:,} pixels, more than {limits.pixels:,} are allowed")


def _jpeg(data: memoryview, limits: Limits, strip: Strip | None) -> Still:
    head = jpeg.read(data)
    _check_size(head.width, head.height, limits)
    still = Still(head.width, head.height, frame_count=1, strip=strip)
    still.facts, still.notes = facts.of_jpeg(head)
    if not head.coding and not still.facts:
        raise NotMedia("not a readable picture: nothing follows the signature of a JPEG")
    end = jpeg.end(data, head)
    if end is None:
        still.damage = "the JPEG ends before its end marker"
    elif end < len(data):
        still.notes.append(f"{len(data) - end:,} bytes of other data after the picture")
    pixels = _fast(data, head, still) if head.plain else None
    if pixels is None:
        return _with_pillow(data, "jpeg", limits, still)
    still.take(0, pixels)
    return still


def _fast(data: memoryview, head: jpeg.Header, still: Still) -> Pixels | None:
    """Pixels by libjpeg-turbo, the same as Pillow's but without copies; None if it gives none."""
    if not head.scan_at or not head.width or not head.height:
        return None
    room = _room(head.height * head.width * 4)
    try:
        return _turbo(data, room, strict=True)
    except ValueError as problem:
        # Strict means that warnings stop it too: name the damage, then take what there is.
        still.damage = still.damage or frames.phrase(problem)
    try:
        return _turbo(data, room, strict=False)
    except ValueError:
        return None


def _turbo(data: memoryview, room: Pixels, *, strict: bool) -> Pixels:
    pixels: Pixels = simplejpeg.decode_jpeg(data, colorspace="RGBX", buffer=room, strict=strict)
    return pixels


def _room(size: int) -> Pixels:
    global _buffer
    if size > REUSED:
        return np.empty(size, np.uint8)
    if len(_buffer) < size:
        _buffer = np.empty(size, np.uint8)
    return _buffer[:size]


def _other(data: memoryview, kind: str, limits: Limits, strip: Strip | None) -> Still:
    size = header.declared(data, kind)
    if size is not None:
        _check_size(*size, limits)
    still = Still(*(size or (0, 0)), strip=strip)
    return _with_pillow(data, kind, limits, still)


def _with_pillow(data: memoryview, kind: str, limits: Limits, still: Still) -> Still:
    """Every format through Pillow: strictly first, and if that fails taking whatever pixels there are."""
    try:
        _frames(data, kind, limits, still)
    except Failed:
        raise
    except DAMAGED as problem:
        still.damage = still.damage or frames.phrase(problem)
        if still.first is None:
            _forgiving(data, kind, limits, still)
    return still


def _forgiving(data: memoryview, kind: str, limits: Limits, still: Still) -> None:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        _frames(_filled_up(data) if kind == "webp" else data, kind, limits, still)
    except Failed:
        raise
    except DAMAGED:
        pass  # the damage is already named, and there is nothing to see
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _filled_up(data: memoryview) -> bytes:
    """A cut WebP with zeros up to the length it declares: libwebp refuses it shorter, and then draws its top."""
    declared = int.from_bytes(data[4:8], "little") + 8
    return bytes(data) + bytes(max(min(declared, 8 * len(data)) - len(data), 0))


def _frames(data: memoryview | bytes, kind: str, limits: Limits, still: Still) -> None:
    with Image.open(io.BytesIO(data), formats=PILLOW_FORMATS[kind]) as picture:
        still.width, still.height = picture.size
        _check_size(*picture.size, limits)
        if kind != "jpeg":
            still.facts, still.notes = facts.of_pillow(picture)
        for number in frames.numbers(picture, limits, still):
            _check_size(*picture.size, limits)
            picture.load()
            seen, ways = colour.renderings(picture, still.notes)
            for pixels in ways:
                still.take(number, pixels, seen)
            if still.strip is not None:
                still.strip.lasts(picture.info.get("duration"))
