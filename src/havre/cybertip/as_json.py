"""Documents as JSON, one to one: the names of the XML, attributes among them, what stands between tags as `value`.

What may stand more than once is a list; times and days are texts as in the XML; marks are true.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from havre.cybertip.check import Problem, across
from havre.cybertip.table import Part, parts_of
from havre.cybertip.values import FLAG, NAMES, UNCARRIED, Kind, UnreadError, why_not

SHOWN = 200


def json_of(thing: Any) -> dict[str, Any]:
    """An object of the schema as JSON."""
    said: dict[str, Any] = {}
    for part in parts_of(type(thing)):
        value = getattr(thing, part.name)
        if value is None or value == () or (part.kind is FLAG and not value):
            continue
        said[part.xml] = [_said(part.kind, each) for each in value] if part.many else _said(part.kind, value)
    return said


def _said(kind: Kind | type, value: Any) -> Any:
    if not isinstance(kind, Kind):
        return json_of(value)
    return kind.spell(value) if kind.said is str else value


def of_json(cls: type, said: object, place: str, found: list[Problem]) -> Any:
    """The object that JSON says; None where something is wrong, which is then added to `found`."""
    if not isinstance(said, Mapping):
        found.append(Problem(place, "is no object"))
        return None
    before = len(found)
    parts = {part.xml: part for part in parts_of(cls)}
    found += [Problem(f"{place}/{str(name)[:SHOWN]}", "is not in the schema") for name in said if name not in parts]
    values: dict[str, Any] = {}
    for name, part in parts.items():
        where = f"{place}/{part.xml}"
        if said.get(name) is not None:
            value = _field(part, said[name], where, found)
            if value is not None:
                values[part.name] = value
        elif part.least:
            found.append(Problem(where, "is missing"))
    if len(found) > before:
        return None
    made = cls(**values)
    found += across(made, place)
    return made


def _field(part: Part, said: object, place: str, found: list[Problem]) -> Any:
    if not part.many:
        return _one(part.kind, said, place, found)
    if not isinstance(said, list):
        found.append(Problem(place, "is no list"))
        return None
    if len(said) < part.least:
        found.append(Problem(place, "is missing"))
    return tuple(_one(part.kind, each, f"{place}[{number}]", found) for number, each in enumerate(said, start=1))


def _one(kind: Kind | type, said: object, place: str, found: list[Problem]) -> Any:
    if not isinstance(kind, Kind):
        return of_json(kind, said, place, found)
    try:
        value = _value(kind, said)
        why = why_not(kind, value)
    except UnreadError as error:
        why = str(error)
    if why:
        shown = UNCARRIED.sub("?", str(said))[:SHOWN]
        found.append(Problem(place, f"{why}: {shown!r}"))
        return None
    return value


def _value(kind: Kind, said: object) -> Any:
    if kind.said is str and not isinstance(said, str):
        raise UnreadError(f"is no {NAMES[str]}")
    if kind.made is str or not isinstance(said, str):
        if kind.made is float and isinstance(said, int) and not isinstance(said, bool):
            return float(said) if abs(said) < SHOWN**2 else said
        return said
    if kind.said is not str:
        raise UnreadError(f"is no {NAMES[kind.made]}")
    value = kind.read(said)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise UnreadError(f"says no time zone: write {value.replace(tzinfo=UTC).isoformat()} for UTC")
    return value
