"""Links from what media state about their origin: the same camera, the same session.

How much an agreement means follows from counts. An unrelated medium agrees by accident in two ways: because values of
that form are few (the two minutes around a time among those of twenty years), and because the value is common where it
should not be (a serial "12345" in every camera of a maker, a clock that starts at noon of 2002-12-08). The second shows
in media that carry the value although they certainly come from another make or model; what they are a share of is
expected among those of the same model too. So a phone model, which all that could be confused share, adds nothing; a
serial number narrows them down to one.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from havre.linking.keys import (
    BODY,
    CAMERA,
    CELL,
    DAY,
    DOCUMENT,
    IMAGE,
    INSTANT,
    LENS,
    LOCAL,
    PLACE_METRES,
    SESSION_SECONDS,
    Counts,
    Key,
    around,
    model,
)
from havre.linking.links import Kind, Link, between
from havre.linking.numbering import Numbered, gap
from havre.linking.stated import Stated, metres, telling

YEARS_OF_PICTURES = 20
"""Years over which the pictures of a seizure are taken to be spread: digital cameras have been common for so long."""
SPAN_SECONDS = YEARS_OF_PICTURES * 365.25 * 86_400

LIVED_IN = 1.5e12
"""Square metres in which pictures are taken: about 1 % of the land is built up."""

MOST_NUMBERS_APART = 20
"""File numbers further apart are not called consecutive."""
NUMBERS = 10_000
"""Numbers a row of files goes through (0001 to 9999)."""
A_DAY_S_NUMBERS = 50
"""Messages with a picture that a chat program numbers on a busy day."""

FINEST_FIX = 10.0
"""Metres below which positions are not told apart."""
FARTHEST_RIDE = 50_000.0
"""Metres that nobody travels by road within SESSION_SECONDS."""

USELESS = 1.0
"""Expected false matches from which on an agreement is no link: every medium has one by accident."""


@dataclass(slots=True)
class _Agreement:
    """What agrees between two media and what contradicts it, with the accident that it would take."""

    agrees: list[str] = field(default_factory=list)
    contradicts: list[str] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)
    share: float = 1.0
    """The share of unrelated media, among those that could be confused, that agree as well."""

    def narrow(self, name: str, share: float, **told: object) -> None:
        """One more thing agrees, with this share of unrelated media."""
        self.agrees.append(name)
        self.share *= min(1.0, share)
        self.told |= told


@dataclass(frozen=True, slots=True)
class _Asked:
    """The new medium, how common what it states is, and where its times and its place are looked up."""

    new: Stated
    counts: Counts
    around: Mapping[str, tuple[Key, ...]]


def links(new: Stated, candidates: Iterable[Stated], counts: Counts) -> tuple[Link, ...]:
    """Links from a new medium to candidates: at most one of kind `camera` and one of kind `session` to each.

    `counts` are those of `rows(new)` and `lookups(new)`. Takes time in proportion to the candidates. Never raises for
    what media state.
    """
    asked = _Asked(new, counts, {name: around(new, name) for name in (LOCAL, INSTANT, CELL)})
    found = []
    for other in {candidate.medium: candidate for candidate in candidates}.values():
        if other.medium != new.medium:
            found += [link for link in (_camera(asked, other), _session(asked, other)) if link is not None]
    return tuple(sorted(found))


# ---- the same camera ----


def _camera(asked: _Asked, other: Stated) -> Link | None:
    """A body's or a lens's serial number in both."""
    new = asked.new
    found = _Agreement()
    by_body = _same_body(asked, other, found)
    by_lens = _same_lens(asked, other, found)
    if not found.agrees:
        return None
    found.contradicts += _of_the_camera(new, other, but=() if by_body else (BODY,))
    if not by_body and _differ(new.body, other.body):
        found.contradicts.append(BODY)
    return _link(asked, other, Kind.CAMERA, min(by_body or math.inf, by_lens or math.inf), found)


def _same_body(asked: _Asked, other: Stated, found: _Agreement) -> float | None:
    new, counts = asked.new, asked.counts
    if not new.body or new.body != other.body or _differ(new.camera, other.camera):
        return None
    found.narrow(BODY, 1.0, serial=new.body, carriers=counts.carriers.get(Key(BODY, new.body), 2))
    return _confused(asked, other) * _share(BODY, new.body, asked, other)


def _same_lens(asked: _Asked, other: Stated, found: _Agreement) -> float | None:
    """A lens goes from body to body: it may be any medium's."""
    new, counts = asked.new, asked.counts
    if not new.lens or new.lens != other.lens or _differ(new.lens_model, other.lens_model):
        return None
    found.narrow(LENS, 1.0, lens_serial=new.lens, lens_carriers=counts.carriers.get(Key(LENS, new.lens), 2))
    return counts.media * _share(LENS, new.lens, asked, other)


def _of_the_camera(new: Stated, other: Stated, but: Iterable[str] = ()) -> list[str]:
    """What says that the two are of different cameras, and what one of them states in two ways."""
    told = {"camera model": _differ(new.camera, other.camera)}
    disputed = (new.disputed | other.disputed) - set(but)
    return sorted({name for name, differs in told.items() if differs} | disputed)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


# ---- the same session ----


def _session(asked: _Asked, other: Stated) -> Link | None:
    """Taken close together in time or place, of the same original, or received in a row."""
    new = asked.new
    found = _Agreement()
    _same_original(asked, other, found)
    _close_in_time(asked, other, found)
    _close_in_place(asked, other, found)
    _in_a_row(new, other, found)
    if not found.agrees:
        return None
    found.contradicts += _of_the_camera(new, other)
    if _differ(new.body, other.body):
        found.contradicts.append(BODY)
    found.agrees += [CAMERA] * bool(new.camera and new.camera == other.camera)
    found.agrees += ["software"] * bool(new.software and new.software == other.software)
    return _link(asked, other, Kind.SESSION, _confused(asked, other) * found.share, found)


