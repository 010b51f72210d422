"""What a folder's lists know: near pictures through the index, equal bytes through their digests, facts at a hit only.

The folder's entries are the truth. The index holds their records and hashes and nothing else; a record whose entry was
taken back is found no more from the moment the entries changed, whether the index has heard of it or not.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from havre.errors import Broken
from havre.fingerprints.video import Film
from havre.hashlists.entry import Entry, Signal
from havre.matching.film_chance import of_pictures
from havre.matching.hashes import Records
from havre.matching.index import FLUSH_AT, Index
from havre.matching.reference import HASH_BYTES, ORIENTATIONS
from havre.matching.reference import MATCH_DISTANCE as LIMIT
from havre.subscription import film_rows
from havre.subscription.buried import done, due, ripe
from havre.subscription.feed import CHECKED
from havre.subscription.films import MOST_EXPECTED, Films, Found, Part
from havre.subscription.frames import frames_of
from havre.subscription.kept import Held, Kept, Shelf, Stand

TOMBSTONES = 100_000
"""Records taken back from which the index may be written anew without them, if they are an eighth of it."""
MOST_MATCHES = 100
"""Entries told of one question, the best ones."""
DIGESTS = frozenset({"md5", "sha1", "sha256"})
NO_RECORDS: Records = np.zeros(0, np.uint32)
MOST_HITS = 1_000
"""Hits of one hash whose entries are read, the nearest ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked for: signals as they are, and of pictures the hashes of all their orientations."""

    signals: tuple[Signal, ...] = ()
    pictures: tuple[bytes, ...] = ()
    """Of each frame that may be compared, 8 hashes of 32 bytes, the upright one first."""
    films: tuple[Film, ...] = ()
    """The runs of each picture track, asked for in all orientations."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that was found, and by what. Exact ones come first, then the nearest."""

    list: str
    entry: Entry
    method: str
    distance: int
    """Bits in which the two hashes differ; 0 for digests."""
    orientation: int
    """How the picture had to be turned, by its place in fingerprints.pdq.ORIENTATIONS; 0 for what was asked as is."""
    expected_false: float
    """How many matches as near as this chance alone would give among all that was compared with."""
    expected_false_at_limit: float
    """How many of any distance that counts, for one picture, and for a film as many as are told of one at most.

    The same for all that are found for one question, so it tells nobody how it matched.
    """
    parts: tuple[Part, ...] = ()
    """Of a film, what of it is in the entry's, best first."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A hash that goes to the index: whose question it is, and how it came to be."""

    question: int
    orientation: int


_Best = dict[tuple[str, int], Match]
"""By list and number, the best match of an entry."""


