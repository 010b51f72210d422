"""What files that are judged together ask of the rows of their unit: each row is read once for all of them.

Whoever judges holds the unit, so nobody else changes meanwhile what was read; it is kept no longer than that.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from havre.fingerprints.scene import Scene
from havre.matches.digests import Named, knowledge_of
from havre.matches.marks import Mark
from havre.matches.models import Imprint, Imprinted, Knowledge
from havre.units.models import Unit

MOST_SCENES = 600
"""Views that are kept as they are compared, some 30 kB each: of more, those that were read last."""

MOST_ROWS = 5_000
"""Rows that are kept from one that asks to the next, some 3 kB each."""

Span = tuple[int, int, int]
"""The first record, the one after the last, and the film."""

R = TypeVar("R", bound=Imprinted)


@dataclass(slots=True, eq=False)
class Read(Generic[R]):
    """Imprints as they were read."""

    asking: Collection[int] = ()
    """The media that ask together."""
    made: Mapping[int, Mark] = field(default_factory=dict)
    """Their imprints by number: nobody needs to read them again."""
    rows: dict[int, R | None] = field(default_factory=dict)
    """By number, without what they are made of; None where an imprint may not be told to anybody."""
    spans: list[Span] = field(default_factory=list)
    """Records of films and what lies between them, in order."""
    short: dict[int, R] = field(default_factory=dict)
    """Short films with all they are made of."""
    views: dict[int, Scene] = field(default_factory=dict)
    own: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """By kind, the imprints of each of the media that ask."""

    def beside(self, method: str) -> list[int]:
        """Imprints of this kind of those that ask which are not read yet: the next that asks soon meets them."""
        return [key for key, mark in self.made.items() if mark.method == method and key not in self.rows]

    def firsts(self) -> list[int]:
        """The first records of their films."""
        return [mark.first for mark in self.made.values() if mark.first is not None]

    def make_room(self) -> None:
        """Before the next that asks: what was read for very many others is let go."""
        if len(self.rows) > MOST_ROWS:
            self.rows.clear()
        if len(self.short) > MOST_ROWS:
            self.short.clear()

    def keep_views(self, read: Mapping[int, Scene]) -> None:
        """These too; those that were read first make room for them."""
        self.views |= read
        for key in list(self.views)[: max(len(self.views) - MOST_SCENES, 0)]:
            del self.views[key]


@dataclass(slots=True, eq=False)
class Known:
    """What a unit knows by digest; of each file it is asked once."""

    unit: Unit
    _found: dict[Named, list[Knowledge]] = field(default_factory=dict)

    def of(self, names: Iterable[Named]) -> Mapping[Named, list[Knowledge]]:
        """What is known of each of these files, in the order it was learnt."""
        some = list(names)
        asked = {name for name in some if name not in self._found}
        if asked:
            self._found |= knowledge_of(self.unit, asked)
        return {name: self._found[name] for name in some}


@dataclass(slots=True, eq=False)
class Together:
    """What those read who ask together."""

    unit: Unit
    asking: Collection[int] = ()
    """Their media."""
    marks: Iterable[Mark] = ()
    """Their imprints."""
    read: Read[Imprint] = field(init=False)
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        made = {mark.key: mark for mark in self.marks if mark.key is not None}
        self.read, self.known = Read(self.asking, made), Known(self.unit)
