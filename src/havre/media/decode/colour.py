"""From the colours of a file to red, green and blue, as a person would see them. Runs inside the sandbox."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from havre.media.decode.frames import Pixels

WHITE = (255, 255, 255)
STRIP = 1 << 24
"""Pixels copied from Pillow at a time: its own copy would need twice the memory of a large picture."""


def rgb(picture: Image.Image, notes: list[str]) -> Pixels:
    """The loaded frame as rows × columns × 3, as a person sees it.

    Transparency is laid on white, 16 bits are scaled to 8, ink becomes light by the embedded profile. RGB is left
    as it is: a profile in it is not applied.
    """
    return _array(_as_rgb(picture, notes))


def renderings(picture: Image.Image, notes: list[str]) -> tuple[Pixels, tuple[Pixels, ...]]:
    """The frame as a person sees it, and in each way in which it may stand in a list, the way that is ours first.

    Other makers of lists drop transparency instead of laying it on white, and clip 16 bits instead of scaling them;
    the clipped one is the fingerprint itself, being the only one that lists hold (docs/decisions/0035-renderings.md).
    """
    seen = rgb(picture, notes)
    if _deep(picture):
        return seen, (_array(picture.convert("RGB")), seen)
    if picture.has_transparency_data:
        return seen, (seen, _array(picture.convert("RGBA").convert("RGB")))
    return seen, (seen,)


def _deep(picture: Image.Image) -> bool:
    """More than 8 bits of grey."""
    return picture.mode.startswith("I")


def _as_rgb(picture: Image.Image, notes: list[str]) -> Image.Image:
    mode = picture.mode
    if picture.has_transparency_data:
        return _on_white(picture)
    if mode == "RGB":
        return picture
    if _deep(picture) or mode == "F":
        return _scaled(picture).convert("RGB")
    if mode in ("CMYK", "LAB"):
        return _by_profile(picture, notes)
    return picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if _deep(picture):
        return _scaled(picture).convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, WHITE)
    white.paste(layered.convert("RGB"), mask=layered.getchannel("A"))
    return white


def _scaled(picture: Image.Image) -> Image.Image:
    """More than 8 bits a pixel: keep the highest 8, as Pillow does for 16-bit RGB."""
    values = np.asarray(picture)
    if picture.mode == "F":
        return Image.fromarray(_from_floats(values))
    top = int(values.max(initial=0))
    if picture.mode.startswith("I;16") or 255 < top <= 0xFFFF:
        return Image.fromarray((np.clip(values, 0, 0xFFFF) >> 8).astype(np.uint8))
    return Image.fromarray((np.clip(values, 0, None) >> (24 if top > 0xFFFF else 0)).astype(np.uint8))


def _from_floats(values: np.ndarray[Any, np.dtype[Any]]) -> Pixels:
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    top = float(finite.max(initial=0.0))
    factor = 255.0 if top <= 1 else 1.0 if top <= 255 else 255.0 / top
    scaled: Pixels = np.clip(np.rint(finite * factor), 0, 255).astype(np.uint8)
    return scaled


def _by_profile(picture: Image.Image, notes: list[str]) -> Image.Image:
    """CMYK by its embedded profile (Pillow has already undone Adobe's inversion); plainly if there is none."""
    profile = picture.info.get("icc_profile")
    if picture.mode == "LAB":
        source: Any = ImageCms.createProfile("LAB")
    elif profile:
        source = io.BytesIO(profile)
    else:
        return picture.convert("RGB")
    try:
        light = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes.append("the colour profile is broken and was not used")
        light = None
    return light if light is not None else picture.convert("RGB")


def _array(picture: Image.Image) -> Pixels:
    if picture.width * picture.height <= STRIP:
        return np.asarray(picture)
    pixels = np.empty((picture.height, picture.width, 3), np.uint8)
    rows = max(STRIP // picture.width, 1)
    for top in range(0, picture.height, rows):
        bottom = min(top + rows, picture.height)
        pixels[top:bottom] = np.asarray(picture.crop((0, top, picture.width, bottom)))
    return pixels
