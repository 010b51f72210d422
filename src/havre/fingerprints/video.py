"""A film condensed: its frames' PDQ as runs of frames that look alike.

A run is stored as its first frame. Of every run the upright fingerprint is kept; of the *keys*, some runs each second,
also the other orientations, the same of the picture within its black bars where it has such, and of its middle alone,
which no emblem, subtitle or caption touches. One film is asked about by its keys and its runs, the other found by its
runs: so what was turned, mirrored or letterboxed is found at a fraction of the cost
(docs/decisions/0092-runs-and-keys.md).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havre.errors import Invalid
from havre.fingerprints import pdq
from havre.fingerprints.vpdq import Frame

METHOD = "film"
VERSION = "1"
"""Changes whenever any film would get other runs; stored beside every one."""

ALIKE = 10
"""Largest distance in bits of a frame to the first of its run. What is within 21 of a frame is then within 31 of its
run; measured in docs/decisions/0092-runs-and-keys.md."""

KEYS_A_SECOND = 8
MOST_KEYS = 16_384
"""Beyond so many, every other key is given up: half an hour has eight a second, five hours have one."""

MOST_RUNS = 250_000
"""Three hours of nothing but fast movement."""

OCCURRENCES = 16
"""Runs of one look that are searched for: an endless loop must not fill the index."""
LATELY = 256
"""Looks that are remembered to tell that one comes again."""

WAYS = len(pdq.ORIENTATIONS)
KEY_BYTES = 4 + WAYS * pdq.BYTES
MS = 1000

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.uint32]


RUN = np.dtype(
    [
        ("first", "<u4"),
        ("frames", "<u4"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("quality", "u1"),
        ("searched", "u1"),
        ("pdq", "u1", (pdq.BYTES,)),
    ]
)
"""First frame, number of frames, milliseconds from the first frame's time to the end of the last one's, the first
frame's quality, whether the run is to be found (1) or is one of too many alike (0), the first frame's PDQ."""

WHOLE, TRIMMED, MIDDLE = 0, 1, 2
"""The forms of a frame: all of it, what lies within its bars, and the middle of that."""
FORMS = 3
MIDDLE_SHARE = 0.6
"""How much of each side the middle takes."""

HEADER = struct.Struct("<4sBIIIII")
MAGIC, LAYOUT = b"HVFM", 1
"""Then: milliseconds, runs, keys of each form; the runs; for each form the run of each key, and their 8 hashes each.
All numbers are little-endian."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The keys of a film in one form."""

    runs: Numbers
    """The run of each, rising."""
    ways: Bytes
    """The fingerprints of its 8 orientations: keys × 8 × 32."""


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What of a film lies in the index: 32-byte fingerprints, the run of each, and its form."""

    hashes: bytes
    runs: Numbers
    forms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.runs)


Key = tuple[int, int, tuple[bytes | None, ...]]
"""Milliseconds, run, the 8 fingerprints in each form."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A film, condensed. A still picture is a film of one frame that lasts no time."""

    milliseconds: int
    runs: NDArray[Any]
    """Of dtype RUN, in the order of time."""
    forms: tuple[Form, ...]
    """What is asked about in every orientation: whole, trimmed, middle."""
    kept: float = 1.0
    """Share of what there is to be seen that these runs show; below 1 where only some of them are here."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.milliseconds / MS

    @property
    def frames(self) -> int:
        """Frames in all runs."""
        return int(self.runs["frames"].sum())

    def searched(self) -> Searched:
        """What of it is to be found: its runs whole, then its keys trimmed and their middles.

        The place in this order is the number by which a hit names one of them.
        """
        runs = np.flatnonzero((self.runs["searched"] == 1) & (self.runs["quality"] >= pdq.MIN_QUALITY))
        trimmed, middle = self.forms[TRIMMED], self.forms[MIDDLE]
        hashes = np.concatenate([self.runs["pdq"][runs], trimmed.ways[:, 0], middle.ways[:, 0]])
        numbers = np.concatenate([runs, trimmed.runs, middle.runs]).astype(np.uint32)
        forms = np.repeat(np.arange(FORMS), [len(runs), len(trimmed.runs), len(middle.runs)])
        return Searched(hashes.tobytes(), numbers, forms)


def seldom(film: Film) -> Film:
    """The film with each look found in no more runs, and keys of a form, than OCCURRENCES: whoever made it.

    A condenser lets a look come again after long: then the first ones stay.
    """
    runs, (whole, *further) = film.runs.copy(), film.forms
    asked = np.flatnonzero(runs["searched"] == 1)
    runs["searched"][asked[_before(runs["pdq"][asked]) >= OCCURRENCES]] = 0
    few = [(form, _before(form.ways[:, 0]) < OCCURRENCES) for form in further]
    return Film(film.milliseconds, runs, (whole, *(Form(form.runs[some], form.ways[some]) for form, some in few)))


def _before(hashes: Bytes) -> NDArray[np.int64]:
    """How often each of these came before it."""
    _, which = np.unique(hashes, axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    new = np.append(True, np.diff(which.ravel()[order]) != 0)[: len(order)]
    times = np.zeros(len(order), np.int64)
    times[order] = np.arange(len(order)) - np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    return times


def still(orientations: bytes, quality: int, trimmed: bytes | None = None, middle: bytes | None = None) -> Film:
    """A picture as a film: its 8 fingerprints (256 bytes), those of what lies within its borders, of its middle."""
    condensed = Condenser()
    if condensed.take(Frame(0, quality, orientations[: pdq.BYTES], 0.0)):
        condensed.key(orientations, trimmed, middle)
    return condensed.finish(0.0)


class Condenser:
    """Makes runs of the frames of a film as they come."""

    def __init__(self, alike: int = ALIKE) -> None:
        self._alike = alike
        self._runs = bytearray()
        self._began: Frame | None = None
        self._look, self._last, self._until = 0, 0, 0.0
        self._searched = True
        self._keys: list[Key] = []
        self._every = MS // KEYS_A_SECOND
        self._looks = _Looks(alike)

    @property
    def runs(self) -> int:
        """How many there are."""
        return len(self._runs) // RUN.itemsize + (self._began is not None)

    def take(self, frame: Frame) -> bool:
        """The next frame, not earlier than the one before. Whether it wants to be a key: then call `key`."""
        look = int.from_bytes(frame.pdq)
        self._until = max(self._until, frame.seconds)
        if self._began is not None and (look ^ self._look).bit_count() <= self._alike:
            self._last = frame.number
            return False
        self._close()
        self._began, self._look, self._last = frame, look, frame.number
        self._searched = self._looks.is_new_enough(frame.pdq)
        since = self._keys[-1][0] if self._keys else -1
        return frame.quality >= pdq.MIN_QUALITY and _ms(frame.seconds) // self._every > since // self._every

    def key(self, whole: bytes, trimmed: bytes | None, middle: bytes | None) -> None:
        """The 8 orientations of the frame just taken, of what lies within its bars, of its middle."""
        assert self._began is not None
        self._keys.append((_ms(self._began.seconds), self.runs - 1, (whole, trimmed, middle)))
        if len(self._keys) > MOST_KEYS:
            self._every *= 2
            self._keys = _thinned(self._keys, self._every)

    def _close(self) -> None:
        began = self._began
        if began is not None:
            # A run ends where the next one starts.
            head = (began.number, self._last - began.number + 1, _ms(began.seconds), _ms(self._until))
            self._runs += struct.pack("<IIIIBB", *head, began.quality, self._searched) + began.pdq

    def finish(self, seconds: float) -> Film:
        """The film, `seconds` long or as long as its frames say; to be called once."""
        self._until = max(self._until, seconds)
        self._close()
        forms = tuple(self._form(number) for number in range(FORMS))
        return Film(_ms(self._until), np.frombuffer(bytes(self._runs), RUN), forms)

    def _form(self, number: int) -> Form:
        there = [(run, ways) for _, run, made in self._keys if (ways := made[number]) is not None]
        return Form(np.array([run for run, _ in there], np.uint32), _hashes(b"".join(ways for _, ways in there)))


class _Looks:
    """What runs looked like lately, and how often each look came."""

    def __init__(self, alike: int) -> None:
        self._alike = alike
        self._words = np.zeros((LATELY, 4), np.uint64)
        self._times = np.zeros(LATELY, np.int64)
        self._seen = np.zeros(LATELY, np.int64)
        self._clock = 0

    def is_new_enough(self, look: bytes) -> bool:
        """Count this look; whether it came no more than OCCURRENCES times."""
        self._clock += 1
        words = np.frombuffer(look, np.uint64)
        apart = np.bitwise_count(self._words ^ words).sum(axis=1)
        near = int(np.where(self._times > 0, apart, 2 * WAYS * pdq.BYTES).argmin())
        if not self._times[near] or apart[near] > self._alike:
            near = int(self._seen.argmin())
            self._words[near], self._times[near] = words, 0
        self._seen[near] = self._clock
        self._times[near] += 1
        return bool(self._times[near] <= OCCURRENCES)


def _thinned(keys: list[Key], every: int) -> list[Key]:
    """The first key in each stretch of `every` milliseconds."""
    kept: dict[int, Key] = {}
    for key in keys:
        kept.setdefault(key[0] // every, key)
    return list(kept.values())


def _ms(seconds: float) -> int:
    return min(max(round(seconds * MS), 0), 2**32 - 1)


def _hashes(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8).reshape(-1, WAYS, pdq.BYTES)


def pack(film: Film) -> bytes:
    """The film as bytes, in the layout that HEADER and RUN describe."""
    counts = (film.milliseconds, len(film.runs), *(len(form.runs) for form in film.forms))
    keys = b"".join(form.runs.astype("<u4").tobytes() + form.ways.tobytes() for form in film.forms)
    return HEADER.pack(MAGIC, LAYOUT, *counts) + film.runs.tobytes() + keys


def unpack(data: bytes) -> Film:
    """What was packed. Raises Invalid for anything that no film packs to."""
    if len(data) < HEADER.size:
        raise Invalid("a packed film has a header")
    magic, layout, milliseconds, runs, *keys = HEADER.unpack_from(data)
    if (magic, layout) != (MAGIC, LAYOUT):
        raise Invalid(f"not a packed film of layout {LAYOUT}")
    at = HEADER.size + runs * RUN.itemsize
    if len(data) != at + sum(keys) * KEY_BYTES:
        raise Invalid(f"a packed film of {runs} runs and {sum(keys)} keys has another length")
    forms = []
    for count in keys:
        middle, end = at + 4 * count, at + KEY_BYTES * count
        forms.append(Form(np.frombuffer(data[at:middle], "<u4"), _hashes(data[middle:end])))
        at = end
    film = Film(milliseconds, np.frombuffer(data, RUN, runs, HEADER.size), tuple(forms))
    _check(film)
    return film


def _check(film: Film) -> None:
    runs = film.runs
    first, frames = runs["first"].astype(np.int64), runs["frames"].astype(np.int64)
    start, end = runs["start"].astype(np.int64), runs["end"].astype(np.int64)
    rules: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: frames >= 1, "a run without a frame"),
        (lambda: first[1:] >= first[:-1] + frames[:-1], "runs that overlap"),
        (lambda: start <= end, "a run that ends before it starts"),
        (lambda: start[1:] >= end[:-1], "runs out of order"),
        (lambda: end <= film.milliseconds, "a run after the end"),
        (lambda: runs["quality"] <= 100, "a quality over 100"),
        (lambda: runs["searched"] <= 1, "a flag that is none"),
        (lambda: [_rising(form.runs, len(runs)) for form in film.forms], "keys that are no runs"),
    )
    for holds, wrong in rules:
        if not np.all(holds()):
            raise Invalid(f"a packed film with {wrong}")


def _rising(numbers: Numbers, below: int) -> bool:
    wide = numbers.astype(np.int64)
    return bool(np.all(np.diff(wide) > 0)) and (not len(wide) or int(wide[-1]) < below)
