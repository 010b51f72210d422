"""What a folder's lists know of films: parts of them through an index of their looks, as a node finds its own.

As with pictures the entries are the truth. A film whose entry was taken back is loaded no more from the moment the
entries changed; until the next look at the feed its looks may still be hit, and lead to nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from havre.errors import Broken
from havre.fingerprints.pdq import ORIENTATIONS
from havre.fingerprints.video import Film
from havre.hashlists.entry import FILM, Entry
from havre.matching import film_chance, films
from havre.matching.hashes import Records
from havre.matching.index import FLUSH_AT, Index
from havre.matching.reference import MATCH_DISTANCE, Hit
from havre.subscription import film_rows
from havre.subscription.film_rows import FilmHeld
from havre.subscription.kept import Kept

TOMBSTONES = 100_000
"""Looks taken back from which the index may be written anew without them, if they are an eighth of it."""
MOST_WAITING = 500_000
"""Looks that are in memory alone while more come, before they are written."""
MOST_EXPECTED = 0.01
"""False matches that chance alone may give to one film: what is told of a film is told of somebody's upload."""
MOST_HITS = 50
"""Films that are told of the pictures of one question, the nearest ones."""
MOST_READ = 1_000
"""Entries of films that are read for all who ask together, beside the nearest one of each: they may have 40 KB each."""

