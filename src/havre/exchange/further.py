"""What is told of a unit's media besides digests and PDQ: their imprints, and the cameras they state."""

from collections.abc import Sequence
from typing import Any

from havre.exchange.cameras import cameras_of
from havre.exchange.imprinted import imprints_of


def further_of(media: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What is added to what is told of each."""
    found: dict[int, dict[str, Any]] = {medium: {"imprints": told} for medium, told in imprints_of(media).items()}
    for medium, said in cameras_of(media).items():
        found.setdefault(medium, {})["camera"] = {"model": said.camera, "serial": said.body}
    return found
