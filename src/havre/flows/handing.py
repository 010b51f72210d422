"""A unit, here or of another node, that is to go on with what this one works on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.models import Shared
from havre.exchange.notify import may_know
from havre.exchange.queries import standing_for
from havre.units.acting import Acting
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Called:
    """A unit as everybody knows it."""

    unit: str
    country: str

    def told(self) -> dict[str, str]:
        """As claims tell it."""
        return {"unit": self.unit, "country": self.country}


def unit_called(acting: Acting, name: str, series: Shared) -> Called:
    """The unit of this name, which may know of the series. Raises Invalid where there is none."""
    here = Unit.objects.filter(name=name).exclude(pk=acting.unit.pk).first()
    if here is not None and may_know(here, series, acting.now()):
        return Called(here.name, here.country)
    there = standing_for(acting.person, acting.now()).exclude(node="").filter(unit=name)
    found = there.order_by("pk").values_list("country", flat=True).first() if here is None else None
    if found is None:
        raise Invalid(_("there is no unit %(name)s that may know of this series") % {"name": name})
    return Called(name, found)
