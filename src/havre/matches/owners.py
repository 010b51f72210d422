"""Whose an imprint is that was hit: a medium's or an entry's, and whether it may be told now."""

from abc import ABC, abstractmethod
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from numpy.typing import NDArray

from havre.fingerprints import scene, video
from havre.fingerprints.scene import Scene
from havre.fingerprints.video import Film
from havre.matches.digests import named
from havre.matches.marks import Looks
from havre.matches.models import Imprint
from havre.matches.read_once import R, Read, Span, Together
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
NEAR_BY = 256
"""Records that may lie between two whose films are asked for in one question: of pictures that came together."""
SHORT, SHORT_AT_ONCE = 64, 500
"""Records that a picture or the shortest films have; so many of them are read with one that is looked at."""


class Whose(ABC, Generic[R]):
    """Imprints by their number, for one question: only those that may be told to whoever asks."""

    large: tuple[str, ...]
    """What a row is made of, read only where one is looked at."""

    def __init__(self, read: Read[R] | None = None) -> None:
        """`read` is shared by those who ask together, and may be told the same but for what is their own."""
        self._read: Read[R] = Read() if read is None else read

    @abstractmethod
    def _told(self, method: str) -> "QuerySet[Any]":
        """Imprints of a kind that may be told, with whom they belong to; also what is of whoever asks."""

    def _is_own(self, _row: R) -> bool:
        """Whether an imprint is of whoever asks."""
        return False

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
        wanted, rows = list(keys), self._read.rows
        asked = [key for key in wanted if key not in rows]
        if asked:
            asked = [*dict.fromkeys([*asked, *self._read.beside(method)])]
            rows |= dict.fromkeys(asked)
        for start in range(0, len(asked), CHUNK):
            told = self._told(method).defer(*self.large).filter(id__in=asked[start : start + CHUNK])
            rows |= {row.pk: row for row in told}
        return {key: row for key in wanted if (row := rows[key]) is not None and not self._is_own(row)}

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
        self._read_spans(distinct.tolist())
        at = 0
        while at < len(distinct):
            _, end, key = self._span_of(int(distinct[at]))
            to = int(np.searchsorted(distinct, min(end, LARGEST_RECORD + 1)))
            films[at:to], at = key, to
        told = self.rows(np.unique(films[films != NOBODY]).tolist(), video.METHOD)
        films[~np.isin(films, np.fromiter(told, np.int64, len(told)))] = NOBODY
        return films[places]

    def _span_of(self, record: int) -> Span:
        known = self._known_span(record)
        if known is None:
            known = self._span(record)
            insort(self._read.spans, known)
        return known

    def _known_span(self, record: int) -> Span | None:
        at = bisect_right(self._read.spans, (record, LAST, LAST)) - 1
        found = self._read.spans[at] if at >= 0 else None
        return found if found is not None and record < found[1] else None

    def _read_spans(self, records: Sequence[int]) -> None:
        """The films of these ascending records: of those that lie close together in one question."""
        unknown = [record for record in records if self._known_span(record) is None]
        if unknown:
            unknown = sorted({*unknown, *(at for at in self._read.firsts() if self._known_span(at) is None)})
        for first, last in _close(unknown):
            if first == last:
                continue  # it is asked for by itself
            films = self._films().filter(first__isnull=False).values_list("first", "count", "id")
            before = films.filter(first__lte=first).order_by("-first").values("first")[:1]
            within = films.filter(Q(first__gt=first) | Q(first=Subquery(before)), first__lte=last).order_by("first")
            for start, count, key in within:
                if self._known_span(start) is None:
                    insort(self._read.spans, (start, start + count, key))

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
        told = self.rows([key], video.METHOD).get(key)
        if told is None:
            return None
        if told.count > SHORT:
            row = self._told(video.METHOD).filter(id=key).first()
            return self._film(row) if row is not None else None
        if key not in self._read.short:
            self._read.short |= {row.pk: row for row in self._told(video.METHOD).filter(id__in=self._beside(key))}
        return self._film(self._read.short[key]) if key in self._read.short else None

    def _beside(self, key: int) -> list[int]:
        """This short film and others that were named beside it, for they are likely to be looked at next."""
        short = (
            other
            for other, row in self._read.rows.items()
            if row is not None
            and row.method == video.METHOD
            and row.count <= SHORT
            and other not in self._read.short
            and other != key
        )
        return [key, *islice(short, SHORT_AT_ONCE)]


