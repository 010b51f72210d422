"""Which known films hold parts of a film, and which parts: hits of single fingerprints, put in order.

`found` is all that an integration calls. The fingerprints of all known films lie in one Hamming index, those of a film
under consecutive records in the order of `Film.searched`; the film asked about may be a picture (`video.still`).

A single fingerprint proves little: black frames, test cards and titles are everywhere. So agreements must follow one
clock, and what many films have counts little; a film that is one still scene is told by how much of it agrees.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.pdq import BYTES, MIN_QUALITY
from havre.fingerprints.video import FORMS, MS, WHOLE, Film
from havre.matching import segments
from havre.matching.alignment import Agreements, Line, Truths, Whole, strongest
from havre.matching.reference import MATCH_DISTANCE, Hit
from havre.matching.segments import Compared, Segment

Search = Callable[[bytes, int], Iterable[Sequence[Hit]]]
"""`Index.search_batch`: fingerprints of 32 bytes, radius → the hits of each, nearest first."""
Owner = Callable[[int], tuple[int, int] | None]
"""A record → its film, and its place among the film's records, from 0; None where it belongs to none any more."""
Load = Callable[[int], Film | None]
"""A film by its number; None where it is gone."""

MOST_ASKED = 20_000
"""Fingerprints of one film that are asked about, spread over it: half an hour is asked about completely."""
ASKED_AT_ONCE = 256
GOLDEN = 0.6180339887498949
"""Steps of the golden section come near every place soon."""
EVERYWHERE = 20_000
"""Hits after which a fingerprint says nothing (a title that every film has). Here and below, only hits in films that
may be told are counted, and of one film no more than are looked at: one film silences no look of others."""
HITS_OF_ONE = 32
"""Hits of one fingerprint in one film that are looked at: a loop shows the same again and again."""
MOST_HITS = 2_000_000
"""Hits after which nothing more of a film is asked about: what has ten thousand copies is found by its first frames."""
MOST_FILMS = 500
"""Films that are looked at, those with most hits first."""
MOST_LINES = 12
"""Alignments tried for one film and orientation: a film may be cut together from many pieces of another."""

RARE = 8
"""A look that up to so many films have counts in full; beyond, the less the more have it."""
TELLING = 3.0
"""Agreeing looks, by their weight, that make a segment however small a part it is."""
TELLING_SECONDS = 0.4
STILL_SECONDS = 3.0
STILL_DISTANCE = 20
"""A still scene that few films have is a segment from so many seconds on, if it agrees that well."""
NEAREST = 8.0
"""Bits by which a hit may be farther than the nearest one of its run and still count a third of it."""
LARGE_SHARE = 0.5
"""Share of what is to be seen of either film from which on one agreeing look is enough."""
LIKELY = 0.5
"""Share of what was compared along a stretch that must agree."""
ALSO = 0.2
"""A form of the frames is compared along a line if it has this share of the best form's hits on it."""


@dataclass(frozen=True, slots=True)
class FilmMatch:
    """A known film that holds parts of the one asked about, best part first."""

    film: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What of a film is asked about: fingerprints, and the run, orientation and form of each."""

    hashes: NDArray[np.uint8]
    run: Whole
    orientation: Whole
    form: Whole

    def __len__(self) -> int:
        return len(self.run)


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Hits in one film: which question met which of its records, how near, and how rare the question is."""

    question: Whole
    place: Whole
    distance: Whole


def asked(film: Film) -> Asked:
    """Everything distinct that a film is asked about; where it is too much, spread over the film.

    Runs upright, keys in the other orientations, and in all of them what lies within their bars, and their middles.
    """
    runs = np.flatnonzero((film.runs["quality"] >= MIN_QUALITY) & (film.runs["searched"] == 1))
    parts = [_part(film.runs["pdq"][runs], runs, 0, WHOLE)]
    for number, form in enumerate(film.forms):
        orientations = range(1 if number == WHOLE else 0, form.ways.shape[1])
        parts += [_part(form.ways[:, turned], form.runs, turned, number) for turned in orientations]
    return _spread(_distinct(_joined(parts)))


