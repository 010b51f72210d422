"""Folders of pictures and lists about them, made from a seed: what a test takes in, judges or reads."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from havre.fingerprints.exact import digest
from tests.pictures import Pixels, landscape, shapes

SIDE = 160
"""Pixels a side: small enough to be quick, large enough for a fingerprint of full quality."""


def scene(seed: int) -> Pixels:
    """A picture that no other seed gives anything near to."""
    mixed = landscape(seed, SIDE, SIDE).astype(np.uint16) + shapes(seed + 1000, SIDE, SIDE)
    return (mixed // 2).astype(np.uint8)


def turned(pixels: Pixels) -> Pixels:
    """The same picture, mirrored."""
    return np.ascontiguousarray(pixels[:, ::-1])


def smaller(pixels: Pixels) -> Pixels:
    """The same picture with three quarters of its side."""
    size = (pixels.shape[1] * 3 // 4, pixels.shape[0] * 3 // 4)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def folder(path: Path, **pictures: Pixels | bytes) -> Path:
    """A folder with these PNG pictures, or bytes as they are, by name."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        if isinstance(content, bytes):
            (path / name).write_bytes(content)
        else:
            Image.fromarray(content).save(path / f"{name}.png", compress_level=1)
    return path


def digests(file: Path) -> dict[str, str]:
    """The digests of a file as hex."""
    found = digest(file.read_bytes())
    return {"md5": found.md5.hex(), "sha1": found.sha1.hex(), "sha256": found.sha256.hex()}


def number(seed: int) -> dict[str, str]:
    """Digests of nothing that exists, another for each seed."""
    text = f"nothing {seed}".encode()
    return {kind: hashlib.new(kind, text).hexdigest() for kind in ("md5", "sha1", "sha256")}


def vics(path: Path, *media: Mapping[str, Any], region: str = "US") -> Path:
    """A VICS 2.0 hash set of these Media."""
    context = f"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{region}/$metadata#Media"
    path.write_text(json.dumps({"@odata.context": context, "value": list(media)}))
    return path


def medium(seed: int, category: int | None = 1, **fields: Any) -> dict[str, Any]:
    """A Media that a hash set lists without bytes."""
    named = number(seed)
    return {"MD5": named["md5"].upper(), "SHA1": named["sha1"], "Category": category, **fields}
