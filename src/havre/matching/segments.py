"""From a line on which two films agree to the stretches that agree, each proven frame by frame along the line.

What a line claims is looked at everywhere along it, not only where the index hit: where the known film should show what
the query shows, does it? So a segment has ends to a fraction of a second, and a number of frames behind it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.pdq import MIN_QUALITY, ORIENTATIONS
from havre.fingerprints.video import MS, WHOLE, Film
from havre.matching.alignment import Line, Numbers, Truths, Whole

NEARLY = 47
"""Bits within which frames agree that lie where they should: the index asks for 31, for it knows nothing of the time.
Unrelated pictures are 128 apart, and 60 or less in 2 of a million pairs."""
NOT_COMPARED = 999
"""In place of a distance, where the other film shows nothing that could be compared."""

SLACK = 0.12
"""Seconds by which frames that agree may lie off their line."""
MOST_COMPARED = 24
"""Runs of the known film that one run of the query is compared with."""

SHARPENED_BY = 500
SHIFTS = tuple(sorted((n * 0.08 for n in range(-12, 13)), key=abs))
"""Runs by which an offset is made sharper, and the seconds by which it may be shifted for that; least first."""

PAUSE = 2.5
"""Seconds of disagreement after which a segment is over."""
SILENCE = 30.0
"""Seconds in which nothing could be compared (black, flat) after which it is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a film shows from when to when, in one orientation and form: arrays of one length, in the order of time."""

    begin: Numbers
    end: Numbers
    frames: Whole
    hashes: NDArray[np.uint64]
    """Four words each."""
    run: Whole
    """The run that each belongs to."""


def shown(film: Film, orientation: int = 0, form: int = WHOLE) -> Shown:
    """What a film shows; upright and whole that is every run that is not flat, else the keys."""
    runs = film.runs
    if orientation == 0 and form == WHOLE:
        numbers = np.flatnonzero(runs["quality"] >= MIN_QUALITY)
        hashes = runs["pdq"][numbers]
    else:
        numbers, hashes = film.forms[form].runs.astype(np.int64), film.forms[form].ways[:, orientation]
    chosen = runs[numbers]
    words = np.ascontiguousarray(hashes).view("<u8").reshape(-1, 4)
    return Shown(chosen["start"] / MS, chosen["end"] / MS, chosen["frames"].astype(np.int64), words, numbers)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the query that is a part of the known film."""

    query_span: tuple[float, float]
    match_span: tuple[float, float]
    """Seconds, from when to when."""
    orientation: str
    """How the query was turned, in the words of fingerprints.pdq.ORIENTATIONS."""
    speed: float
    """Seconds of the known film in one second of the query."""
    runs: int
    """Runs of the query that were compared and agree."""
    frames: int
    """Frames of the query in them."""
    distance: int | None
    """The median of their distances, in bits; None where it was not frames that were compared."""
    quality: int | None
    """The median of their qualities, 0..100; None likewise."""
    query_share: float
    """Share of the query's duration, 0..1; 1 for a still picture."""
    match_share: float
    """Share of the known film's."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """For each run of the query, how far the nearest of the known film's is, where the line says it should be."""

    query: Shown
    distance: Whole
    """NOT_COMPARED where the known film shows nothing there, or nothing that is not flat."""
    known_begin: Numbers
    known_end: Numbers
    """The time of that nearest run."""

    def agrees(self) -> Truths:
        """Which are near enough."""
        return self.distance <= NEARLY


def compared(query: Shown, known: Shown, line: Line, within: tuple[float, float], slack: float = SLACK) -> Compared:
    """Hold the part of the query within these seconds against what the known film shows along the line."""
    inside = np.flatnonzero((query.end >= within[0]) & (query.begin <= within[1]))
    asked = Shown(query.begin[inside], query.end[inside], query.frames[inside], query.hashes[inside], query.run[inside])
    first = np.searchsorted(known.end, line.known(asked.begin) - slack, "left")
    after = np.searchsorted(known.begin, line.known(asked.end) + slack, "right")
    count = np.clip(after - first, 0, MOST_COMPARED)
    asking = np.repeat(np.arange(len(inside)), count)
    nth = np.arange(len(asking)) - np.repeat(np.cumsum(count) - count, count)
    told = first[asking] + nth
    # Where there are too many, those at moments spread evenly over the time.
    many = (after - first)[asking] > MOST_COMPARED
    begin, end = asked.begin[asking[many]], asked.end[asking[many]]
    moments = line.known(begin + (end - begin) * (nth[many] + 0.5) / MOST_COMPARED)
    told[many] = np.clip(np.searchsorted(known.end, moments, "left"), first[asking[many]], after[asking[many]] - 1)
    apart = np.bitwise_count(asked.hashes[asking] ^ known.hashes[told]).sum(axis=1, dtype=np.int64)
    return _nearest(asked, known, asking, told, apart)


