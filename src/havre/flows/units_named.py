"""Units as people name them in restrictions: of this node by name, of another as UNIT@NODE."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.network.models import Peer
from havre.restrictions.model import LONGEST, Name
from havre.units.models import Unit

TELLING = 16
"""Digits of the id that stand for a node where nobody here knows it, or its name would be read otherwise; fewer name
none: whoever makes keys until one begins so would be let in for it."""


def units_named(texts: Iterable[str]) -> frozenset[Name]:
    """The units that are meant. Raises Invalid where a node is not known; who is there, only that node knows."""
    return frozenset(_named(" ".join(text.split())) for text in texts)


def _named(text: str) -> Name:
    unit, sign, node = (part.strip() for part in text.rpartition("@"))
    if not sign or Unit.objects.filter(name=text).exists():
        return Name("", text)
    if not unit or len(unit) > LONGEST or not unit.isprintable():
        raise Invalid(_("name the unit in one line"))
    return Name(_node(node), unit)


def _node(named: str) -> str:
    begun = "".join(named.split()).lower()
    found = Peer.objects.filter(name=named)[:2]
    if not found and len(begun) >= TELLING:
        found = Peer.objects.filter(node__startswith=begun)[:2]
    if not found:
        raise Invalid(_("there is no node %(name)s: write UNIT@NODE, as `havre peer list` calls it") % {"name": named})
    if len(found) > 1:
        raise Invalid(_("more than one node is called %(name)s: write more digits of its id") % {"name": named})
    return found[0].node


def as_written(units: Iterable[Name]) -> list[str]:
    """These units as somebody would name them, in order."""
    told = sorted(units)
    names = dict(Peer.objects.values_list("node", "name")) if any(node for node, _unit in told) else {}
    return [f"{unit}@{_short(node, names.get(node, ''))}" if node else unit for node, unit in told]


def told_apart(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """What these units are called beside one another: where two have one name, that of another node is UNIT@NODE."""
    rows = list(told)
    alike = Counter((each["unit"], each["country"]) for each in rows)
    names = (
        as_written([Name(each["node"], each["unit"])])[0] if alike[each["unit"], each["country"]] > 1 else each["unit"]
        for each in rows
    )
    return [f"{name} ({each['country']})" for name, each in zip(names, rows, strict=True)]


def _short(node: str, name: str) -> str:
    return name if name and not {"@", ","} & set(name) else node[:TELLING]
