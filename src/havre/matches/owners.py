"""Whose an imprint is that was hit: a medium's or an entry's, and whether it may be told now."""

from abc import ABC, abstractmethod
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from havre.fingerprints import scene, video
from havre.fingerprints.scene import Scene
from havre.fingerprints.video import Film
from havre.matches.digests import knowledge_of, named
from havre.matches.marks import Looks
from havre.matches.models import Imprint, Imprinted
from havre.matches.shelves import imprints_of
from havre.matching.films import HITS_OF_ONE
from havre.matching.hashes import LARGEST_RECORD, Records
from havre.media.models import Exhibit
from havre.restrictions.visible import owned_by

LAST = 2**63
"""Larger than any number here."""
NOBODY = -1
"""The film of records that belong to none, or to none that may be told."""
CHUNK = 5_000
"""Rows asked for by their numbers at a time."""

Span = tuple[int, int, int]
"""The first record, the one after the last, and the film."""


R = TypeVar("R", bound=Imprinted)


class Whose(ABC, Generic[R]):
    """Imprints by their number, for one question: only those that may be told to whoever asks."""

    large: tuple[str, ...]
    """What a row is made of, read only where one is looked at."""

    def __init__(self) -> None:
        self._rows: dict[int, R | None] = {}
        self._spans: list[Span] = []

    @abstractmethod
    def _told(self, method: str) -> "QuerySet[Any]":
        """Imprints of a kind that may be told, with whom they belong to."""

    @abstractmethod
    def _films(self) -> "QuerySet[Any]":
        """All films, told or not."""

    @abstractmethod
    def _judged(self, rows: Mapping[int, R]) -> set[int]:
        """Those of imprints of which somebody judged what they are of."""

    @abstractmethod
    def _film(self, row: R) -> Film:
        """What a row is made of."""

    @abstractmethod
    def own_records(self, method: str) -> Records:
        """Imprints that must not stand among the candidates in the place of others."""

    @abstractmethod
    def scenes(self, keys: Iterable[int]) -> dict[int, Scene]:
        """Those of these views that may be told, with all that they are made of."""

    @abstractmethod
    def times(self, row: R) -> list[float]:
        """The times of all views of whatever a view is of."""

    def rows(self, keys: Iterable[int], method: str) -> dict[int, R]:
        """Those of these imprints that may be told, with whom they belong to."""
        wanted = list(keys)
        asked = [key for key in wanted if key not in self._rows]
        if asked:
            self._rows |= dict.fromkeys(asked)
        for start in range(0, len(asked), CHUNK):
            told = self._told(method).defer(*self.large).filter(id__in=asked[start : start + CHUNK])
            self._rows |= {row.pk: row for row in told}
        return {key: row for key in wanted if (row := self._rows[key]) is not None}

    def in_turn(self, keys: Sequence[int], method: str, most: int) -> list[int]:
        """Of these imprints, the likeliest first, those to look at: up to `most` of what is judged, then of the others.

        What was judged must not be hidden by copies that were not.
        """
        rows = self.rows(keys, method)
        told = [key for key in keys if key in rows]
        if len(told) <= most:
            return told
        judged = self._judged(rows)
        return [key for key in told if key in judged][:most] + [key for key in told if key not in judged][:most]

    # ---- films, each with many records ----

    def film(self, record: int) -> tuple[int, int] | None:
        """The film that has this record, and its place in it; None where it may not be told."""
        first, _, key = self._span_of(record)
        return (key, record - first) if key != NOBODY and self.rows([key], video.METHOD) else None

    def keeps(self, queries: Records, distances: Records, records: Records) -> NDArray[np.bool_]:
        """Which hits are in films that may be told; of one query in one film, the nearest few."""
        films = self._films_of(records)
        order = np.lexsort((distances, films, queries))
        new = np.ones(len(order), np.bool_)
        new[1:] = (np.diff(films[order]) != 0) | (np.diff(queries[order].astype(np.int64)) != 0)
        start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
        kept = np.zeros(len(order), np.bool_)
        kept[order] = np.arange(len(order)) - start < HITS_OF_ONE
        kept &= films != NOBODY
        return kept

    def _films_of(self, records: Records) -> NDArray[np.int64]:
        """The film of each of these records that may be told."""
        distinct, places = np.unique(records, return_inverse=True)
        films = np.full(len(distinct), NOBODY, np.int64)
        at = 0
        while at < len(distinct):
            _, end, key = self._span_of(int(distinct[at]))
            to = int(np.searchsorted(distinct, min(end, LARGEST_RECORD + 1)))
            films[at:to], at = key, to
        told = self.rows(np.unique(films[films != NOBODY]).tolist(), video.METHOD)
        films[~np.isin(films, np.fromiter(told, np.int64, len(told)))] = NOBODY
        return films[places]

    def _span_of(self, record: int) -> Span:
        at = bisect_right(self._spans, (record, LAST, LAST)) - 1
        if at >= 0 and record < self._spans[at][1]:
            return self._spans[at]
        found = self._span(record)
        insort(self._spans, found)
        return found

    def _span(self, record: int) -> Span:
        """The film around a record, or what lies between two of them."""
        films = self._films().filter(first__isnull=False).values_list("first", "count", "id")
        before = films.filter(first__lte=record).order_by("-first").first()
        end = before[0] + before[1] if before is not None else 0
        if before is not None and record < end:
            return before[0], end, before[2]
        after = films.filter(first__gt=record).order_by("first").first()
        return end, after[0] if after is not None else LAST, NOBODY

    def load(self, key: int) -> Film | None:
        """The film of this number; what it is made of is kept no longer than it is looked at."""
        row = self._told(video.METHOD).filter(id=key).first() if self.rows([key], video.METHOD) else None
        return self._film(row) if row is not None else None


