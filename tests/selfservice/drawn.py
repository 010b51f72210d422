"""Picture files of every kind that a browser decodes, drawn from a seed; and what the server says of each."""

import io
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageOps

from havre.fingerprints.pdq import Fingerprint, fingerprint
from tests.pictures import PHOTOGRAPHS, Pixels, landscape, photograph, shapes

SIDES = ((240, 320), (333, 251), (64, 64), (513, 127))

ORIENTATION = 0x0112

Draw = Callable[[Image.Image, int], bytes]


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _clear(image: Image.Image, seed: int) -> Image.Image:
    """With parts that can be seen through, more or less."""
    alpha = shapes(seed + 7, image.height, image.width)[:, :, 0]
    return Image.fromarray(np.dstack([np.asarray(image), alpha]))


def _turned(image: Image.Image, seed: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 2 + seed % 7
    return _saved(image, "JPEG", quality=90, exif=exif)


EXACT: Mapping[str, Draw] = {
    "PNG": lambda image, _seed: _saved(image, "PNG", compress_level=1),
    "PNG, clear": lambda image, seed: _saved(_clear(image, seed), "PNG", compress_level=1),
    "PNG, palette": lambda image, _seed: _saved(image.convert("P"), "PNG"),
    "PNG, grey": lambda image, _seed: _saved(image.convert("L"), "PNG", compress_level=1),
}
"""Decoded to the same pixels everywhere."""

NEAR: Mapping[str, Draw] = {
    "JPEG": lambda image, seed: _saved(image, "JPEG", quality=50 + seed % 50),
    "JPEG, turned": _turned,
    "JPEG, grey": lambda image, _seed: _saved(image.convert("L"), "JPEG"),
    "WebP": lambda image, seed: _saved(image, "WEBP", quality=50 + seed % 50),
    "GIF": lambda image, _seed: _saved(image, "GIF"),
    "AVIF": lambda image, _seed: _saved(image, "AVIF", quality=60),
    "BMP": lambda image, _seed: _saved(image, "BMP"),
}
"""Decoders may differ in a level."""

KINDS = {**EXACT, **NEAR}


def image(seed: int) -> Image.Image:
    """A picture: photographs first, then landscapes and shapes."""
    if seed < len(PHOTOGRAPHS):
        return ImageOps.contain(Image.fromarray(photograph(PHOTOGRAPHS[seed])), (480, 480))
    high, wide = SIDES[seed % len(SIDES)]
    return Image.fromarray((landscape, shapes)[seed % 2](seed, high, wide))


def drawn(count: int) -> list[tuple[str, bytes]]:
    """So many files, the kinds in turn."""
    kinds = list(KINDS.items())
    return [(kinds[seed % len(kinds)][0], kinds[seed % len(kinds)][1](image(seed), seed)) for seed in range(count)]


def shown(body: bytes) -> Pixels:
    """The pixels as they are looked at: turned as the file says, on white."""
    with Image.open(io.BytesIO(body)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(white, upright).convert("RGB"))


def served(body: bytes) -> Fingerprint:
    """What the server makes of a file."""
    return fingerprint(shown(body))
