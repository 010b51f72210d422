"""A unit, here or of another node, that is to go on with what this one works on."""

from dataclasses import asdict, dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import Invalid
from havre.exchange.models import Kind, Shared
from havre.exchange.notify import may_know
from havre.exchange.queries import standing_for
from havre.restrictions.keep import elsewhere
from havre.restrictions.model import Action, Owner, may
from havre.restrictions.visible import visible_to
from havre.series.models import Series
from havre.units.acting import Acting
from havre.units.models import Person, Unit


@dataclass(frozen=True, slots=True, order=True)
class Called:
    """A unit as everybody knows it."""

    unit: str
    country: str
    node: str = ""
    """Empty for this one."""

    @property
    def owner(self) -> Owner:
        """As the source of what it shares."""
        return Owner(self.node, self.unit, self.country)

    def told(self) -> dict[str, str]:
        """As claims tell it."""
        return asdict(self)


def unit_called(acting: Acting, name: str, series: Shared) -> Called:
    """The unit of this name, which may know of the series. Raises Invalid where there is none."""
    here = Unit.objects.filter(name=name).exclude(pk=acting.unit.pk).first()
    if here is not None and may_know(here, series, acting.now()):
        return Called(here.name, here.country)
    found = [each for each in _elsewhere(acting, series) if each.unit == name] if here is None else []
    if not found:
        raise Invalid(_("there is no unit %(name)s that may know of this series") % {"name": name})
    return found[0]


def may_go_on(acting: Acting, series: Shared) -> list[Called]:
    """The units that may know of the series: of this node, and of others those that shared something."""
    now = acting.now()
    units = Unit.objects.exclude(pk=acting.unit.pk).order_by("pk")
    here = {Called(unit.name, unit.country) for unit in units if may_know(unit, series, now)}
    return sorted(here | set(_elsewhere(acting, series)))


def on_board(acting: Acting, series: Series) -> Shared | None:
    """A series of the unit as others may know it; None while nobody may."""
    return next(iter(_on_board(acting.person, series)), None)


@compiled
def _on_board(viewer: Person, series: Series) -> "QuerySet[Shared]":
    rows = visible_to(viewer, Shared.objects, "owner").filter(kind=Kind.SERIES, series=series.pk)
    return rows.filter(withdrawn_at=None).select_related("condition").order_by("id")[:1]


def _elsewhere(acting: Acting, series: Shared) -> list[Called]:
    now, value = acting.now(), series.condition.value
    rows = standing_for(acting.person, now).exclude(node="").order_by("node", "unit")
    units = rows.values_list("node", "unit", "country").distinct()
    return [
        Called(unit, country, node)
        for node, unit, country in units
        if may(elsewhere(node, unit, country, now), series.source, value, Action.KNOW, now)
    ]
