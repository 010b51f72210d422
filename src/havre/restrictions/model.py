"""Who may do what with a thing, by the word of its source: the reference that every query and message must agree with.

Empty audience means nobody. Exclusions win. Nothing here asks a database, a clock or a network.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from havre.errors import Invalid

KEPT_FOR = timedelta(days=5 * 365)
"""How long what is shared is kept where its source says nothing else."""

MOST_NAMED = 500
"""Units, countries or groups that one restriction may name."""
MOST_PARTS = 50
"""Restrictions that may hold for one thing together."""
LONGEST = 200
OF_NODE = 32
"""Hex digits of the node that leads it in the name of a group."""
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Of times that others tell."""


class Level(IntEnum):
    """What those in the audience learn."""

    CLOSED = 0
    """Nothing: the owner's unit alone."""
    HIT = 1
    """That it is held, and whom to contact."""
    OPEN = 2
    """The thing itself."""


class Action(StrEnum):
    """What somebody may do with a thing."""

    KNOW = "know"
    SEE = "see"
    CHANGE = "change"
    SEND = "send"


class Name(NamedTuple):
    """A unit; the node is empty for units of this one."""

    node: str
    unit: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. A unit without a name is its whole node: what may be handed to it for any of its units."""

    node: str
    unit: str
    country: str
    groups: frozenset[str] = frozenset()
    """Those it is in at that moment."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a thing is."""

    node: str
    unit: str
    country: str

    @property
    def name(self) -> Name:
        """As restrictions name it."""
        return Name(self.node, self.unit)


@dataclass(frozen=True, slots=True)
class Restriction:
    """What the source of a thing said of it; `within` are further ones that must all allow it too."""

    level: Level = Level.CLOSED
    units: frozenset[Name] = frozenset()
    countries: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    no_units: frozenset[Name] = frozenset()
    no_countries: frozenset[str] = frozenset()
    purpose: str = ""
    onward: bool = False
    """Whether those who see it may pass it on."""
    retain_until: datetime | None = None
    review_at: datetime | None = None
    legal_hold: bool = False
    within: frozenset["Restriction"] = frozenset()

    @property
    def parts(self) -> tuple["Restriction", ...]:
        """This one alone, and each it is within, in an order that is always the same."""
        alone = replace(self, within=frozenset())
        return (alone, *sorted(self.within - {alone}, key=digest))

    @property
    def most(self) -> Level:
        """The most that it lets anybody but the owner learn."""
        return min(part.level for part in self.parts)

    @property
    def held(self) -> bool:
        """Whether a legal hold keeps it from expiring."""
        return any(part.legal_hold for part in self.parts)

    @property
    def expires_at(self) -> datetime | None:
        """When nobody may know of it any more."""
        ends = [part.retain_until for part in self.parts if part.retain_until is not None]
        return None if self.held or not ends else min(ends)

    @property
    def reviewed_at(self) -> datetime | None:
        """When somebody is to look whether it is kept longer."""
        return min((part.review_at for part in self.parts if part.review_at is not None), default=None)

    @property
    def named(self) -> frozenset[str]:
        """Every group on which it may depend who may know."""
        return frozenset(code for part in self.parts for code in part.groups)


CLOSED = Restriction()
"""What holds where nobody said anything."""


def may(actor: Actor, owner: Owner, restriction: Restriction, action: Action, at: datetime) -> bool:
    """The rule."""
    if expired(restriction, at):
        return False
    if owns(actor, owner):
        return True
    if action is Action.CHANGE:
        return False
    reached = level_for(actor, restriction)
    if action is Action.KNOW:
        return reached >= Level.HIT
    passes = action is Action.SEE or all(part.onward for part in restriction.parts)
    return reached is Level.OPEN and passes


def expired(restriction: Restriction, at: datetime) -> bool:
    """Whether its time is over: then only the log has that it was there."""
    return restriction.expires_at is not None and restriction.expires_at <= at


def owns(actor: Actor, owner: Owner) -> bool:
    """Whether this is the unit whose thing it is."""
    return bool(owner.unit) and (actor.node, actor.unit) == (owner.node, owner.unit)


def level_for(actor: Actor, restriction: Restriction) -> Level:
    """What somebody who does not own it learns: the least of what each part lets them."""
    return min(part.level if _in_audience(actor, part) else Level.CLOSED for part in restriction.parts)


def _in_audience(actor: Actor, part: Restriction) -> bool:
    if actor.country in part.no_countries or Name(actor.node, actor.unit) in part.no_units:
        return False
    named = part.units - part.no_units
    by_name = any(name.node == actor.node for name in named) if not actor.unit else (actor.node, actor.unit) in named
    return by_name or actor.country in part.countries or not actor.groups.isdisjoint(part.groups)


def narrower(one: Restriction, other: Restriction) -> Restriction:
    """What lets only those do anything whom both let: for a thing inside another, or one in several places."""
    kept: list[Restriction] = []
    for part in (*one.parts, *other.parts):
        if not any(_covers(stricter, part) for stricter in kept):
            kept = [*(looser for looser in kept if not _covers(part, looser)), part]
    return replace(kept[0], within=frozenset(kept[1:]))


