"""What a picture says about itself, from EXIF, XMP and IPTC, each fact with the field it stands in."""

from PIL import Image

from havre.media.decode import jpeg
from havre.media.decode.outcomes import Fact

Told = tuple[list[Fact], list[str]]
"""Facts, and notes about what could not be read."""


def of_jpeg(header: jpeg.Header) -> Told:
    """Facts from the segments of a JPEG."""
    return [], []


def of_pillow(picture: Image.Image) -> Told:
    """Facts from what Pillow found while opening."""
    return [], []


def orientation(told: list[Fact]) -> int:
    """How the pixels must be turned to stand upright: 1 (not at all) to 8."""
    values = (fact.value for fact in told if fact.field == "EXIF:Orientation")
    return next((int(value) for value in values if value.isdigit()), 1)
