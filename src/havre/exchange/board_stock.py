"""All that films, sounds and scenes of the board are found in, and what of it a unit may know."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet, Sum
from numpy.typing import NDArray

from havre.errors import Broken, Invalid
from havre.exchange.find import others
from havre.exchange.gone import NAME, NAMES
from havre.exchange.models import SharedImprint
from havre.exchange.shelf import rows_after
from havre.exchange.written_out import bury
from havre.fingerprints import audio, scene, video
from havre.fingerprints.scene import Scene
from havre.fingerprints.video import Film
from havre.matches.owners import Whose
from havre.matches.shelves import FEW, Rows, Shelf, Stack, records_of
from havre.matching.hashes import Records
from havre.matching.index import Index
from havre.matching.library import Library
from havre.matching.lighter import readable
from havre.matching.place_index import NO_LOOK, SCENES
from havre.matching.sound_index import SOUNDS
from havre.matching.volume import Kind
from havre.units.models import Unit

SOME = 10
"""Where more than one in so many records is of a withdrawn film, the index is written without them."""

COMPACT_FROM = 1_000
"""So many imprints gone make it worth to rewrite a library without them."""

FILMS = NAMES[video.METHOD]
LIBRARIES: Mapping[str, tuple[str, Kind]] = {
    audio.METHOD: (NAMES[audio.METHOD], SOUNDS),
    scene.METHOD: (NAMES[scene.METHOD], SCENES),
}
KINDS: dict[str, Kind | None] = {NAME: None, FILMS: None, **dict(LIBRARIES.values())}
"""What each index of the board holds; nothing for one of hashes."""

Kept = tuple[str, Kind | None, Callable[[int], Rows]]
"""One index of the board: its name, what a library holds, or nothing for one of hashes, and the rows it follows."""


def indexes() -> list[Kept]:
    """All of the board, in what they are kept."""
    found: list[Kept] = [(NAME, None, rows_after), (FILMS, None, _film_rows)]
    return found + [(name, kind, _rows_of(method)) for method, (name, kind) in LIBRARIES.items()]


@dataclass
class BoardStock:
    """The index of films and the libraries of everything that any source shared."""

    films: Shelf
    sounds: Stack
    places: Stack

    def catch_up(self) -> None:
        """Take in what came since; cheap when there is nothing."""
        for each in (self.films, self.sounds, self.places):
            each.catch_up()
            each.settle()


def open_board_stock(root: Path) -> BoardStock:
    """All of it, caught up with the database and rid of what is withdrawn since."""
    folder = root / FILMS
    films = Shelf(FILMS, Index.open(folder) if folder.is_dir() else Index.create(folder), _film_rows)
    sounds, places = (_stack(root, method) for method in LIBRARIES)
    stock = BoardStock(films, sounds, places)
    stock.catch_up()
    bury(FILMS, films.index)
    _let_go_films(films)
    for method, stack in ((audio.METHOD, sounds), (scene.METHOD, places)):
        _let_go(stack, method)
    return stock


def _stack(root: Path, method: str) -> Stack:
    name, kind = LIBRARIES[method]
    folder = root / name
    library = Library.open(folder, kind) if folder.is_dir() else Library.create(folder, kind)
    return Stack(name, library, _rows_of(method))


def imprints_on(method: str) -> "QuerySet[SharedImprint]":
    """Imprints of a kind that are compared, whoever may know of them."""
    return SharedImprint.objects.filter(method=method, known=True)


def _film_rows(record: int) -> Rows:
    rows = imprints_on(video.METHOD).filter(first__gt=record).order_by("first")
    for row in rows.select_related("shared__body_key").iterator(FEW):
        if (data := read(row)) is not None:
            yield from records_of(row.first or 0, video.seldom(video.unpack(data)))


def read(row: SharedImprint) -> bytes | None:
    """What it is, where it can be compared: what lies here spoilt must not keep all else from being found."""
    try:
        data = row.data
        return data if readable(row.method, row.version, data) else None
    except (Invalid, Broken):
        return None


def _rows_of(method: str) -> Callable[[int], Rows]:
    def after(record: int) -> Rows:
        rows = imprints_on(method).filter(id__gt=record).order_by("id")
        found = ((row.pk, read(row)) for row in rows.select_related("shared__body_key").iterator(FEW))
        return ((key, data) for key, data in found if data is not None)

    return after


def _let_go_films(shelf: Shelf) -> None:
    """What is withdrawn lies in the index no more, once it is a tenth of it; until then it is nobody's."""
    films = SharedImprint.objects.filter(method=video.METHOD, known=True, first__lte=shelf.last)
    held, live = shelf.index.status().entries, films.aggregate(all=Sum("count"))["all"] or 0
    if (held - live) * SOME <= held:
        return
    spans = np.fromiter(films.order_by("first").values_list("first", "count").iterator(), "2i8")
    records = shelf.index.records
    records = records[records <= shelf.last]  # what others wrote since, nobody asked about
    shelf.index.expunge(records[~within(spans, records)])


