"""What of a unit and of the board was not yet compared by imprints and cameras."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from havre.exchange.cameras import SERIAL
from havre.exchange.find import others
from havre.exchange.models import Checked, Counter, Kind, Shared, SharedImprint, SharedPrint
from havre.matches.models import Imprint
from havre.media.models import Fact
from havre.restrictions.visible import owned_by
from havre.units.models import Unit


def last_change() -> int:
    """The number of the last change of the board."""
    return Counter.objects.values_list("last", flat=True).filter(pk=1).first() or 0


def mark_of(unit: Unit) -> Checked:
    """How far a unit was compared; not saved where it never was."""
    return Checked.objects.filter(unit=unit).first() or Checked(unit=unit)


def something_left(unit: Unit) -> bool:
    """Whether there may be anything to compare: cheap."""
    mark, last = mark_of(unit), last_change()
    return bool(last) and (mark.further < last or own_imprints(unit, mark).exists() or stating(unit, mark).exists())


def left(unit: Unit, at: datetime) -> int:
    """How many media of the unit and of others wait to be compared."""
    mark, last = mark_of(unit), last_change()
    own = own_imprints(unit, mark).values("medium").distinct().count() if last else 0
    return own + of_others(unit, mark.further, last, at).count()


def own_imprints(unit: Unit, mark: Checked) -> "QuerySet[Imprint]":
    """The unit's imprints that have not asked the board yet."""
    return owned_by(unit, Imprint.objects).filter(id__gt=mark.imprint, medium__isnull=False, partial=False)


def stating(unit: Unit, mark: Checked) -> "QuerySet[Fact]":
    """Serial numbers that media of the unit state, and that have not asked yet."""
    return owned_by(unit, Fact.objects.all(), "medium__unit").filter(id__gt=mark.fact, name=SERIAL)


def of_others(unit: Unit, after: int, until: int, at: datetime) -> QuerySet[Shared]:
    """Media that others let the unit know of and changed between these, of which there is anything to compare."""
    imprints = SharedImprint.objects.filter(shared=OuterRef("pk"), known=True)
    cameras = SharedPrint.objects.filter(shared=OuterRef("pk"), camera__isnull=False)
    rows = others(unit, at).filter(changed__gt=after, changed__lte=until, kind=Kind.MEDIA)
    return rows.filter(Q(Exists(imprints)) | Q(Exists(cameras)))
