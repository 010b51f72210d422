"""What a page carries of pictures until somebody reveals them: the veils, inside the page itself."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from havre.flows.home import Home
from havre.media.models import Medium
from havre.media.veils import Veils
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Veiled:
    """A medium as a page shows it."""

    medium: int
    data: str
    """A data: address; empty where a plain tile is shown."""
    width: int
    height: int
    film: bool = False
    sound: bool = False
    """Whether there is nothing to see: it is heard, and never played here."""


def veiled(home: Home, unit: Unit, media: Iterable[Medium]) -> dict[int, Veiled]:
    """The veils of media of this unit, by medium. The caller obtained each through a query that knows who asks."""
    opens = Veils(str(unit.pk), home.keys.unit(str(unit.pk)))
    return {medium.pk: _one(medium, opens.plain(medium)) for medium in media}


def _one(medium: Medium, veil: bytes) -> Veiled:
    data = f"data:image/webp;base64,{b64encode(veil).decode()}" if veil else ""
    size = medium.width or 4, medium.height or 3
    return Veiled(medium.pk, data, *size, film=medium.family == "video", sound=medium.family == "audio")