def _part(hashes: NDArray[np.uint8], runs: NDArray[np.integer], orientation: int, form: int) -> Asked:
    same = np.ones(len(runs), np.int64)
    return Asked(hashes.reshape(-1, BYTES), runs.astype(np.int64), same * orientation, same * form)


def _joined(parts: Sequence[Asked]) -> Asked:
    whole = (np.concatenate([getattr(part, name) for part in parts]) for name in Asked.__slots__)
    return Asked(*whole)


def _some(whole: Asked, which: Whole) -> Asked:
    return Asked(whole.hashes[which], whole.run[which], whole.orientation[which], whole.form[which])


def _distinct(whole: Asked) -> Asked:
    """Each fingerprint once for an orientation and form: at its first run."""
    told = np.column_stack([whole.hashes, whole.orientation.astype(np.uint8), whole.form.astype(np.uint8)])
    rows = np.ascontiguousarray(told).view([("", np.uint8, told.shape[1])]).ravel()
    return _some(whole, np.sort(np.unique(rows, return_index=True)[1]))


def _spread(whole: Asked) -> Asked:
    if len(whole) <= MOST_ASKED:
        return whole
    in_time = np.argsort(whole.run, kind="stable")
    return _some(whole, in_time[np.linspace(0, len(whole) - 1, MOST_ASKED).astype(np.int64)])


# ---- from hits to films ----


def found(search: Search, query: Film, owner: Owner, load: Load, itself: int | None = None) -> list[FilmMatch]:
    """The known films that hold parts of `query`, those with the largest part first. `itself` is left out."""
    questions = asked(query)
    hits, rarity = _hits(search, questions, owner)
    if itself is not None:
        hits.pop(itself, None)
    matches = []
    for film in sorted(hits, key=lambda film: (-len(np.unique(hits[film].question)), film))[:MOST_FILMS]:
        known = load(film)
        if known is not None and (parts := shared(query, known, questions, hits[film], rarity)):
            matches.append(FilmMatch(film, parts))
    return sorted(matches, key=lambda match: (-sum(part.frames for part in match.segments), match.film))


def _hits(search: Search, questions: Asked, owner: Owner) -> tuple[dict[int, Hits], NDArray[np.float64]]:
    """Hits by film, and for each question how much it says: less, the more films it is in."""
    taken: dict[int, array[int]] = {}
    rarity = np.ones(len(questions))
    seen = 0
    for numbers in _in_turn(len(questions)):
        if seen > MOST_HITS:
            break
        for number, answers in zip(numbers, search(questions.hashes[numbers].tobytes(), MATCH_DISTANCE), strict=True):
            shares = _shares(answers, owner)
            seen += len(shares)
            if len(shares) > EVERYWHERE:
                continue
            for film, place, distance in shares:
                taken.setdefault(film, array("q")).extend((number, place, distance))
            rarity[number] = min(1.0, RARE / max(len({film for film, _, _ in shares}), 1))
    return {film: Hits(*np.array(triples, np.int64).reshape(-1, 3).T) for film, triples in taken.items()}, rarity


def _in_turn(count: int) -> Iterator[list[int]]:
    """All numbers below this, some at a time, each time spread over the whole."""
    spread = np.argsort(np.arange(count) * GOLDEN % 1.0, kind="stable").tolist()
    for start in range(0, count, ASKED_AT_ONCE):
        yield spread[start : start + ASKED_AT_ONCE]


def _shares(answers: Sequence[Hit], owner: Owner) -> list[tuple[int, int, int]]:
    """Film, place in it and distance of the hits of a question, nearest first; no more than it takes."""
    times: Counter[int] = Counter()
    shares: list[tuple[int, int, int]] = []
    for hit in answers:
        owned = owner(hit.record)
        if owned is None:
            continue
        film, place = owned
        times[film] += 1
        if times[film] <= HITS_OF_ONE:
            shares.append((film, place, hit.distance))
            if len(shares) > EVERYWHERE:
                break
    return shares


# ---- from hits in one film to segments ----


