"""The indexes of a unit: PDQ of media it holds, PDQ it knows from elsewhere, and runs of films, sounds, scenes of both.

The database is the truth. An index holds what the database held up to its watermark; the rest is added to the
tail when it is opened and again before every use, so that two processes see each other's work.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from havre.compiled import Most, compiled
from havre.fingerprints import audio, scene, video
from havre.fingerprints.pdq import BYTES, MIN_QUALITY
from havre.fingerprints.video import Film
from havre.matches.models import Imprint, Knowledge
from havre.matching.index import FLUSH_AT, Index
from havre.matching.library import FLUSH_BYTES, Library
from havre.matching.place_index import SCENES
from havre.matching.sound_index import SOUNDS
from havre.matching.volume import Kind
from havre.media.models import Fingerprint
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

CHUNK = 50_000
"""Rows read from the database at a time while an index catches up."""

FEW = 100
"""Imprints read at a time: some are a megabyte."""

FEW_FILMS = 10
"""Films that are looked for before there is a cursor for more."""

LARGEST = 4
"""Tails in the largest segment that is written while an index catches up."""

PUT_AWAY_AT = 50
"""Scenes or sounds of a tail from which on it is written when an intake ends; making them again takes 10 ms each."""

READ_AGAIN_AT = 200
"""Rows of a tail from which on it is written when an intake ends; reading them again takes 1 ms."""

Row = tuple[int, bytes]
Rows = Iterator[Row]


@dataclass
class Shelf:
    """One index and the table it follows."""

    name: str
    index: Index
    rows_after: Callable[[int], Rows]
    """Eligible (id, PDQ) pairs with a larger id, ascending."""
    last: int = 0

    def catch_up(self, most: int | None = None) -> None:
        """Take in whatever the database learnt since; cheap when there is nothing.

        A tail of `most` is written meanwhile, so that memory does not grow with what came: for committed rows alone.
        """
        self.index.refresh()
        self.last = max(self.last, self.index.watermark)
        chunk: list[tuple[int, bytes]] = []
        for row in self.rows_after(self.last):
            chunk.append(row)
            if len(chunk) == CHUNK:
                self.take(chunk)
                chunk = []
                if most and self.index.status().tail >= most:
                    self.index.flush(LARGEST * most)
        self.take(chunk)

    def take(self, rows: list[tuple[int, bytes]]) -> None:
        """Add rows the database has just been given, without asking it."""
        if not rows:
            return
        self.index.add([record for record, _ in rows], b"".join(value for _, value in rows))
        self.last = rows[-1][0]

    def settle(self) -> None:
        """Write the tail as a segment once it is long; called after the database has committed."""
        if self.index.status().tail >= FLUSH_AT:
            self.index.flush()

    def shorten(self) -> None:
        """The same for whoever only reads: as soon as reading it again costs, and merged with small segments alone."""
        if self.index.status().tail >= READ_AGAIN_AT:
            self.index.flush(LARGEST * READ_AGAIN_AT)

    def put_away(self) -> None:
        """Write the tail as a segment unless it is short: every search by another process would read it again."""
        self.catch_up()
        if self.index.status().tail >= READ_AGAIN_AT:
            self.index.flush()


def held_rows(unit: Unit) -> Callable[[int], Rows]:
    """Fingerprints of held media that may found or join a stack: undamaged and of sufficient quality."""
    return lambda record: ((key, bytes(data)[:32]) for key, data in _first_few(_held_few, _held, unit, record))


def known_rows(unit: Unit) -> Callable[[int], Rows]:
    """Fingerprints of knowledge not withdrawn; a list that states no quality only carries usable ones."""
    return lambda record: ((key, bytes(pdq)) for key, pdq in _first_few(_known_few, _known, unit, record))


def _first_few(
    few: "Callable[[Unit, int, int], list[Row]]",
    every: "Callable[[Unit, int], QuerySet[Any, Row]]",
    unit: Unit,
    record: int,
    most: int = FEW,
    chunk: int = CHUNK,
) -> "Iterator[Row]":
    """Rows behind a record. Nearly always there are few: a cursor of the database would cost four questions."""
    found = few(unit, record, Most(most))
    yield from found
    if len(found) == most:
        last = found[-1][0]
        found.clear()
        yield from every(unit, last).iterator(chunk)


def _held(unit: Unit, record: int) -> "QuerySet[Fingerprint, Any]":
    rows = owned_by(unit, Fingerprint.objects, "medium__unit")
    rows = rows.filter(id__gt=record, partial=False, quality__gte=MIN_QUALITY)
    return rows.order_by("id").values_list("id", "orientations")


@compiled
def _held_few(unit: Unit, record: int, most: int) -> "QuerySet[Fingerprint, Any]":
    return _held(unit, record)[:most]


def _known(unit: Unit, record: int) -> "QuerySet[Knowledge, Any]":
    rows = owned_by(unit, Knowledge.objects).filter(id__gt=record, source__withdrawn_at=None, pdq__isnull=False)
    return rows.exclude(pdq_quality__lt=MIN_QUALITY).order_by("id").values_list("id", "pdq")


@compiled
def _known_few(unit: Unit, record: int, most: int) -> "QuerySet[Knowledge, Any]":
    return _known(unit, record)[:most]


def imprints_of(unit: Unit, method: str) -> "QuerySet[Imprint]":
    """The imprints of a kind that may be found: of what the unit holds, and of what it knows and has not withdrawn."""
    live = Q(knowledge=None) | Q(knowledge__source__withdrawn_at=None)
    return owned_by(unit, Imprint.objects).filter(live, method=method)


def film_rows(unit: Unit) -> Callable[[int], Rows]:
    """Everything by which films, and pictures as films of one frame, are found: a number for each hash."""

    def after(record: int) -> Rows:
        for first, data in _first_few(_films_few, _films, unit, record, FEW_FILMS, FEW):
            yield from film_records(first or 0, bytes(data))

    return after


def _films(unit: Unit, record: int) -> "QuerySet[Imprint, Any]":
    rows = imprints_of(unit, video.METHOD).filter(first__gt=record)
    return rows.order_by("first").values_list("first", "data")


@compiled
def _films_few(unit: Unit, record: int, most: int) -> "QuerySet[Imprint, Any]":
    return _films(unit, record)[:most]


def film_records(first: int, data: bytes) -> Rows:
    """The records of one packed film."""
    return records_of(first, video.unpack(data))


def records_of(first: int, film: Film) -> Rows:
    """The records of one film."""
    searched = film.searched()
    hashes = searched.hashes
    return ((first + at, hashes[at * BYTES : (at + 1) * BYTES]) for at in range(len(searched)))


def packed_rows(method: str) -> Callable[[Unit], Callable[[int], Rows]]:
    """Imprints of one kind, each one record by its own number."""

    def of(unit: Unit) -> Callable[[int], Rows]:
        def after(record: int) -> Rows:
            rows = imprints_of(unit, method).filter(id__gt=record).order_by("id")
            return ((key, bytes(data)) for key, data in rows.values_list("id", "data").iterator(FEW))

        return after

    return of


INDEXES: dict[str, Callable[[Unit], Callable[[int], Rows]]] = {
    "known": known_rows,
    "held": held_rows,
    "films": film_rows,
}
"""Indexes of hashes, each with the rows it follows."""

LIBRARIES: dict[str, tuple[Kind, Callable[[Unit], Callable[[int], Rows]]]] = {
    "sounds": (SOUNDS, packed_rows(audio.METHOD)),
    "places": (SCENES, packed_rows(scene.METHOD)),
}
"""Libraries, each with what it holds and the rows it follows."""


def open_shelf(root: Path, unit: Unit, name: str) -> Shelf:
    """The unit's index of this name, made empty where there is none yet."""
    folder = root / str(unit.pk) / name
    return Shelf(name, Index.open(folder) if folder.is_dir() else Index.create(folder), INDEXES[name](unit))


