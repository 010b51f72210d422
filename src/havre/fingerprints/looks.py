"""A film as a hash list carries it: few of its looks, each with its time, so that a line of text holds them all.

A film is found by what it shows upright, within its bars, and in its middle: whoever asks turns and mirrors their own.
Of a long film looks are kept that are spread over its time, so only longer parts of it are found
(docs/decisions/0265-looks-of-films.md).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints.pdq import BYTES, MIN_QUALITY
from havre.fingerprints.pdq_turned import turned
from havre.fingerprints.video import FORMS, MIDDLE, RUN, TRIMMED, WAYS, WHOLE, Film, Form

VERSION = "1"
"""Of the layout below, beside that of the runs they are taken from."""

MOST = 512
"""Looks of one film, in all forms together: some 20 KB."""
HARMLESS = 0.5
"""Share of what is to be seen that may be harmless; beyond, what is left says too little of the film."""

HEADER = struct.Struct("<4sBIIHHH")
MAGIC, LAYOUT = b"HVFL", 1
"""Then: milliseconds of the film, and of what there is to be seen in it; whole looks, and those of the other forms."""
WHOLES = np.dtype([("start", "<u4"), ("end", "<u4"), ("pdq", "u1", (BYTES,))])
"""From when to when a look is seen, in milliseconds, and its upright PDQ."""
FURTHER = np.dtype([("look", "<u2"), ("pdq", "u1", (BYTES,))])
"""Of which whole look this is what lies within the bars, or the middle."""
LONGEST = HEADER.size + MOST * WHOLES.itemsize
"""Bytes of a film's looks."""

Bytes = NDArray[np.uint8]
Truths = NDArray[np.bool_]
Harmless = Callable[[Bytes], Truths]
"""Fingerprints, 32 bytes each → which of them are near something that is on no list."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Some looks of a film: arrays of WHOLES, and of FURTHER for what lies within its bars and for its middle."""

    milliseconds: int
    shown: int
    """Milliseconds in which there is anything to be seen in the film."""
    whole: NDArray[Any]
    trimmed: NDArray[Any]
    middle: NDArray[Any]

    def __len__(self) -> int:
        return len(self.whole) + len(self.trimmed) + len(self.middle)

    @property
    def hashes(self) -> Bytes:
        """All of them in the order of `Film.searched`: a place in it names one of them."""
        return np.concatenate([each["pdq"] for each in (self.whole, self.trimmed, self.middle)])

    def film(self) -> Film:
        """A film that shows these looks and nothing else, to be found as any known film is."""
        return self._film(self.whole[:0])

    def asking(self) -> Film:
        """The same, to ask with: in all orientations, which are guessed from the upright one."""
        return self._film(self.whole)

    def _film(self, keys: NDArray[Any]) -> Film:
        runs = np.zeros(len(self.whole), RUN)
        runs["first"], runs["frames"], runs["searched"], runs["quality"] = np.arange(len(runs)), 1, 1, MIN_QUALITY
        for name in ("start", "end", "pdq"):
            runs[name] = self.whole[name]
        seen = int((self.whole["end"].astype(np.int64) - self.whole["start"]).sum())
        way = turned if len(keys) else _upright
        of = (keys, np.arange(len(keys))), *((each, each["look"]) for each in (self.trimmed, self.middle))
        forms = tuple(_form(those["pdq"], number, way) for those, number in of)
        return Film(self.milliseconds, runs, forms, min(1.0, seen / self.shown) if self.shown else 1.0)


def _form(hashes: Bytes, looks: NDArray[Any], way: Callable[[bytes], bytes]) -> Form:
    ways = b"".join(way(each.tobytes()) for each in hashes)
    return Form(looks.astype(np.uint32), np.frombuffer(ways, np.uint8).reshape(-1, WAYS, BYTES))


def _upright(value: bytes) -> bytes:
    """Of what is known the upright fingerprint is used alone; in the place of the others stands the same."""
    return value * WAYS


def looks_of(film: Film, harmless: Harmless) -> Looks | None:
    """What a list carries of a film; None where nothing is left that tells it from others.

    What is flat is left out, and every look of which any form is harmless.
    """
    chosen = _spread(film)
    if not len(chosen):
        return None
    runs = film.runs[chosen]
    bad = _bad(film, chosen, harmless)
    seconds = runs["end"].astype(np.int64) - runs["start"]
    if bad.all() or (bad.any() and _share(seconds, bad) > HARMLESS):
        return None
    good = chosen[~bad]
    whole = np.zeros(len(good), WHOLES)
    for name in ("start", "end", "pdq"):
        whole[name] = film.runs[name][good]
    return Looks(film.milliseconds, _shown(film), whole, _keys(film, TRIMMED, good), _keys(film, MIDDLE, good))