class Known:
    """The lists of a folder, open for questions from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open what the folder holds. Raises Broken where its entries can't be read."""
        self._folder = folder
        self._mine = threading.local()
        self._changing = threading.Lock()
        self._seen = 0
        self._stand = Stand()
        self._dying: frozenset[int] = frozenset()
        self.in_use: Mapping[str, int] = {}
        """The version of each list of which everything is found here, and nothing that it took back."""
        self._index = self._opened()
        with closing(Kept(folder)) as kept:
            self._films = Films(folder, kept)
        self.sync()

    def _opened(self) -> Index:
        """The index; a damaged one, or one that a later folder left, is made anew from the entries."""
        with closing(Kept(self._folder)) as kept:
            where = self._folder / f"pdq-{kept.fact('itself'):012x}"
            try:
                if (where / "manifest").exists():
                    return Index.open(where)
            except Broken:
                pass
            return Index.rebuild(where, kept.records_above(0))

    @property
    def _kept(self) -> Kept:
        if not hasattr(self._mine, "kept"):
            self._mine.kept = Kept(self._folder)
        kept: Kept = self._mine.kept
        return kept

    def sync(self) -> None:
        """Take into use what the entries have become; cheap where they are the same. Questions go on meanwhile."""
        with self._changing, closing(Kept(self._folder)) as kept:
            anything = bool(kept.gone() or film_rows.gone(kept.db))
            self._take_in(kept)
            self._bury(kept)
            if due(kept, anything=anything):
                self._index.expunge(NO_RECORDS)
                self._films.expunge()
                done(kept)
            status = self._index.status()
            if status.tail >= FLUSH_AT:
                self._index.flush()
            if status.tombstones > max(TOMBSTONES, status.entries // 8):
                self._index.compact()
            kept.settle()

    def _take_in(self, kept: Kept) -> None:
        """Have the index know every record that there is."""
        stand = kept.stand()  # before what is read to reach it
        self._index.refresh()
        self._seen = max(self._seen, self._index.watermark)
        for records, hashes in kept.records_above(self._seen):
            self._index.add(records, hashes)
            self._seen = records[-1]
        self._films.sync(kept)
        self._stand, self.in_use = stand, dict(stand.versions)

    def _bury(self, kept: Kept) -> None:
        """Have the index forget records that were gone a while ago: whoever asks now may still read what was before."""
        gone = frozenset(kept.gone())
        if over := ripe(kept, gone, self._dying):
            self._index.remove(over)
            kept.forgotten(over)
        self._dying = gone - over

    def _reach(self) -> None:
        """Have the index know every record of what this thread reads: an answer is of one version, never of two."""
        if self._kept.stand() != self._stand:
            with self._changing, closing(Kept(self._folder)) as kept:
                self._take_in(kept)

    def shelves(self) -> list[Shelf]:
        """Every list as it is in use."""
        return self._kept.shelves()

    def checked(self) -> int:
        """Seconds of the epoch at which the feed last said something that was accepted; 0 for never."""
        return self._kept.fact(CHECKED)

    def hashes(self) -> int:
        """PDQ hashes that a question is compared with, a few that were taken back included."""
        return self._index.status().entries

    def looks(self) -> int:
        """Looks of films that a question is compared with, likewise."""
        return self._films.looks

    def ask(self, questions: Sequence[Question]) -> list[list[Match]]:
        """What each question finds, each entry of a list once by its best match; exact and nearest first."""
        best: list[_Best] = [{} for _ in questions]
        with self._kept.reading():
            self._reach()
            limit = of_pictures(LIMIT, (self.hashes() + self.looks()) * ORIENTATIONS) / ORIENTATIONS
            limits = [max(limit, MOST_EXPECTED) if question.films else limit for question in questions]
            self._near(questions, best, limits)
            self._exact(questions, best, limits)
            for number, found in self._of_films(questions):
                how = (found.method, found.distance, found.orientation, found.expected_false, limits[number])
                _note(best[number], Match(found.shelf, found.entry, *how, found.parts))
        return [sorted(found.values(), key=_order)[:MOST_MATCHES] for found in best]

    def _near(self, questions: Sequence[Question], best: list[_Best], limits: Sequence[float]) -> None:
        asked, hashes = _hashes(questions)
        hits = [found[:MOST_HITS] for found in self._index.search_batch(hashes, LIMIT)] if asked else []
        held = self._kept.by_records(sorted({hit.record for found in hits for hit in found})) if any(hits) else {}
        compared = self.hashes()
        for which, found in zip(asked, hits, strict=True):
            for hit in found:
                if hit.record in held:
                    chance = _chance(hit.distance, compared, questions[which.question])
                    how = ("pdq", hit.distance, which.orientation, chance, limits[which.question])
                    near = held[hit.record]
                    _note(best[which.question], Match(near.shelf, near.entry, *how))

    def _of_films(self, questions: Sequence[Question]) -> Iterator[tuple[int, Found]]:
        """What films show, and which films show a picture."""
        for number, question in enumerate(questions):
            for film in question.films:
                yield from ((number, found) for found in frames_of(self._kept, self._index, film, self.hashes()))
                if self._films:
                    yield from ((number, found) for found in self._films.parts_of(self._kept, film))
        asked, hashes = _hashes(questions) if self._films else ([], b"")
        if asked:
            for at, found in self._films.showing(self._kept, hashes, [each.question for each in asked]):
                ways = asked[at]
                chance = found.expected_false * _ways(questions[ways.question])
                yield ways.question, replace(found, orientation=ways.orientation, expected_false=chance)

    def _exact(self, questions: Sequence[Question], best: list[_Best], limits: Sequence[float]) -> None:
        digests = {signal for question in questions for signal in question.signals if signal.method in DIGESTS}
        found = self._kept.by_digests(sorted(digests)) if digests else {}
        for number, question in enumerate(questions):
            for signal in question.signals:
                for held in found.get(signal, ()):
                    _note(best[number], Match(*_told(held), signal.method, 0, 0, 0.0, limits[number]))


def _hashes(questions: Sequence[Question]) -> tuple[list[_Asked], bytes]:
    asked, hashes = [], []
    for number, question in enumerate(questions):
        for signal in question.signals:
            if signal.method == "pdq":
                asked.append(_Asked(number, 0))
                hashes.append(bytes.fromhex(signal.value))
        for picture in question.pictures:
            asked += [_Asked(number, turned) for turned in range(len(picture) // HASH_BYTES)]
            hashes.append(picture)
    return asked, b"".join(hashes)


def _chance(distance: int, compared: int, question: Question) -> float:
    """How many matches so near chance alone would give for all the hashes of a question; none where it has none."""
    return of_pictures(distance, compared * _ways(question)) / ORIENTATIONS


def _ways(question: Question) -> int:
    """Hashes of pictures in a question."""
    return ORIENTATIONS * len(question.pictures) + sum(signal.method == "pdq" for signal in question.signals)


def _told(held: Held) -> tuple[str, Entry]:
    """The list and the entry that stands in it."""
    return held.shelf, held.entry


def _note(found: _Best, match: Match) -> None:
    key = (match.list, match.entry.number)
    if key not in found or _order(match) < _order(found[key]):
        found[key] = match


def _order(match: Match) -> tuple[bool, int, int, str, int]:
    return (match.method not in DIGESTS, match.distance, match.orientation, match.list, match.entry.number)


def signals_of(digests: Iterable[tuple[str, bytes]]) -> tuple[Signal, ...]:
    """Digests by method, as signals."""
    return tuple(Signal(method, value.hex()) for method, value in digests)