@dataclass
class Stack:
    """One library and the table it follows; kept as a shelf is."""

    name: str
    library: Library
    rows_after: Callable[[int], Rows]
    last: int = 0

    def catch_up(self) -> None:
        """Take in whatever the database learnt since; cheap when there is nothing."""
        self.library.refresh()
        self.last = max(self.last, self.library.watermark)
        rows = self.rows_after(self.last)
        while part := list(islice(rows, FEW)):
            self.take(part)

    def take(self, rows: list[tuple[int, bytes]]) -> None:
        """Add rows the database has just been given, without asking it."""
        if rows:
            self.library.add(rows)
            self.last = rows[-1][0]

    def settle(self) -> None:
        """Write the tail as a volume once it is large; called after the database has committed."""
        if self.library.tail_bytes >= FLUSH_BYTES:
            self.library.flush()

    def put_away(self) -> None:
        """Write the tail as a volume unless it is small: whoever opens the library next need not make it again."""
        if self.library.status().tail >= PUT_AWAY_AT:
            self.library.flush()


def open_stack(root: Path, unit: Unit, name: str) -> Stack:
    """The unit's library of this name, made empty where there is none yet."""
    kind, rows = LIBRARIES[name]
    folder = root / str(unit.pk) / name
    library = Library.open(folder, kind) if folder.is_dir() else Library.create(folder, kind)
    return Stack(name, library, rows(unit))