class Owners(Whose[Imprint]):
    """Imprints of a unit: who asks does not meet itself, nor what came later."""

    large = ("data", "sealed")

    def __init__(self, looks: Looks, own: int | None = None, before: int | None = None) -> None:
        """`own` is the medium that asks; `before` the item that is judged again: what came later is not told."""
        super().__init__()
        self.unit, self.looks, self.own, self.before = looks.unit, looks, own, before

    def _told(self, method: str) -> "QuerySet[Any]":
        rows = imprints_of(self.unit, method).select_related("medium", "knowledge__whole")
        if self.own is not None:
            rows = rows.exclude(medium=self.own)
        if self.before is not None:
            earlier = Exhibit.objects.filter(medium=OuterRef("medium"), item__lt=self.before)
            rows = rows.filter(Q(medium=None) | Exists(earlier))
        return rows

    def _films(self) -> "QuerySet[Any]":
        return owned_by(self.unit, Imprint.objects).filter(method=video.METHOD)

    def _judged(self, rows: Mapping[int, Imprint]) -> set[int]:
        """Those of imprints whose entry, or whose medium's bytes, were judged."""
        media = {key: named(row.medium) for key, row in rows.items() if row.medium is not None}
        entries = knowledge_of(self.unit, set(media.values())) if media else {}
        judged = {key for key, name in media.items() if any(each.pertinent is not None for each in entries[name])}
        known = ((key, row.knowledge) for key, row in rows.items() if row.knowledge is not None)
        return judged | {key for key, entry in known if (entry.whole or entry).pertinent is not None}

    def _film(self, row: Imprint) -> Film:
        return video.unpack(bytes(row.data))

    def own_records(self, method: str) -> Records:
        """The imprints of who asks."""
        if self.own is None:
            return np.zeros(0, np.uint32)
        rows = owned_by(self.unit, Imprint.objects).filter(medium=self.own, method=method).order_by("id")
        return np.array(list(rows.values_list("id", flat=True)), np.uint32)

    def scenes(self, keys: Iterable[int]) -> dict[int, Scene]:
        """Those of these views that may be told, with their looks."""
        rows = self._told(scene.METHOD).filter(id__in=list(keys))
        return {row.pk: scene.unpack(bytes(row.data), self.looks.plain(row)) for row in rows}

    def times(self, row: Imprint) -> list[float]:
        """The times of all views of the medium or entry that a view is of."""
        beside = Imprint.objects.filter(unit=row.unit_id, medium=row.medium_id, knowledge=row.knowledge_id)
        return [at or 0.0 for at in beside.filter(method=scene.METHOD).values_list("at", flat=True)]