def _covers(stricter: Restriction, part: Restriction) -> bool:
    """Whether whatever the first of two parts lets happen, the second does too: then the second says nothing more."""
    fewer = (
        stricter.level <= part.level
        and stricter.units <= part.units
        and stricter.countries <= part.countries
        and stricter.groups <= part.groups
        and stricter.no_units >= part.no_units
        and stricter.no_countries >= part.no_countries
    )
    handled = (
        part.onward >= stricter.onward
        and stricter.legal_hold >= part.legal_hold
        and part.purpose in ("", stricter.purpose)
    )
    return (
        fewer
        and handled
        and _sooner(stricter.retain_until, part.retain_until)
        and _sooner(stricter.review_at, part.review_at)
    )


def _sooner(one: datetime | None, other: datetime | None) -> bool:
    """Whether this end comes no later than the other, which may never come."""
    return other is None or (one is not None and one <= other)


def narrowest(restrictions: Iterable[Restriction]) -> Restriction:
    """What lets only those whom all let. Of none, nobody."""
    found: Restriction | None = None
    for each in restrictions:
        found = each if found is None else narrower(found, each)
    return CLOSED if found is None else found


def also(restriction: Restriction, owner: Owner) -> Restriction:
    """The same, and this unit too: what is said of another's thing is for its owner and for all who see the thing."""
    head, *further = (replace(part, units=part.units | {owner.name}) for part in restriction.parts)
    return replace(head, within=frozenset(further))


def moved(restriction: Restriction, was: str, becomes: str) -> Restriction:
    """The same, with what one node names of its own named as others do, or back: it needs no node for it, they do."""
    head, *further = (
        replace(
            part,
            units=_moved(part.units, was, becomes),
            no_units=_moved(part.no_units, was, becomes),
            groups=frozenset(_group_moved(code, was, becomes) for code in part.groups),
        )
        for part in restriction.parts
    )
    return replace(head, within=frozenset(further))


def group_at(code: str, node: str) -> str:
    """How a group is named outside the node that leads it: nobody but that node tells who is in it."""
    return f"{code}_{node[:OF_NODE]}"


def _group_moved(code: str, was: str, becomes: str) -> str:
    name, _, node = code.partition("_")
    if node != was[:OF_NODE]:
        return code
    return group_at(name, becomes) if becomes else name


def _moved(names: frozenset[Name], was: str, becomes: str) -> frozenset[Name]:
    return frozenset(Name(becomes, name.unit) if name.node == was else name for name in names)


# ---- as it is kept and told ----


def told(restriction: Restriction) -> dict[str, Any]:
    """As JSON; the same restriction has one text."""
    head, *further = restriction.parts
    return _part_told(head) | ({"within": [_part_told(part) for part in further]} if further else {})


def _part_told(part: Restriction) -> dict[str, Any]:
    return {
        "level": part.level.name.lower(),
        "units": [list(name) for name in sorted(part.units)],
        "countries": sorted(part.countries),
        "groups": sorted(part.groups),
        "no_units": [list(name) for name in sorted(part.no_units)],
        "no_countries": sorted(part.no_countries),
        "purpose": part.purpose,
        "onward": part.onward,
        "retain_until": part.retain_until.isoformat() if part.retain_until else None,
        "review_at": part.review_at.isoformat() if part.review_at else None,
        "legal_hold": part.legal_hold,
    }


def digest(restriction: Restriction) -> str:
    """SHA-256 in hex over its text."""
    text = json.dumps(told(restriction), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def restriction_of(given: object) -> Restriction:
    """The restriction in this JSON, which may come from anywhere. Raises Invalid."""
    if not isinstance(given, Mapping):
        raise Invalid("a restriction is an object")
    further = given.get("within", [])
    if not isinstance(further, list) or len(further) >= MOST_PARTS:
        raise Invalid("what a restriction is within is a list of some restrictions")
    head, *others = dict.fromkeys([_part_of(given), *(_part_of(each) for each in further)])
    return replace(head, within=frozenset(others))


def _part_of(given: object) -> Restriction:
    if not isinstance(given, Mapping):
        raise Invalid("a restriction is an object")
    try:
        return Restriction(
            Level[_text(given.get("level", "closed")).upper()],
            *(_names(given.get("units", [])), _texts(given.get("countries", [])), _texts(given.get("groups", []))),
            *(_names(given.get("no_units", [])), _texts(given.get("no_countries", []))),
            *(_text(given.get("purpose", "")), given.get("onward") is True),
            *(_time(given.get("retain_until")), _time(given.get("review_at"))),
            given.get("legal_hold") is True,
        )
    except (KeyError, ValueError, TypeError):
        raise Invalid("a restriction has a level (closed, hit or open), lists of names, and times") from None


def _text(given: object) -> str:
    if not isinstance(given, str) or len(given) > LONGEST:
        raise ValueError
    return given


def _texts(given: object) -> frozenset[str]:
    if not isinstance(given, list) or len(given) > MOST_NAMED:
        raise ValueError
    return frozenset(_text(each) for each in given)


def _names(given: object) -> frozenset[Name]:
    if not isinstance(given, list) or len(given) > MOST_NAMED:
        raise ValueError
    return frozenset(Name(*map(_text, each)) for each in given)


def _time(given: object) -> datetime | None:
    found = None if given is None else datetime.fromisoformat(_text(given))
    if found is not None and (found.tzinfo is None or not is_kept(found)):
        raise ValueError
    return found


def is_kept(time: datetime) -> bool:
    """Whether every database keeps and loads this time, in whatever zone."""
    return FIRST_YEAR <= time.year <= LAST_YEAR