def within(spans: NDArray[np.int64], records: Records) -> NDArray[np.bool_]:
    """Which of these records lie in one of the spans, which are firsts with counts, ascending."""
    if not len(spans):
        return np.zeros(len(records), np.bool_)
    at = np.searchsorted(spans[:, 0], records, "right") - 1
    found: NDArray[np.bool_] = (at >= 0) & (records < spans.sum(1)[at])
    return found


def _let_go(stack: Stack, method: str) -> None:
    """What is withdrawn lies in no library any more, however it was hidden before."""
    held = stack.library.records
    held = held[held <= stack.last]  # as of films
    there = imprints_on(method).filter(id__lte=stack.last).order_by("id")
    if there.count() == len(held):
        return
    live = np.fromiter(there.values_list("id", flat=True).iterator(), np.uint32)
    gone = np.setdiff1d(held, live)
    stack.library.remove(gone.tolist())
    if len(gone) >= min(COMPACT_FROM, len(live) + 1):
        stack.library.compact()


class BoardOwners(Whose[SharedImprint]):
    """Imprints of the board, as far as their sources let a unit know of them; nothing else is ever compared."""

    large = ("sealed",)

    def __init__(self, unit: Unit, at: datetime, hidden: dict[str, Records] | None = None) -> None:
        """`hidden` may be kept from one question to the next, and says only who stands in nobody's way."""
        super().__init__()
        self.unit, self.at = unit, at
        self._hidden: dict[str, Records] = {} if hidden is None else hidden

    def _told(self, method: str) -> "QuerySet[Any]":
        known = others(self.unit, self.at)
        return imprints_on(method).filter(shared__in=known).select_related("shared__body_key")

    def _films(self) -> "QuerySet[Any]":
        return imprints_on(video.METHOD)

    def _judged(self, _rows: Mapping[int, SharedImprint]) -> set[int]:
        return set()

    def _film(self, row: SharedImprint) -> Film:
        return video.seldom(video.unpack(row.data))

    def own_records(self, method: str) -> Records:
        """What the unit may not know of, its own included."""
        if method not in self._hidden:
            told = Exists(others(self.unit, self.at).filter(pk=OuterRef("shared")))
            hidden = imprints_on(method).filter(~told).order_by("id")
            self._hidden[method] = np.fromiter(hidden.values_list("id", flat=True).iterator(), np.uint32)
        return self._hidden[method]

    def scenes(self, keys: Iterable[int]) -> dict[int, Scene]:
        """Those of these views that may be told; their looks stay with their sources."""
        rows = self._told(scene.METHOD).filter(id__in=list(keys))
        return {row.pk: scene.unpack(data, NO_LOOK) for row in rows if (data := read(row)) is not None}

    def times(self, row: SharedImprint) -> list[float]:
        """The times of all views of the shared film."""
        views = imprints_on(scene.METHOD).filter(shared=row.shared_id)
        return [at or 0.0 for at in views.values_list("at", flat=True)]