def _share(seconds: NDArray[np.int64], bad: Truths) -> float:
    """How much of what was chosen is bad: of its time, or of its looks where that is more."""
    return max(float(bad.mean()), float(seconds[bad].sum() / max(int(seconds.sum()), 1)))


def _shown(film: Film) -> int:
    seen = film.runs[film.runs["quality"] >= MIN_QUALITY]
    return int((seen["end"].astype(np.int64) - seen["start"]).sum())


def _spread(film: Film) -> NDArray[np.int64]:
    """The runs that are taken: all, or some spread over the film, those of which more is known first."""
    runs = np.flatnonzero((film.runs["searched"] == 1) & (film.runs["quality"] >= MIN_QUALITY))
    forms = [np.isin(runs, film.forms[form].runs) for form in (TRIMMED, MIDDLE)]
    if len(runs) + int(np.count_nonzero(forms)) <= MOST:
        return runs
    keys = runs[np.isin(runs, film.forms[WHOLE].runs)]
    runs = keys if len(keys) else runs
    most = MOST // (1 + sum(bool(each.any()) for each in forms))
    return runs[np.linspace(0, len(runs) - 1, min(most, len(runs))).astype(np.int64)]


def _bad(film: Film, chosen: NDArray[np.int64], harmless: Harmless) -> Truths:
    bad = harmless(film.runs["pdq"][chosen])
    for number in range(FORMS):
        form = film.forms[number]
        mine = np.flatnonzero(np.isin(form.runs, chosen))
        if len(mine):
            bad = bad | np.isin(chosen, form.runs[mine][harmless(form.ways[mine, 0])])
    return bad


def _keys(film: Film, number: int, chosen: NDArray[np.int64]) -> NDArray[Any]:
    form = film.forms[number]
    mine = np.flatnonzero(np.isin(form.runs, chosen))
    made = np.zeros(len(mine), FURTHER)
    made["look"], made["pdq"] = np.searchsorted(chosen, form.runs[mine]), form.ways[mine, 0]
    return made


def pack(looks: Looks) -> bytes:
    """Looks as bytes, in the layout that HEADER and those behind it describe."""
    parts = (looks.whole, looks.trimmed, looks.middle)
    head = HEADER.pack(MAGIC, LAYOUT, looks.milliseconds, looks.shown, *map(len, parts))
    return head + b"".join(part.tobytes() for part in parts)


def unpack(data: bytes) -> Looks:
    """What was packed. Raises Invalid for anything that no film's looks pack to."""
    if len(data) < HEADER.size:
        raise Invalid("looks of a film have a header")
    magic, layout, milliseconds, shown, *counts = HEADER.unpack_from(data)
    if (magic, layout) != (MAGIC, LAYOUT):
        raise Invalid("these are no looks of a film of layout %(layout)s", layout=LAYOUT)
    kinds = (WHOLES, FURTHER, FURTHER)
    ends = np.cumsum([count * kind.itemsize for count, kind in zip(counts, kinds, strict=True)]) + HEADER.size
    if not 0 < sum(counts) <= MOST or len(data) != ends[-1]:
        raise Invalid("looks of a film are between 1 and %(most)s, and have their length", most=MOST)
    starts = (HEADER.size, *ends[:-1])
    parts = [np.frombuffer(data, kind, count, int(at)) for kind, count, at in zip(kinds, counts, starts, strict=True)]
    looks = Looks(milliseconds, shown, *parts)
    _check(looks)
    return looks


def _check(looks: Looks) -> None:
    start, end = looks.whole["start"].astype(np.int64), looks.whole["end"].astype(np.int64)
    further = [each["look"].astype(np.int64) for each in (looks.trimmed, looks.middle)]
    good = (
        bool(np.all(start <= end) and np.all(start[1:] >= end[:-1]) and np.all(end <= looks.milliseconds))
        and all(np.all(np.diff(each) > 0) and np.all(each < len(start)) for each in further)
        and int((end - start).sum()) <= looks.shown <= looks.milliseconds
    )
    if not good:
        raise Invalid("looks of a film follow each other, within it, and have each form once")