def shared(query: Film, known: Film, questions: Asked, hits: Hits, rarity: NDArray[np.float64]) -> tuple[Segment, ...]:
    """The segments of one known film, the longest first; those that lie within a better one are left out."""
    meets = _Meeting(query, known, questions, hits, rarity)
    parts: list[Segment] = []
    for orientation in meets.orientations():
        left = meets.of(orientation, parts)
        for _ in range(MOST_LINES):
            if not len(left):
                break
            line, on = strongest(meets.agreements.of(left))
            parts += meets.proven(line, left[on], orientation)
            left = np.intersect1d(left[~on], meets.of(orientation, parts))
    return tuple(_apart(parts))


class _Meeting:
    """The hits of one film as agreements, and what is needed to prove lines through them."""

    def __init__(self, query: Film, known: Film, questions: Asked, hits: Hits, rarity: NDArray[np.float64]) -> None:
        self._query, self._known = query, known
        self._made: dict[tuple[int, int, int], segments.Shown] = {}
        searched = known.searched()
        # A database may state another number of records than its film has: what is not there is no hit.
        there = hits.place < len(searched)
        question, place = hits.question[there], hits.place[there]
        asking, told = query.runs[questions.run[question]], known.runs[searched.runs[place]]
        self._form = questions.form[question] * FORMS + searched.forms[place]
        self._weight_of_run: Mapping[int, float] = dict(
            zip(questions.run[question].tolist(), rarity[question].tolist(), strict=True)
        )
        self.agreements = Agreements(
            asking["start"] / MS,
            asking["end"] / MS,
            told["start"] / MS,
            told["end"] / MS,
            rarity[question] * _nearness(questions.run[question], hits.distance[there]),
            questions.orientation[question],
        )

    def orientations(self) -> list[int]:
        """Those in which anything agrees, that of most weight first."""
        weight = np.bincount(self.agreements.orientation, self.agreements.weight)
        order: list[int] = np.argsort(-weight, kind="stable").tolist()
        return [orientation for orientation in order if weight[orientation] > 0]

    def of(self, orientation: int, told: Sequence[Segment]) -> Whole:
        """The agreements of an orientation that no segment has told of yet."""
        middle = (self.agreements.query_begin + self.agreements.query_end) / 2
        new = self.agreements.orientation == orientation
        for begin, end in (segment.query_span for segment in told):
            new &= (middle < begin) | (middle > end)
        return np.flatnonzero(new)

    def proven(self, line: Line, on: Whole, orientation: int) -> Iterator[Segment]:
        """What a line with these agreements on it proves."""
        some = self.agreements.of(on)
        reach = segments.SILENCE
        within = (float(some.query_begin.min()) - reach, float(some.query_end.max()) + reach)
        forms = self._forms(on)
        line = segments.sharpened(*self._pair(forms[0], orientation), line, within)
        compared = self._compared(line, forms, orientation, within)
        for stretch in segments.stretches(compared):
            told = segments.segment(stretch, line, orientation, self._query, self._known)
            if self._holds(stretch, told):
                yield told

    def _forms(self, on: Whole) -> list[int]:
        """The forms in which the frames agree, of query and known, that of most hits first."""
        counts = np.bincount(self._form[on])
        order: list[int] = np.argsort(-counts, kind="stable").tolist()
        return [form for form in order if counts[form] >= max(ALSO * counts[order[0]], 1)]

    def _compared(self, line: Line, forms: Sequence[int], orientation: int, within: tuple[float, float]) -> Compared:
        made = [segments.compared(*self._pair(form, orientation), line, within) for form in forms]
        whole = made[0]
        for other in made[1:]:
            whole = segments.better(whole, other)
        return whole

    def _pair(self, form: int, orientation: int) -> tuple[segments.Shown, segments.Shown]:
        return self._shown(0, orientation, form // FORMS), self._shown(1, 0, form % FORMS)

    def _shown(self, known: int, orientation: int, form: int) -> segments.Shown:
        wanted = (known, orientation, form)
        if wanted not in self._made:
            self._made[wanted] = segments.shown((self._query, self._known)[known], orientation, form)
        return self._made[wanted]

    def _holds(self, stretch: Compared, told: Segment) -> bool:
        """Whether a stretch is more than chance, or than what many films have."""
        agrees = stretch.agrees()
        lengths = np.maximum(stretch.query.end - stretch.query.begin, 1 / MS)
        compared = stretch.distance < segments.NOT_COMPARED
        if lengths[agrees].sum() < LIKELY * lengths[compared].sum():
            return False
        looks = len(np.unique(stretch.query.hashes[agrees], axis=0))
        places = len(np.unique(stretch.known_begin[agrees]))
        rare = self._rarity(stretch.query.run[agrees])
        seconds = min(end - begin for begin, end in (told.query_span, told.match_span))
        if min(looks, places) * rare >= TELLING and seconds >= TELLING_SECONDS:
            return True
        if rare == 1.0 and seconds >= STILL_SECONDS and (told.distance or 0) <= STILL_DISTANCE:
            return True
        return self._is_much(stretch, agrees, told)

    def _rarity(self, runs: Whole) -> float:
        """How much the looks of these runs say, on average; of those that were asked about."""
        weights = [self._weight_of_run[run] for run in runs.tolist() if run in self._weight_of_run]
        return sum(weights) / len(weights) if weights else 1.0

    def _is_much(self, stretch: Compared, agrees: Truths, told: Segment) -> bool:
        """Whether it is much of what there is to see in one of the two."""
        own = (stretch.query.end - stretch.query.begin)[agrees].sum()
        there = told.match_span[1] - told.match_span[0]
        return bool(own >= LARGE_SHARE * seen(self._query) or there >= LARGE_SHARE * seen(self._known))


def _nearness(runs: Whole, distance: Whole) -> NDArray[np.float64]:
    """How much each hit says beside the nearest one of its run: where a scene hardly moves, all are near."""
    nearest = np.full(int(runs.max(initial=-1)) + 1, segments.NOT_COMPARED, np.int64)
    np.minimum.at(nearest, runs, distance)
    nearness: NDArray[np.float64] = np.exp(-(((distance - nearest[runs]) / NEAREST) ** 2))
    return nearness


def seen(film: Film) -> float:
    """Seconds of a film in which there is something to be seen, also where not all of it is known."""
    runs = film.runs[film.runs["quality"] >= MIN_QUALITY]
    return float((runs["end"].astype(np.int64) - runs["start"].astype(np.int64)).sum() / MS) / (film.kept or 1.0)


# ---- agreements from elsewhere ----


def aligned(
    agreements: Agreements, query_seconds: float, known_seconds: float, enough: float = TELLING
) -> tuple[Segment, ...]:
    """Segments from agreements of any source: views of two storyboards that show the same, with their times.

    A stretch of them that follows one clock is a segment if their weights come to `enough`; `runs` and `frames` are
    their number. Best first, none within another.
    """
    parts: list[Segment] = []
    for orientation in np.unique(agreements.orientation).tolist():
        left = np.flatnonzero(agreements.orientation == orientation)
        for _ in range(MOST_LINES):
            if not len(left):
                break
            line, on = strongest(agreements.of(left))
            some = agreements.of(left[on])
            parts += _of_agreements(some, line, orientation, (query_seconds, known_seconds), enough)
            left = left[~on]
    return tuple(_apart(parts))


def _of_agreements(
    some: Agreements, line: Line, orientation: int, seconds: tuple[float, float], enough: float
) -> Iterator[Segment]:
    order = np.argsort(some.query_begin, kind="stable")
    over = np.flatnonzero(np.diff(some.query_begin[order]) > segments.SILENCE) + 1
    for group in np.split(order, over):
        if some.weight[group].sum() < enough:
            continue
        begin, end = float(some.query_begin[group].min()), float(some.query_end[group].max())
        yield segments.told(begin, end, line, orientation, len(group), seconds)


def _apart(parts: Sequence[Segment]) -> Iterator[Segment]:
    """Those that tell something of their own, the best first: the same part in two alignments is told once."""
    kept: list[Segment] = []
    for part in sorted(parts, key=_merit):
        if not any(_covers(other, part) for other in kept):
            kept.append(part)
            yield part


def _merit(part: Segment) -> tuple[float, ...]:
    """Many frames and small distances first."""
    return -part.frames * (1 - (part.distance or 0) / 64), *part.query_span, *part.match_span


def _covers(one: Segment, other: Segment) -> bool:
    """Whether half of the other's part of the query is in the one's."""
    begin, end = other.query_span
    common = min(one.query_span[1], end) - max(one.query_span[0], begin)
    return common >= 0 and common >= (end - begin) / 2
