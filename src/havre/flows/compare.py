"""Two media side by side: which regions and which segments agree, by which method, and how often that is accident."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.fingerprints.pdq import MATCH_DISTANCE, ORIENTATIONS
from havre.flows.home import Home, consulted
from havre.flows.media_shown import Reason, may_look, of_links, of_match, other_of, reasons_of, thing_of
from havre.matches.models import Knowledge, MatchWord
from havre.matches.queries import match_for, words_about
from havre.matching.reference import HASH_BYTES, distance
from havre.media.models import Fingerprint, Medium
from havre.media.queries import fingerprints_first, first_paths, medium_by_id, orientations_of
from havre.media.upright import (
    AS_IT_IS,
    UPRIGHT,
    Box,
    Matrix,
    Size,
    after,
    back,
    box_seen,
    orientation_undone,
    size_seen,
)
from havre.series.queries import link_for
from havre.units.acting import Acting

Span = tuple[float, float]
"""Seconds from and to."""

MOST_REGIONS = 9
"""Regions that are numbered: one digit each."""


@dataclass(frozen=True, slots=True)
class Region:
    """The same part of both: in pixels of each file, and once it is shown in those of each picture as it is seen."""

    one: Box
    other: Box
    points: int
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """The same stretch of both, in seconds."""

    one: Span
    other: Span
    kind: str

    @property
    def seconds(self) -> float:
        """How long it is in the first."""
        return self.one[1] - self.one[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure that speaks for a match: by which method, and how often as good a one is accident."""

    method: str
    value: float
    expected_false: float | None = None
    more: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared, everything that agrees, and what was said of it."""

    medium: Medium
    other: Medium | None
    knowledge: Knowledge | None
    found: str
    """Where the medium was found first."""
    path: str
    """Where the other was, or under which path a list named it."""
    asked: Reason
    """The match or link that was opened."""
    reasons: Sequence[Reason]
    """All matches and links between the two, that one first."""
    regions: Sequence[Region]
    parts: Sequence[Part]
    measured: Sequence[Measured]
    sizes: tuple[Size, Size]
    """Width and height of each as it is seen, in which regions are told."""
    turn: Matrix
    """What lays the other over the medium, as both are seen."""
    lengths: tuple[float, float]
    """Seconds of each, as far as the shares of segments tell them; 0 where nothing does."""
    words: Sequence[MatchWord]


def compare(home: Home, acting: Acting, number: int, how: str, reason: int) -> Pair:
    """A medium beside what this match or link of it is with. Raises NotFound for one that is none of it.

    Logged before the answer leaves.
    """
    may_look(acting)
    medium = medium_by_id(acting.person, number)
    asked = reason_for(home, acting, medium, how, reason)
    consulted(home, acting, thing_of(medium), {"act": "compared", "with": named_other(asked)})
    return _pair(home, acting, medium, asked)


def reason_for(home: Home, acting: Acting, medium: Medium, how: str, number: int) -> Reason:
    """The match or link of a medium with this number."""
    if how == "match":
        match = match_for(acting.person, number)
        exhibit = getattr(match.item, "exhibit", None)
        if medium.pk not in (match.medium_id, exhibit.medium_id if exhibit is not None else None):
            raise NotFound(_("there is no such match: it may have been judged again since"))
        return of_match(match, medium)
    link = link_for(acting.person, number)
    told = of_links(home, acting, [link], medium) if medium.pk in (link.one_id, link.other_id) else []
    if not told:
        raise NotFound(_("there is no such link: it may have been looked at again since"))
    return told[0]


def named_other(reason: Reason) -> str:
    """How the log calls what a medium is compared with."""
    if reason.medium is not None:
        return thing_of(reason.medium)
    return f"entry {reason.knowledge.pk}" if reason.knowledge is not None else "a listed file"


def _pair(home: Home, acting: Acting, medium: Medium, asked: Reason) -> Pair:
    other = other_of(asked)
    paths = first_paths(acting.person, {medium.pk, *([asked.medium.pk] if asked.medium else [])})
    said = words_about(acting.person, medium.pk)
    further = [
        each for each in reasons_of(home, acting, medium, said) if other_of(each) == other and each.kind != asked.kind
    ]
    reasons = [asked, *further]
    parts = list(parts_of(reasons))
    sizes, turns = sizes_of(medium, asked, reasons), _turns(acting, medium, asked.medium)
    between = orientation_undone(str(asked.link.told.get("orientation", "")))
    return Pair(
        medium,
        asked.medium,
        asked.knowledge if asked.medium is None else None,
        paths.get(medium.pk, ""),
        paths.get(asked.medium.pk, "") if asked.medium else asked.path,
        asked,
        reasons,
        [_seen(region, sizes, turns) for region in list(regions_of(reasons))[:MOST_REGIONS]],
        parts,
        [*_straight(acting, medium, asked.medium), *measured(reasons)],
        (size_seen(sizes[0], turns[0]), size_seen(sizes[1], turns[1])),
        after(turns[0], after(between, back(turns[1]))),
        _lengths(reasons, parts),
        [word for word in said if _speaks_of(word, asked)],
    )


def _turns(acting: Acting, *both: Medium | None) -> tuple[Matrix, Matrix]:
    """What turns each upright. Of a film the frames were turned before anything was measured in them."""
    pictures = [each.pk for each in both if each is not None and each.family == "picture"]
    asked = orientations_of(acting.person, pictures)
    one, other = (AS_IT_IS if each is None else UPRIGHT[asked.get(each.pk, 1)] for each in both)
    return one, other


def _seen(region: Region, sizes: tuple[Size, Size], turns: tuple[Matrix, Matrix]) -> Region:
    one, other = (box_seen(*each) for each in zip((region.one, region.other), sizes, turns, strict=True))
    return replace(region, one=one, other=other)


def _speaks_of(word: MatchWord, reason: Reason) -> bool:
    if reason.medium is not None:
        return reason.medium.pk in (word.medium_id, word.other_id)
    return reason.knowledge is not None and word.knowledge_id == reason.knowledge.pk


# ---- what agrees ----


def regions_of(reasons: Iterable[Reason]) -> Iterator[Region]:
    """The regions that the evidence tells of, each once."""
    seen: set[tuple[Box, Box]] = set()
    for reason in reasons:
        told = reason.link.told
        one, other = _box(told.get("one_region")), _box(told.get("other_region"))
        if one is not None and other is not None and (one, other) not in seen:
            seen.add((one, other))
            points = told.get("points")
            yield Region(one, other, points if isinstance(points, int) else 0, reason.kind)


def parts_of(reasons: Iterable[Reason]) -> Iterator[Part]:
    """The stretches of time that the evidence tells of, in the order of the first."""
    found: set[tuple[Span, Span, str]] = set()
    for reason in reasons:
        told = reason.link.told
        spans = [(told.get("one_span"), told.get("other_span")), *_further(told)]
        for one, other in ((_span(a), _span(b)) for a, b in spans):
            if one is not None and other is not None:
                found.add((one, other, reason.kind))
    for one, other, kind in sorted(found):
        yield Part(one, other, kind)


def stretches(reason: Reason) -> tuple[list[Part], tuple[float, float]]:
    """The stretches that one reason tells of, and how long both media are, as far as it tells."""
    parts = list(parts_of([reason]))
    return parts, _lengths([reason], parts)


def _further(told: Mapping[str, object]) -> Iterator[tuple[object, object]]:
    more = told.get("further")
    for each in more if isinstance(more, tuple) else ():
        if isinstance(each, tuple) and len(each) == 2:
            yield each


def measured(reasons: Iterable[Reason]) -> Iterator[Measured]:
    """Each figure of the evidence with its method."""
    for reason in reasons:
        told, expected = reason.link.told, reason.expected_false
        if isinstance(told.get("distance"), int):
            yield Measured("pdq", _number(told["distance"]), expected, str(told.get("orientation", "")))
        for name in ("points", "frames", "items", "agreement", "speed", "one_share", "other_share"):
            if name in told and isinstance(told[name], int | float):
                yield Measured(name, _number(told[name]), expected, reason.kind)
        if reason.kind in ("camera", "session", "identical"):
            yield Measured(reason.kind, 1.0, expected)


def sizes_of(medium: Medium, asked: Reason, reasons: Iterable[Reason]) -> tuple[Size, Size]:
    """Width and height of both, as the evidence has them, else as the files do."""
    told = [reason.link.told for reason in reasons]
    one = next((size for each in told if (size := _size(each.get("one_size")))), None)
    other = next((size for each in told if (size := _size(each.get("other_size")))), None)
    facts = asked.knowledge.facts if asked.knowledge is not None else {}
    listed = _size((facts.get("width"), facts.get("height")))
    return one or _whole(medium), other or (_whole(asked.medium) if asked.medium is not None else listed or (4, 3))


def _whole(medium: Medium) -> Size:
    return (medium.width or 4, medium.height or 3)


def _straight(acting: Acting, medium: Medium, other: Medium | None) -> Iterator[Measured]:
    """How far the two pictures are apart as they are, and turned as it suits best."""
    if other is None or "picture" not in (medium.family, other.family):
        return
    prints = {made.medium_id: made for made in fingerprints_first(acting.person, medium.pk, other.pk)}
    if not {medium.pk, other.pk} <= prints.keys():
        return
    ways = _ways(prints[medium.pk], prints[other.pk])
    yield Measured("pdq straight", ways[0])
    best = min(range(len(ways)), key=ways.__getitem__)
    if best and ways[best] <= MATCH_DISTANCE:
        yield Measured("pdq turned", ways[best], more=ORIENTATIONS[best])


def _ways(first: Fingerprint, second: Fingerprint) -> list[int]:
    asks, known = bytes(first.orientations), bytes(second.orientations)[:HASH_BYTES]
    return [distance(asks[at : at + HASH_BYTES], known) for at in range(0, len(asks), HASH_BYTES)]


def _lengths(reasons: Iterable[Reason], parts: Sequence[Part]) -> tuple[float, float]:
    """How long both are: what a segment's share of the whole tells, and never less than where the last one ends."""
    told = [reason.link.told for reason in reasons]
    lengths: list[float] = []
    for side in ("one", "other"):
        ends = [max(part.one[1] if side == "one" else part.other[1] for part in parts)] if parts else [0.0]
        for each in told:
            span, share = _span(each.get(f"{side}_span")), each.get(f"{side}_share")
            if span is not None and isinstance(share, float) and 0 < share <= 1:
                ends.append((span[1] - span[0]) / share)
        lengths.append(max(ends))
    return lengths[0], lengths[1]


# ---- evidence is JSON that once came from a worker: what is not what it should be is not shown ----


def _numbers(value: object, count: int) -> tuple[float, ...] | None:
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    if not all(isinstance(each, int | float) and math.isfinite(each) for each in value):
        return None
    return tuple(value)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _box(value: object) -> Box | None:
    found = _numbers(value, 4)
    return (found[0], found[1], found[2], found[3]) if found and min(found[2:]) > 0 else None


def _span(value: object) -> Span | None:
    found = _numbers(value, 2)
    return (found[0], found[1]) if found and found[0] <= found[1] else None


def _size(value: object) -> Size | None:
    found = _numbers(value, 2)
    return (int(found[0]), int(found[1])) if found and min(found) > 0 else None