def _nearest(asked: Shown, known: Shown, asking: Whole, told: Whole, apart: Whole) -> Compared:
    order = np.lexsort((apart, asking))
    firsts = order[np.unique(asking[order], return_index=True)[1]]
    distance = np.full(len(asked.begin), NOT_COMPARED, np.int64)
    begin, end = np.zeros(len(distance)), np.zeros(len(distance))
    distance[asking[firsts]] = apart[firsts]
    begin[asking[firsts]], end[asking[firsts]] = known.begin[told[firsts]], known.end[told[firsts]]
    return Compared(asked, distance, begin, end)


def better(one: Compared, other: Compared) -> Compared:
    """Two comparisons of a film in different forms: for each run the nearer one."""
    runs = np.union1d(one.query.run, other.query.run)
    parts = [one, other]
    joined = [np.concatenate([getattr(part.query, name) for part in parts]) for name in ("begin", "end", "frames")]
    hashes = np.concatenate([part.query.hashes for part in parts])
    run = np.concatenate([part.query.run for part in parts])
    distance = np.concatenate([part.distance for part in parts])
    order = np.lexsort((distance, run))
    keep = order[np.unique(run[order], return_index=True)[1]]
    assert len(keep) == len(runs)
    begin, end, frames = (values[keep] for values in joined)
    return Compared(
        Shown(begin, end, frames, hashes[keep], run[keep]),
        distance[keep],
        np.concatenate([part.known_begin for part in parts])[keep],
        np.concatenate([part.known_end for part in parts])[keep],
    )


def sharpened(query: Shown, known: Shown, line: Line, within: tuple[float, float]) -> Line:
    """The line shifted to where the pictures on it are nearest: in slow scenes many offsets agree, and one best."""
    inside = np.flatnonzero((query.end >= within[0]) & (query.begin <= within[1]))
    some = inside[:: max(len(inside) // SHARPENED_BY, 1)]
    asked = Shown(query.begin[some], query.end[some], query.frames[some], query.hashes[some], query.run[some])

    def merit(shift: float) -> float:
        found = compared(asked, known, Line(line.speed, line.offset + shift), within, slack=0.0)
        return float(np.maximum(NEARLY - found.distance, 0).sum())

    best = max(SHIFTS, key=merit)
    return Line(line.speed, line.offset + best)


def stretches(found: Compared) -> list[Compared]:
    """The parts in which the films agree, apart where they disagree for long."""
    agreeing = np.flatnonzero(found.agrees())
    if not len(agreeing):
        return []
    begin, end = found.query.begin, found.query.end
    disagreeing = np.where(~found.agrees() & (found.distance < NOT_COMPARED), end - begin, 0.0)
    against = np.concatenate([[0.0], np.cumsum(disagreeing)])
    pause = against[agreeing[1:]] - against[agreeing[:-1] + 1]
    silence = begin[agreeing[1:]] - end[agreeing[:-1]]
    over = np.flatnonzero((pause > PAUSE) | (silence > SILENCE))
    return [_part(found, part[0], part[-1]) for part in np.split(agreeing, over + 1)]


def _part(found: Compared, first: int, last: int) -> Compared:
    part = slice(first, last + 1)
    query = found.query
    return Compared(
        Shown(query.begin[part], query.end[part], query.frames[part], query.hashes[part], query.run[part]),
        found.distance[part],
        found.known_begin[part],
        found.known_end[part],
    )


def segment(found: Compared, line: Line, orientation: int, query: Film, known: Film) -> Segment:
    """A stretch as a person is told of it. Its ends lie where both films show what agrees."""
    agrees = found.agrees()
    begin = max(found.query.begin[0], float(line.query(found.known_begin[0])))
    end = min(found.query.end[-1], float(line.query(found.known_end[-1])))
    begin, end = min(begin, end), max(begin, end)
    made = told(begin, end, line, orientation, int(agrees.sum()), (query.seconds, known.seconds))
    return replace(
        made,
        frames=int(found.query.frames[agrees].sum()),
        distance=int(np.median(found.distance[agrees])),
        quality=int(np.median(query.runs["quality"][found.query.run[agrees]])),
    )


def told(begin: float, end: float, line: Line, orientation: int, count: int, seconds: tuple[float, float]) -> Segment:
    """A segment of the query between two times; `seconds` are those of the query and of the known film."""
    there = line.known(np.array([begin, end]))
    query_span, match_span = _within(begin, end, seconds[0]), _within(there[0], there[1], seconds[1])
    return Segment(
        query_span,
        match_span,
        ORIENTATIONS[orientation],
        round(line.speed, 4),
        count,
        count,
        None,
        None,
        share(query_span, seconds[0]),
        share(match_span, seconds[1]),
    )


def _within(begin: float, end: float, seconds: float) -> tuple[float, float]:
    return round(float(min(max(begin, 0.0), seconds)), 3), round(float(min(max(end, 0.0), seconds)), 3)


def share(span: tuple[float, float], seconds: float) -> float:
    """How much of a film a span is."""
    return round(min((span[1] - span[0]) / seconds, 1.0), 4) if seconds > 0 else 1.0