Seconds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was asked about that is a part of the film of an entry, in seconds from when to when."""

    asked: Seconds
    known: Seconds


@dataclass(frozen=True, slots=True)
class Found:
    """The film of an entry, or a picture that a film shows, and what tells so."""

    shelf: str
    entry: Entry
    distance: int
    """The median of what agrees, in bits."""
    orientation: int
    expected_false: float
    parts: tuple[Part, ...] = ()
    method: str = FILM
    """Of the signal of the entry that tells so."""


class Films:
    """The looks of a folder's films, open for questions from several threads."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self._index = _opened(folder / f"film-{kept.fact('itself'):012x}", kept)
        self._seen = 0
        self._signature = (-1, -1)
        self._spans: NDArray[np.int64] = np.zeros((2, 0), np.int64)

    def sync(self, kept: Kept) -> None:
        """Take into use what the entries have become; questions go on meanwhile. One thread at a time."""
        self._index.refresh()
        self._seen = max(self._seen, self._index.watermark)
        for records, hashes in film_rows.above(kept.db, self._seen):
            self._index.add(records, hashes)
            self._seen = records[-1]
            if self._index.status().tail >= MOST_WAITING:
                self._index.flush()
        signature = film_rows.signature(kept.db)
        if signature != self._signature:
            self._spans = np.array(film_rows.places(kept.db), np.int64).reshape(-1, 2).T
            self._signature = signature
        if gone := film_rows.gone(kept.db):
            self._index.remove([record for first, looks in gone for record in range(first, first + looks)])
            with kept.changing():
                film_rows.forgotten(kept.db, gone)
        status = self._index.status()
        if status.tail >= FLUSH_AT:
            self._index.flush()
        if status.tombstones > max(TOMBSTONES, status.entries // 8):
            self._index.compact()

    def expunge(self) -> None:
        """Write what was taken back out of the files."""
        self._index.expunge(np.zeros(0, np.uint32))

    def __bool__(self) -> bool:
        return bool(self._spans.size)

    @property
    def looks(self) -> int:
        """Looks that a film is compared with, a few that were taken back included."""
        return self._index.status().entries

    def parts_of(self, kept: Kept, film: Film) -> Iterator[Found]:
        """The films of which this one has parts; none that chance alone would give now and then."""
        held: dict[int, FilmHeld | None] = {}

        def load(first: int) -> Film | None:
            held[first] = found = film_rows.film(kept.db, first)
            return None if found is None else found.looks.film()

        records = self.looks
        for match in films.found(self._search, film, self._owner, load):
            best, known = match.segments[0], held[match.film]
            expected = film_chance.expected_false(film, records, best)
            if known is None or expected > MOST_EXPECTED:
                continue
            parts = tuple(Part(each.query_span, each.match_span) for each in match.segments)
            turned = ORIENTATIONS.index(best.orientation)
            yield Found(known.shelf, known.entry, best.distance or 0, turned, expected, parts)

    def showing(
        self, kept: Kept, hashes: bytes, questions: Sequence[int], most: int = MOST_READ
    ) -> Iterator[tuple[int, Found]]:
        """The films that show pictures, each with the number of its hash; `questions` says whose each hash is.

        A question is told its nearest film whatever else is asked with it, and further ones while few are read.
        """
        near = self._nearest(hashes, questions)
        read: dict[int, tuple[str, Entry] | None] = {}
        for rank, (distance, number, first) in _in_turn(near):
            if first not in read and (not rank or len(read) < most):
                read[first] = film_rows.listed(kept.db, first)
            if (known := read.get(first)) is not None:
                expected = film_chance.of_pictures(distance, self.looks) / len(ORIENTATIONS)
                yield number, Found(*known, distance, 0, expected)

    def _nearest(self, hashes: bytes, questions: Sequence[int]) -> list[list[tuple[int, int, int]]]:
        """Of each question that hits films, the nearest of them: how near, by which hash, and its first look."""
        near: dict[int, dict[int, tuple[int, int]]] = {}
        for number, hits in enumerate(self._search(hashes, MATCH_DISTANCE)):
            if hits:
                own = near.setdefault(questions[number], {})
                for first, distance in self._films_of(hits):
                    own[first] = min(own.get(first, (distance, number)), (distance, number))
        return [sorted((*how, first) for first, how in own.items())[:MOST_HITS] for own in near.values()]

    def _films_of(self, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
        """The nearest films of these hits, nearest first, and how near each is."""
        firsts, counts = self._spans
        if not len(firsts):
            return
        records = np.fromiter((hit.record for hit in hits), np.int64, len(hits))
        at = np.maximum(np.searchsorted(firsts, records, "right") - 1, 0)
        beyond = records - firsts[at]
        own = np.flatnonzero((beyond >= 0) & (beyond < counts[at]))
        nearest = np.sort(own[np.unique(at[own], return_index=True)[1]])[:MOST_HITS]
        for place in nearest.tolist():
            yield int(firsts[at[place]]), hits[place].distance

    def _search(self, hashes: bytes, radius: int) -> Iterator[Sequence[Hit]]:
        return self._index.search_few(hashes, radius, self._living)

    def _living(self, _queries: Records, _distances: Records, records: Records) -> NDArray[np.bool_]:
        firsts, counts = self._spans
        if not len(firsts):
            return np.zeros(len(records), np.bool_)
        numbers = records.astype(np.int64)
        at = np.maximum(np.searchsorted(firsts, numbers, "right") - 1, 0)
        beyond: NDArray[np.int64] = numbers - firsts[at]
        living: NDArray[np.bool_] = (beyond >= 0) & (beyond < counts[at])
        return living

    def _owner(self, record: int) -> tuple[int, int] | None:
        firsts, counts = self._spans
        at = int(np.searchsorted(firsts, record, "right")) - 1
        if at < 0 or record - firsts[at] >= counts[at]:
            return None
        return int(firsts[at]), int(record - firsts[at])


def _in_turn(lists: Sequence[Sequence[tuple[int, int, int]]]) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """The first of every list, then the second ones, with their rank."""
    for rank in range(max(map(len, lists), default=0)):
        yield from ((rank, each[rank]) for each in lists if rank < len(each))


def _opened(where: Path, kept: Kept) -> Index:
    """The index; a damaged one is made anew from the entries."""
    try:
        if (where / "manifest").exists():
            return Index.open(where)
    except Broken:
        pass
    return Index.rebuild(where, film_rows.above(kept.db, 0))
