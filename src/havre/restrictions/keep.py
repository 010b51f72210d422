"""Keep what sources say, once each, with whom it reaches here."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.restrictions.model import Actor, Level, Restriction, digest, level_for, told
from havre.restrictions.models import Condition, GroupMember, Naming, Reach, Restricted
from havre.restrictions.rules import in_both
from havre.units.models import Person, Unit

Memberships = dict[str, dict[str, datetime]]
"""Until when each unit of this node is in each group, by the group's code, by the unit's name."""


def keep(restriction: Restriction) -> Condition:
    """The condition of this restriction; the same one each time."""
    found = Condition.objects.filter(digest=digest(restriction)).first()
    if found is not None:
        return found
    found, new = Condition.objects.get_or_create(
        digest=digest(restriction),
        defaults={
            "told": told(restriction),
            "expires_at": restriction.expires_at,
            "review_at": restriction.reviewed_at,
        },
    )
    if new:
        Naming.objects.bulk_create(Naming(condition=found, code=code) for code in sorted(restriction.named))
        Reach.objects.bulk_create(_reach(found, Unit.objects.all(), memberships()))
    return found


def say(unit: Unit, kind: str, key: int, restriction: Restriction, by: Person, at: datetime) -> Restricted:
    """What a unit says of its thing from now on."""
    values = {"unit": unit, "condition": keep(restriction), "by": by, "at": at, "reviewed_at": None}
    found, _new = Restricted.objects.update_or_create(kind=kind, key=key, defaults=values)
    return found


def say_both(kind: str, into: int, other: int, at: datetime) -> tuple[Restriction, Restriction] | None:
    """The other thing became part of this one: of two words the united one is let no further than both let it, by the
    word of who said the other. What was and is said of it, where that is another."""
    rows = Restricted.objects.filter(kind=kind, key__in=[into, other]).select_related("condition", "unit", "by")
    words = {row.key: row for row in rows}
    if len(words) < len({into, other}):
        return None
    was = words[into].condition.value
    becomes = in_both(was, words[other].condition.value)
    if becomes == was:
        return None
    say(words[into].unit, kind, into, becomes, words[other].by, at)
    return was, becomes


def said(kind: str, keys: Collection[int]) -> dict[int, Restriction]:
    """What was said of each of these things, of those of which something was."""
    rows = Restricted.objects.filter(kind=kind, key__in=keys).select_related("condition")
    return {row.key: row.condition.value for row in rows}


def actor(unit: Unit, at: datetime) -> Actor:
    """A unit of this node as the model knows it, with the groups it is in at that moment."""
    return Actor("", unit.name, unit.country, frozenset(_groups(unit.name, at)))


@compiled
def _groups(unit: str, at: datetime) -> "QuerySet[GroupMember, str]":
    rows = GroupMember.objects.filter(node="", unit=unit, until__gt=at, group__until__gt=at)
    return rows.values_list("group__code", flat=True)


def peer(node: str, country: str, at: datetime) -> Actor:
    """A node as a whole, with the groups in which any unit of it is at that moment."""
    rows = GroupMember.objects.filter(node=node, until__gt=at, group__until__gt=at)
    return Actor(node, "", country, frozenset(rows.values_list("group__code", flat=True)))


def elsewhere(node: str, unit: str, country: str, at: datetime) -> Actor:
    """A unit of another node, with the groups it is in at that moment."""
    rows = GroupMember.objects.filter(node=node, unit=unit, until__gt=at, group__until__gt=at)
    return Actor(node, unit, country, frozenset(rows.values_list("group__code", flat=True)))


def reach_again(unit: Unit | None = None, naming: str | None = None) -> None:
    """Whom each condition reaches, for a unit that came, or for all after the group that it names changed."""
    conditions = Condition.objects.all()
    if naming is not None:
        conditions = conditions.filter(pk__in=Naming.objects.filter(code=naming).values("condition"))
    units = [unit] if unit is not None else list(Unit.objects.all())
    members = memberships()
    Reach.objects.filter(unit__in=units, condition__in=conditions).delete()
    for condition in conditions.iterator(chunk_size=500):
        Reach.objects.bulk_create(_reach(condition, units, members))


def memberships() -> Memberships:
    """Which units of this node are in which groups, and until when."""
    found: Memberships = {}
    for row in GroupMember.objects.filter(node="").select_related("group"):
        found.setdefault(row.group.code, {})[row.unit] = min(row.until, row.group.until)
    return found


def _reach(condition: Condition, units: Iterable[Unit], members: Memberships) -> list[Reach]:
    value = condition.value
    learned = [(unit, *learns(value, unit, members)) for unit in units]
    return [Reach(condition=condition, unit=unit, level=level, until=until) for unit, level, until in learned if level]


def learns(value: Restriction, unit: Unit, members: Memberships) -> tuple[Level, datetime | None]:
    """What this unit learns, and until when: without end where it needs no group for it.

    Either every part lets it in, and it learns the least of them, or it learns nothing: there is one step down.
    """
    if lasting := _level(value, unit, frozenset()):
        return lasting, None
    ends = {code: until for code, of in members.items() if (until := of.get(unit.name)) is not None}
    for at in sorted(ends.values(), reverse=True):
        if level := _level(value, unit, frozenset(code for code, until in ends.items() if until >= at)):
            return level, at
    return Level.CLOSED, None


def _level(value: Restriction, unit: Unit, groups: frozenset[str]) -> Level:
    return level_for(Actor("", unit.name, unit.country, groups), value)
