"""The table of the schema: it is read from the dataclasses, whose fields stand in the order of the elements.

A field's type says how often its element stands: `T` once, `T | None` at most once, `tuple[T, ...]` any number of
times. Its name in XML is its name in camel case, unless `Called` says otherwise. Writer, reader, checker and the form
in JSON all go by this one table.
"""

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, auto
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from havre.cybertip.values import FLAG, Kind


class Place(Enum):
    """Where a field stands in its element."""

    ELEMENT = auto()
    ATTRIBUTE = auto()
    CONTENT = auto()
    """Between the tags of an element that has no elements inside."""


ATTRIBUTE, CONTENT = Place.ATTRIBUTE, Place.CONTENT


@dataclass(frozen=True, slots=True)
class Called:
    """A name in XML that does not follow from the field's."""

    xml: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A list that is never empty."""

    least: int


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a class."""

    name: str
    xml: str
    kind: Kind | type
    """What it holds: simple values, or objects of another class of the schema."""
    place: Place
    least: int
    many: bool

    @property
    def shown(self) -> str:
        """How its place is written."""
        return f"@{self.xml}" if self.place is Place.ATTRIBUTE else self.xml


def parts_of(cls: type) -> tuple[Part, ...]:
    """The fields of a class of the schema, in their order."""
    return _parts(cls)


@cache
def _parts(cls: type) -> tuple[Part, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_part(each.name, hints[each.name]) for each in fields(cls))


@cache
def any_order(cls: type) -> bool:
    """Whether the elements of a class stand in any order: those that are marks (xs:all) and those of a choice."""
    return all(part.kind is FLAG or is_choice(cls) for part in parts_of(cls))


def is_choice(cls: type) -> bool:
    """Whether exactly one of its elements stands there (xs:choice)."""
    return bool(getattr(cls, "CHOICE", False))


def _part(name: str, hint: Any) -> Part:
    marks: list[Any] = []
    inner, least, many = hint, 1, False
    while True:
        origin = get_origin(inner)
        if origin is Annotated:
            marks += inner.__metadata__
            inner = get_args(inner)[0]
        elif origin in (UnionType, Union):
            (inner,) = (each for each in get_args(inner) if each is not NoneType)
            least = 0
        elif origin is tuple:
            inner, least, many = get_args(inner)[0], 0, True
        else:
            break
    kinds: list[Kind | type] = [each for each in marks if isinstance(each, Kind)]
    kind = kinds[0] if kinds else inner
    assert isinstance(kind, Kind) or is_dataclass(kind), f"{name}: no kind"
    least = next((each.least for each in marks if isinstance(each, AtLeast)), 0 if kind is FLAG else least)
    xml = next((each.xml for each in marks if isinstance(each, Called)), camel(name))
    place = next((each for each in marks if isinstance(each, Place)), Place.ELEMENT)
    return Part(name, xml, kind, place, least, many)


def camel(name: str) -> str:
    """`ip_capture_event` as `ipCaptureEvent`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
