"""All that a unit's films, sounds and scenes are found in, known and held alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from havre.fingerprints import audio, scene, video
from havre.matches.marks import Looks, Mark
from havre.matches.models import Imprint
from havre.matches.shelves import Shelf, Stack, film_records, open_shelf, open_stack
from havre.units.models import Unit


@dataclass
class Stock:
    """The index of films and the libraries of a unit, and what opens the looks of its imprints."""

    unit: Unit
    looks: Looks
    films: Shelf
    sounds: Stack
    places: Stack

    def _each(self) -> tuple[Shelf | Stack, ...]:
        return self.films, self.sounds, self.places

    @property
    def _stacks(self) -> dict[str, Stack]:
        return {audio.METHOD: self.sounds, scene.METHOD: self.places}

    def catch_up(self) -> None:
        """Take in whatever the database learnt since; cheap when there is nothing."""
        for each in self._each():
            each.catch_up()

    def settle(self) -> None:
        """Write what waits in memory once it is much; called after the database has committed."""
        for each in self._each():
            each.settle()

    def put_away(self) -> None:
        """Write what waits in memory, for those who come next; called when an intake ends."""
        self.films.put_away()
        for stack in self._stacks.values():
            stack.put_away()

    def take(self, marks: Iterable[Mark]) -> None:
        """Add imprints that have just got their rows, so that what follows sees them; those that are there stay."""
        for mark in marks:
            if mark.first is not None and mark.first > self.films.last:
                self.films.take(list(film_records(mark.first, mark.made.data)))
            stack = self._stacks.get(mark.method)
            if stack is not None and mark.key is not None and mark.key > stack.last:
                stack.take([(mark.key, mark.made.data)])

    def forget(self, rows: "QuerySet[Imprint]") -> None:
        """Never find these imprints again; durable when it returns."""
        films = rows.filter(method=video.METHOD).values_list("first", "count").iterator()
        gone = [number for first, count in films for number in range(first or 0, (first or 0) + count)]
        self.films.index.remove(gone)
        for method, stack in self._stacks.items():
            stack.library.remove(rows.filter(method=method).values_list("id", flat=True).iterator())


def open_stock(root: Path, unit: Unit, key: bytes) -> Stock:
    """Everything of this unit, caught up with the database; `key` is the unit's."""
    sounds, places = (open_stack(root, unit, name) for name in ("sounds", "places"))
    stock = Stock(unit, Looks(unit, key), open_shelf(root, unit, "films"), sounds, places)
    stock.catch_up()
    return stock
