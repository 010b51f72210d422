"""Series as rows that units of one node share, without files."""

from hashlib import sha256

from havre.flows.check import check_after
from havre.flows.restrict import Restricted, restrict
from havre.media.models import Fingerprint, Medium
from havre.restrictions.model import Level, Restriction
from havre.series.models import Member, Series, Status
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.series.many import series_of

EIGHT = 8


def open_to(*countries: str, level: Level = Level.OPEN) -> Restriction:
    """What lets these countries in."""
    return Restriction(level, countries=frozenset(countries))


def confirmed(by: Acting, count: int = 3, name: str = "Green chair") -> Series:
    """A confirmed series of so many media."""
    series = series_of(by.person, count, name)
    Member.objects.filter(series=series).update(confirmed=True)
    Series.objects.filter(pk=series.pk).update(status=Status.CONFIRMED)
    series.refresh_from_db()
    return series


def shared(here: Node, *countries: str, level: Level = Level.OPEN, count: int = 3) -> tuple[Series, Restricted]:
    """Belgium's series, opened."""
    series = confirmed(here.anke, count)
    done = restrict(here.home, here.anke, "series", series.reference, open_to(*countries, level=level))
    return series, done


def same_here(by: Acting, series: Series) -> Series:
    """A confirmed series of another unit with the very same media."""
    own = Series.objects.create(
        unit=by.unit, number=by.unit.series.count() + 1, created_at=NOON, status=Status.CONFIRMED
    )
    for member in series.members.select_related("medium").order_by("medium"):
        medium = twin(by, member.medium)
        Member.objects.create(series=own, medium=medium, confirmed=True)
    return own


def twin(by: Acting, medium: Medium) -> Medium:
    """The same bytes, held by another unit."""
    values = {name: getattr(medium, name) for name in ("sha256", "sha1", "md5", "bytes", "kind", "family")}
    return Medium.objects.create(unit=by.unit, held_since=NOON, width=400, height=300, **values)


def held_too(here: Node, series: Series) -> Series:
    """Chiara's series of the same media, checked."""
    own = same_here(here.chiara, series)
    check_after(here.home, here.chiara)
    return own


def printed(medium: Medium, seed: int, bits: int = 0, quality: int = 90) -> bytes:
    """Give a medium a PDQ fingerprint from a seed, with so many bits turned; the fingerprint."""
    value = int.from_bytes(sha256(seed.to_bytes(4, "big")).digest(), "little")
    pdq = (value ^ ((1 << bits) - 1)).to_bytes(32, "little")
    others = b"".join(sha256(bytes([turn]) + pdq).digest() for turn in range(1, EIGHT))
    Fingerprint.objects.create(
        medium=medium, frame=0, method="pdq", version="1", orientations=pdq + others, quality=quality, partial=False
    )
    return pdq
