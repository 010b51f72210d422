"""What a file shares with what its unit knows and holds beyond equal bytes and PDQ, each with what can be checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol

from havre.fingerprints import audio, scene, video
from havre.fingerprints.pdq import ORIENTATIONS
from havre.matches.marks import Mark
from havre.matches.models import Imprint, MatchKind
from havre.matches.owners import Owners, Whose
from havre.matches.read_once import R, Together
from havre.matches.shelves import Shelf, Stack
from havre.matches.sightings import Seen, Size, evidence, sightings, spans
from havre.matches.stock import Stock
from havre.matching import film_chance
from havre.matching.films import found
from havre.matching.places import Region
from havre.matching.reference import Hit
from havre.matching.segments import Segment
from havre.matching.sound import SoundSegment
from havre.matching.sound_index import MOST_SOUNDS, SoundHit, search

RANK = {kind: number for number, kind in enumerate(MatchKind)}
"""The surest kinds first."""

Evidence = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Find(Generic[R]):
    """Something of a file that is in another: which imprint of whom, how, and what a person can check."""

    kind: MatchKind
    row: R
    worth: float
    """Of two finds of one kind, the one to tell."""
    expected_false: float
    evidence: Evidence = field(default_factory=dict)
    distance: int | None = None
    quality: int | None = None
    orientation: int = 0

    @property
    def other(self) -> tuple[str, int]:
        """What it was found in: a held medium, or what is known of a whole file."""
        return self.row.other


@dataclass(frozen=True, slots=True, eq=False)
class Asker:
    """A file that asks: its imprints, and where it stands among what is held."""

    marks: Sequence[Mark]
    size: Size | None = None
    """Width and height in pixels."""
    own: int | None = None
    """The medium that is this file."""
    before: int | None = None
    """The item that is judged again: what came later is not told."""
    region: Region | None = None
    """The part of a picture that alone asks, in pixels of the file."""


class Searched(Protocol):
    """All that films, sounds and scenes are found in."""

    @property
    def films(self) -> Shelf: ...

    @property
    def sounds(self) -> Stack: ...

    @property
    def places(self) -> Stack: ...


def finds(stock: Stock, asker: Asker, together: Together | None = None) -> list[Find[Imprint]]:
    """The strongest find of each kind in each other that the unit has, the surest kinds first; `together` is what was
    read for others that are judged with this one."""
    return finds_in(stock, asker, Owners(stock.looks, asker.own, asker.before, together))


def finds_in(stock: Searched, asker: Asker, owners: Whose[R]) -> list[Find[R]]:
    """The same in whatever is searched, as far as its owners may be told."""
    if not asker.marks:
        return []
    best: dict[tuple[MatchKind, tuple[str, int]], Find[R]] = {}
    for find in _all(stock, asker, owners):
        key = find.kind, find.other
        best[key] = _stronger(best[key], find) if key in best else find
    return _sorted(_with_replaced_pictures(list(best.values()), asker))


def _stronger(one: Find[R], other: Find[R]) -> Find[R]:
    """The stronger of two, with what only the weaker one can show."""
    strong, weak = (one, other) if one.worth >= other.worth else (other, one)
    return replace(strong, evidence=weak.evidence | strong.evidence)


def _sorted(found: list[Find[R]]) -> list[Find[R]]:
    return sorted(found, key=lambda find: (RANK[find.kind], -find.worth, find.other))


def _all(stock: Searched, asker: Asker, owners: Whose[R]) -> Iterator[Find[R]]:
    for mark in asker.marks:
        if mark.method == video.METHOD and asker.region is None:
            yield from _films(stock, mark, owners)
        elif mark.method == audio.METHOD and asker.region is None:
            yield from _sounds(stock, mark, owners)
    yield from _scenes(stock, asker, owners)


# ---- films ----


def _films(stock: Searched, mark: Mark, owners: Whose[R]) -> Iterator[Find[R]]:
    query = video.unpack(mark.made.data)
    index = stock.films.index

    def search(hashes: bytes, radius: int) -> Iterator[list[Hit]]:
        return index.search_few(hashes, radius, owners.keeps)

    lasting: dict[int, int] = {}

    def load(key: int) -> video.Film | None:
        if film := owners.load(key):
            lasting[key] = film.milliseconds
        return film

    for match in found(search, query, owners.film, load):
        row, best = owners.rows([match.film], video.METHOD)[match.film], match.segments[0]
        still = not query.milliseconds and not lasting[match.film]
        yield Find(
            kind=MatchKind.NEAR if still else MatchKind.SEGMENT,
            row=row,
            worth=float(sum(part.frames for part in match.segments)),
            expected_false=film_chance.expected_false(query, index.status().entries, best),
            evidence=_of_pictures(best) if still else _of_films(match.segments),
            distance=best.distance,
            quality=best.quality,
            orientation=ORIENTATIONS.index(best.orientation),
        )


def _of_films(segments: Sequence[Segment]) -> Evidence:
    best = segments[0]
    told = _span(best) | _shares(best) | _turned(best) | {"frames": best.frames, "speed": round(best.speed, 3)}
    return told | ({"further": [_span(part) for part in segments[1:]]} if len(segments) > 1 else {})


def _of_pictures(best: Segment) -> Evidence:
    return {"frames": best.frames} | _turned(best)


def _turned(best: Segment) -> Evidence:
    return {"mirrored": best.orientation.startswith("mirrored")}


def _span(part: Segment | SoundSegment) -> Evidence:
    """Seconds from and to, on both sides."""
    return {"query_span": _seconds(part.query_span), "match_span": _seconds(part.match_span)}


def _shares(part: Segment | SoundSegment) -> Evidence:
    return {"query_share": round(part.query_share, 4), "match_share": round(part.match_share, 4)}


def _seconds(span: tuple[float, float]) -> list[float]:
    return [round(span[0], 3), round(span[1], 3)]


# ---- sounds ----


def _sounds(stock: Searched, mark: Mark, owners: Whose[R]) -> Iterator[Find[R]]:
    own = owners.own_records(audio.METHOD)
    volumes = [volume.without(own) for volume in stock.sounds.library.volumes()]
    query = audio.unpack(mark.made.data)
    hits = search(volumes, query, in_turn=lambda keys: owners.in_turn(keys, audio.METHOD, MOST_SOUNDS))
    rows = owners.rows([hit.record for hit in hits], audio.METHOD)
    for hit in hits:
        if hit.record in rows:
            yield _sound(hit, rows[hit.record])


def _sound(hit: SoundHit, row: R) -> Find[R]:
    parts = sorted(hit.segments, key=lambda part: (-part.distinct * part.agreement, part.query_span))
    best = parts[0]
    told: Evidence = {"items": best.items, "agreement": round(best.agreement, 3), "speed": round(best.speed, 3)}
    told |= {"further": [_span(part) for part in parts[1:]]} if len(parts) > 1 else {}
    worth = sum(part.distinct * part.agreement for part in parts)
    return Find(MatchKind.SOUND, row, worth, hit.expected_false, _span(best) | _shares(best) | told)


def _with_replaced_pictures(all_: list[Find[R]], asker: Asker) -> list[Find[R]]:
    """The same, where sounds that are the same under other pictures, black ones too, are named as such."""
    seen = {find.other for find in all_ if find.kind in (MatchKind.SEGMENT, MatchKind.NEAR)}
    for find in all_:
        if find.kind == MatchKind.SOUND:
            both = asker.size is not None and find.row.size is not None
            find.evidence["replaced_picture"] = both and find.other not in seen
    return all_


# ---- scenes ----


def _scenes(stock: Searched, asker: Asker, owners: Whose[R]) -> Iterator[Find[R]]:
    views = [mark for mark in asker.marks if mark.method == scene.METHOD]
    alike: dict[tuple[MatchKind, tuple[str, int]], list[tuple[Seen[R], Find[R]]]] = {}
    for mark in views:
        for seen in sightings(stock, mark, owners, asker.size, asker.region):
            told = evidence(seen, asker.size)
            find = Find(seen.kind, seen.row, seen.worth, seen.expected_false, told, orientation=seen.orientation)
            alike.setdefault((find.kind, find.other), []).append((seen, find))
    times = [mark.made.at or 0.0 for mark in views]
    for (kind, _), group in alike.items():
        best = max((find for _, find in group), key=lambda find: find.worth)
        if kind == MatchKind.SEGMENT:
            best.evidence.update(spans([seen for seen, _ in group], times, owners), views=len(group))
        yield best
