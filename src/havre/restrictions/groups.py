"""Groups of units under one name: founded, joined, left, ended; whoever founded one says who is in it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.restrictions.keep import reach_again
from havre.restrictions.models import Group, GroupMember, Naming
from havre.units.models import Person, Unit

LONGEST_CODE = 40
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Belongs:
    """A unit in a group; the node is empty for units of this one."""

    node: str
    unit: str
    country: str


def code_of(text: str) -> str:
    """The code under which restrictions name a group. Raises Invalid."""
    found = text.strip().lower()
    if not 2 <= len(found) <= LONGEST_CODE or not found.replace("-", "").isalnum() or not found.isascii():
        raise Invalid(_("a group is named by 2 to %(most)s letters, digits and hyphens") % {"most": LONGEST_CODE})
    return found


def groups_of(unit: Unit, at: datetime) -> QuerySet[Group]:
    """The groups that a unit of this node leads or is in at this moment."""
    inside = GroupMember.objects.filter(node="", unit=unit.name, until__gt=at, group__until__gt=at).values("group")
    return Group.objects.filter(pk__in=inside) | Group.objects.filter(led_by=unit)


def group_for(unit: Unit, code: str, at: datetime) -> Group:
    """The group of this code, if this unit leads or is in it."""
    found = groups_of(unit, at).filter(code=code.strip().lower()).select_related("led_by").first()
    if found is None:
        raise NotFound(_("there is no such group"))
    return found


def found(
    code: str, name: str, purpose: str, by: Person, at: datetime, until: datetime, *, experts: bool = False
) -> Group:
    """A new group, led by the unit of whoever founds it, which is in it. Raises Invalid."""
    said = " ".join(name.split())
    if not said or len(said) > 120 or not said.isprintable():
        raise Invalid(_("name the group in one line of 120 characters at most"))
    if until <= at:
        raise Invalid(_("the day on which the group ends lies behind us"))
    if Group.objects.filter(code=code).exists():
        raise Invalid(_("there is something named %(code)s already") % {"code": code})
    made = Group.objects.create(
        name=said, code=code, purpose=purpose.strip(), experts=experts, led_by=by.unit, made_by=by, made_at=at,
        until=until,
    )  # fmt: skip
    join(made, Belongs("", by.unit.name, by.unit.country), at, until)
    return made


def join(group: Group, who: Belongs, at: datetime, until: datetime | None = None) -> GroupMember:
    """This unit is in the group, until then or as long as it lasts; said again, the end is another."""
    if group.members.count() >= MOST_MEMBERS:
        raise Invalid(_("a group has %(most)s members at most") % {"most": MOST_MEMBERS})
    last = min(until or group.until, group.until)
    values = {"country": who.country, "until": last, "ended": last <= at}
    made, _new = GroupMember.objects.update_or_create(
        group=group, node=who.node, unit=who.unit, defaults=values, create_defaults={**values, "since": at}
    )
    return made


def leave(group: Group, who: Belongs) -> None:
    """This unit is in it no more. Raises Invalid where it was not."""
    gone, _rows = GroupMember.objects.filter(group=group, node=who.node, unit=who.unit).delete()
    if not gone:
        raise Invalid(_("%(unit)s is not in that group") % {"unit": who.unit})


def end(group: Group, at: datetime) -> None:
    """The group is over for all its members; what was opened to it is theirs no more."""
    group.until = min(group.until, at)
    group.save(update_fields=["until"])
    group.members.update(ended=True)


def run_out(at: datetime) -> QuerySet[GroupMember]:
    """Memberships that are over by themselves, with their groups, and whose end changed nothing for others yet."""
    over = Q(until__lte=at) | Q(group__until__lte=at)
    return GroupMember.objects.filter(over, ended=False).select_related("group__led_by").order_by("group", "pk")


def not_over(at: datetime) -> QuerySet[GroupMember]:
    """Memberships that ended by a clock that was ahead: their time is yet to come."""
    rows = GroupMember.objects.filter(until__gt=at, group__until__gt=at, ended=True)
    return rows.select_related("group__led_by").order_by("group", "pk")


def changed(group: Group) -> None:
    """Its members are others than before: whom each condition reaches here is worked out again."""
    group.version += 1
    group.save(update_fields=["version"])
    reach_again(naming=group.code)


def conditions_naming(codes: Collection[str]) -> Iterable[int]:
    """The conditions on which these groups bear."""
    return Naming.objects.filter(code__in=codes).values_list("condition", flat=True)