def _close(records: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of ascending records between which no more than NEAR_BY lie."""
    first = last = None
    for record in records:
        if first is None or last is None or record - last > NEAR_BY:
            if first is not None and last is not None:
                yield first, last
            first = record
        last = record
    if first is not None and last is not None:
        yield first, last


class Owners(Whose[Imprint]):
    """Imprints of a unit: who asks does not meet itself, nor what came later."""

    large = ("data", "sealed")

    def __init__(
        self, looks: Looks, own: int | None = None, before: int | None = None, together: Together | None = None
    ) -> None:
        """`own` is the medium that asks, `together` what those read who ask beside it; `before` the item that is judged
        again: what came later is not told."""
        asked = Together(looks.unit) if together is None else together
        asked.read.make_room()
        # What may be told to one item that is judged again may not be told to another.
        super().__init__(asked.read if before is None else Read(spans=asked.read.spans))
        self.unit, self.looks, self.own, self.before, self.known = looks.unit, looks, own, before, asked.known

    def _told(self, method: str) -> "QuerySet[Any]":
        rows = imprints_of(self.unit, method).select_related("medium", "knowledge__whole")
        if self.before is not None:
            earlier = Exhibit.objects.filter(medium=OuterRef("medium"), item__lt=self.before)
            rows = rows.filter(Q(medium=None) | Exists(earlier))
        return rows

    def _is_own(self, row: Imprint) -> bool:
        return self.own is not None and row.medium_id == self.own

    def _films(self) -> "QuerySet[Any]":
        return owned_by(self.unit, Imprint.objects).filter(method=video.METHOD)

    def _judged(self, rows: Mapping[int, Imprint]) -> set[int]:
        """Those of imprints whose entry, or whose medium's bytes, were judged."""
        media = {key: named(row.medium) for key, row in rows.items() if row.medium is not None}
        entries = self.known.of(set(media.values()))
        judged = {key for key, name in media.items() if any(each.pertinent is not None for each in entries[name])}
        known = ((key, row.knowledge) for key, row in rows.items() if row.knowledge is not None)
        return judged | {key for key, entry in known if (entry.whole or entry).pertinent is not None}

    def _film(self, row: Imprint) -> Film:
        return video.unpack(bytes(row.data))

    def load(self, key: int) -> Film | None:
        """The film of this number; what was made just now is at hand."""
        if key not in self._read.made:
            return super().load(key)
        return video.unpack(self._read.made[key].made.data) if self.rows([key], video.METHOD) else None

    def own_records(self, method: str) -> Records:
        """The imprints of who asks."""
        if self.own is None:
            return np.zeros(0, np.uint32)
        if method not in self._read.own:
            self._read.own[method] = self._records(self._read.asking, method)
        own = self._read.own[method]
        if self.own not in own:
            own |= self._records([self.own], method)
        return np.array(own[self.own], np.uint32)

    def _records(self, media: Iterable[int], method: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {medium: [] for medium in media}
        rows = owned_by(self.unit, Imprint.objects).filter(medium__in=list(found), method=method).order_by("id")
        for medium, key in rows.values_list("medium", "id") if found else ():
            found[medium].append(key)
        return found

    def scenes(self, keys: Iterable[int]) -> dict[int, Scene]:
        """Those of these views that may be told, with their looks."""
        told = {key: self._read.views.get(key) for key in self.rows(keys, scene.METHOD)}
        made = {key: self._read.made[key].made for key, view in told.items() if view is None and key in self._read.made}
        read = {key: scene.unpack(each.data, each.look) for key, each in made.items()}
        asked = [key for key, view in told.items() if view is None and key not in made]
        rows = self._told(scene.METHOD).filter(id__in=asked) if asked else ()
        read |= {row.pk: scene.unpack(bytes(row.data), self.looks.plain(row)) for row in rows}
        self._read.keep_views(read)
        return {key: view for key, view in told.items() if view is not None} | read

    def times(self, row: Imprint) -> list[float]:
        """The times of all views of the medium or entry that a view is of."""
        beside = Imprint.objects.filter(unit=row.unit_id, medium=row.medium_id, knowledge=row.knowledge_id)
        return [at or 0.0 for at in beside.filter(method=scene.METHOD).values_list("at", flat=True)]
