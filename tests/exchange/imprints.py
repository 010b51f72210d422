"""Media with imprints and cameras, held by units of a node and shared."""

from hashlib import sha256

from havre.flows.home import Home
from havre.matches.marks import Looks, keep_imprints
from havre.media.decode.outcomes import Imprint
from havre.media.models import Fact, Medium
from havre.series.models import Member, Series
from havre.units.acting import Acting
from tests.cast import NOON
from tests.exchange.shared import confirmed
from tests.imprinted import decoded


def imprinted(home: Home, by: Acting, *imprints: Imprint, damage: str | None = None) -> Medium:
    """A medium of a unit with these imprints, sealed with the unit's key."""
    name = str(Medium.objects.count()).encode()
    values = {"sha256": sha256(name).digest(), "sha1": sha256(name).digest()[:20], "md5": sha256(name).digest()[:16]}
    medium = Medium.objects.create(
        unit=by.unit, **values, bytes=1, kind="mp4", family="video", width=160, height=160, held_since=NOON
    )
    looks = Looks(by.unit, home.keys.unit(str(by.unit.pk)))
    keep_imprints(looks, [(medium, decoded(*imprints, damage=damage))])
    return medium


def series_with(by: Acting, *media: Medium) -> Series:
    """A confirmed series of these media."""
    series = confirmed(by, 1)
    series.members.all().delete()
    for medium in media:
        Member.objects.create(series=series, medium=medium, confirmed=True)
    return series


def stating(medium: Medium, serial: str, model: str = "D810") -> Medium:
    """The same, which says what camera it was made with."""
    said = {"camera serial": serial, "camera make": "NIKON", "camera model": model}
    for name, value in said.items():
        Fact.objects.create(medium=medium, name=name, value=value, field="Exif")
    return medium