def _same_original(asked: _Asked, other: Stated, found: _Agreement) -> None:
    """The same unique id; a camera that writes one id into every picture contradicts itself by their times."""
    new = asked.new
    for name, one, theirs in ((IMAGE, new.image_id, other.image_id), (DOCUMENT, new.document_id, other.document_id)):
        if not one or one != theirs:
            continue
        if new.local is not None and other.local is not None and abs(new.local - other.local) > 1:
            found.contradicts.append(name)
        else:
            found.narrow(name, _share(name, one, asked, other))


def _close_in_time(asked: _Asked, other: Stated, found: _Agreement) -> None:
    new = asked.new
    name, seconds = _apart(new, other)
    if seconds is None or seconds > SESSION_SECONDS:
        return
    if new.place is not None and other.place is not None and metres(new.place, other.place) > FARTHEST_RIDE:
        found.contradicts.append("place")
        return
    crowd = _crowd(name, asked.around[name], asked, other)
    found.narrow("time", (2 * seconds + 1) / SPAN_SECONDS + crowd, seconds=round(seconds, 3))
    _consecutive(new, other, found)


def _apart(new: Stated, other: Stated) -> tuple[str, float | None]:
    """Seconds between two, by UTC where both tell it, else by their clocks; never one against the other."""
    if new.instant is not None and other.instant is not None:
        return INSTANT, abs(new.instant - other.instant)
    if new.local is not None and other.local is not None:
        return LOCAL, abs(new.local - other.local)
    return LOCAL, None


def _consecutive(new: Stated, other: Stated, found: _Agreement) -> None:
    """File numbers, which millions of cameras share, count only for the same model at the same time."""
    if not new.camera or new.camera != other.camera:
        return
    nearest = _nearest(new.names.numbers, other.names.numbers)
    if nearest is None or nearest[0] > MOST_NUMBERS_APART:
        return
    numbers, one, theirs = nearest
    if _against_the_clock(new, other, one, theirs):
        found.contradicts.append("file number")
        return
    found.narrow("file number", (2 * numbers + 1) / NUMBERS, one_number=one.written, other_number=theirs.written)


def _nearest(one: Iterable[Numbered], other: Iterable[Numbered]) -> tuple[int, Numbered, Numbered] | None:
    """The two numbers that lie nearest to each other in a row that both have."""
    theirs = list(other)
    pairs = ((numbers, a, b) for a in one for b in theirs if (numbers := gap(a, b)) is not None)
    return min(pairs, default=None)


def _against_the_clock(new: Stated, other: Stated, one: Numbered, theirs: Numbered) -> bool:
    """Whether the higher number was taken earlier; over the end of a row the lower one is the later."""
    if new.local is None or other.local is None or one.at == theirs.at or new.local == other.local:
        return False
    forward = (one.at > theirs.at) == (abs(one.at - theirs.at) <= NUMBERS // 2)
    return forward != (new.local > other.local)


def _close_in_place(asked: _Asked, other: Stated, found: _Agreement) -> None:
    new = asked.new
    if new.place is None or other.place is None:
        return
    away = metres(new.place, other.place)
    if away <= PLACE_METRES:
        crowd = _crowd(CELL, asked.around[CELL], asked, other)
        found.narrow("place", math.pi * max(away, FINEST_FIX) ** 2 / LIVED_IN + crowd, metres=round(away, 1))


def _in_a_row(new: Stated, other: Stated, found: _Agreement) -> None:
    """Numbers that a chat program gave on the same day."""
    nearest = _nearest(new.names.days, other.names.days)
    if nearest is None or nearest[0] > MOST_NUMBERS_APART:
        return
    numbers, one, theirs = nearest
    share = 86_400 / SPAN_SECONDS * min(1.0, (2 * numbers + 1) / A_DAY_S_NUMBERS)
    found.narrow(DAY, share, one_number=one.written, other_number=theirs.written, day=one.row)


# ---- how common that is ----


def _confused(asked: _Asked, other: Stated) -> float:
    """How many media could be mistaken for the other: those of the same model, or all where a model is not known."""
    new, counts = asked.new, asked.counts
    if new.camera and new.camera == other.camera:
        return max(1, counts.carriers.get(Key(CAMERA, new.camera), 2) - 1)
    return max(1, counts.media - 1)


def _share(name: str, value: str, asked: _Asked, other: Stated) -> float:
    """The share of unrelated media with this identifier: what its form allows, and what is seen of it elsewhere."""
    return min(1.0, 10.0 ** -telling(value) + _crowd(name, [Key(name, value)], asked, other))


def _crowd(name: str, found_under: Iterable[Key], asked: _Asked, other: Stated) -> float:
    """The share of media that carry such a key among those that certainly come from another model than the new one."""
    new, counts = asked.new, asked.counts
    elsewhere = sum(counts.carriers.get(key, 0) - counts.alike.get(key, 0) for key in found_under)
    elsewhere -= model(new, name) != model(other, name)  # the other itself is no accident beside itself
    own = counts.carriers.get(Key(CAMERA, new.camera), 1) if new.camera else 0
    return max(0, elsewhere) / max(1, counts.stating - own)


def _link(asked: _Asked, other: Stated, kind: Kind, expected: float, found: _Agreement) -> Link | None:
    new, counts = asked.new, asked.counts
    if expected >= USELESS:
        return None
    told = found.told | {"agrees": sorted(found.agrees), "media": counts.media}
    if found.contradicts:
        told["contradicts"] = sorted(set(found.contradicts))
    return between(new.medium, other.medium, kind, expected, told)
