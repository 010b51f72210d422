"""Who is in a group that a peer leads, as the peer tells it: its own groups alone, and the newest word of each."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from havre.errors import Invalid
from havre.exchange.board import renumber
from havre.flows.home import take_turn
from havre.flows.taking_from import From
from havre.flows.tell_countries import tell_members
from havre.restrictions import groups
from havre.restrictions.groups import MOST_MEMBERS, Belongs, code_of
from havre.restrictions.model import group_at, is_kept
from havre.restrictions.models import Group
from havre.units.models import Unit

LONGEST = 200


def take_group(source: From, body: Mapping[str, Any]) -> str:
    """The group is as the node that leads it says. Raises Invalid for what makes no sense."""
    take_turn()
    code, until = group_at(code_of(_line(body.get("code"))), source.peer.node), _time(body.get("until"))
    members = list(_members(source, body.get("members")))
    group = Group.objects.filter(code=code).first()
    if group is not None and group.version >= source.number:
        return ""
    group = group or Group(code=code, node=source.peer.node, made_at=source.acting.now())
    group.name, group.purpose = _line(body.get("name"))[:120], str(body.get("purpose", ""))[:2000].replace("\x00", "")
    group.experts, group.until, group.version = body.get("experts") is True, until, source.number - 1
    group.save()
    group.members.all().delete()
    for who, ends in members:
        groups.join(group, who, source.acting.now(), ends)
    groups.changed(group)
    conditions = list(groups.conditions_naming([code]))
    renumber(conditions)
    tell_members(source.home, conditions, source.acting.now())
    return ""


def _members(source: From, given: object) -> Iterator[tuple[Belongs, datetime]]:
    if not isinstance(given, list) or len(given) > MOST_MEMBERS:
        raise Invalid("the members of a group come as a list")
    for each in given:
        if not isinstance(each, Mapping):
            raise Invalid("a member of a group is an object")
        node, unit, country = (_line(each.get(name)) for name in ("node", "unit", "country"))
        here = node == source.home.node
        if len(country) != 2 or (here and not Unit.objects.filter(name=unit, country=country).exists()):
            continue  # there is no such unit here: nobody is let in under its name later
        yield Belongs("" if here else node, unit, country), _time(each.get("until"))


def _line(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        raise Invalid("names are of one line")
    return value


def _time(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(_line(value))
    except ValueError:
        raise Invalid("a time is written as in ISO 8601") from None
    if found.tzinfo is None or not is_kept(found):
        raise Invalid("a time is written with its zone, and of a year from 1900 to 9000")
    return found
