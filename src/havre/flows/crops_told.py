"""Crops of clues in which nobody is, as two people said, go to whoever sees the clue: experts get nothing else."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from havre.exchange.publish import CropOf
from havre.flows.home import Home
from havre.series.crops import Crops
from havre.series.models import Clue, ClueCrop, Series

MOST_BYTES = 400_000
"""Of a crop that is told or shown."""
JPEG = b"\xff\xd8\xff"


def crops_told(home: Home, series: Series) -> CropOf:
    """What others are shown of each clue of the series: its crop once it is confirmed."""

    def crop_of(clue: Clue) -> str:
        found = ClueCrop.objects.filter(clue=clue).exclude(confirmed_at=None).first()
        if found is None:
            return ""
        unit = str(series.unit_id)
        plain = Crops(unit, home.keys.unit(unit)).plain(found, "jpeg")
        return base64.b64encode(plain).decode("ascii") if len(plain) <= MOST_BYTES else ""

    return crop_of


def crop_in(body: Mapping[str, Any]) -> str:
    """A crop that came with a clue, as base64 of a JPEG; nothing where it is not one, for it may come from anywhere."""
    given = body.get("crop")
    if not isinstance(given, str) or len(given) > MOST_BYTES * 4 // 3 + 4:
        return ""
    try:
        return given if base64.b64decode(given, validate=True).startswith(JPEG) else ""
    except (binascii.Error, ValueError):
        return ""
