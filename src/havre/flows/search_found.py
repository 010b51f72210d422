"""What of all that a unit knows and holds answers a question, each thing once, the surest first."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.flows.home import Home
from havre.flows.search_asked import Question
from havre.matches.digests import held_of, knowledge_of
from havre.matches.finds import RANK, finds
from havre.matches.models import Knowledge, MatchKind
from havre.matches.shelves import Shelf
from havre.matching import film_chance
from havre.matching.reference import Hit
from havre.media.models import Fingerprint
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting
from havre.units.models import Person

AT_ONCE = 1_000
"""Rows whose owners are asked for at once."""


class Where(IntEnum):
    """Which of the unit's two stocks something is in, in the order of telling."""

    KNOWN = 0
    HELD = 1


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """Something that matches; the surest kind sorts first, then what is nearest, what is known before what is held."""

    rank: int
    far: float
    """Bits, or what grows as a find says less."""
    where: Where
    id: int
    kind: str = field(compare=False)
    distance: int | None = field(compare=False, default=None)
    orientation: int = field(compare=False, default=0)
    quality: int | None = field(compare=False, default=None)
    expected_false: float = field(compare=False, default=0.0)
    evidence: dict[str, Any] = field(compare=False, default_factory=dict)


def find(home: Home, acting: Acting, question: Question, radius: int = MATCH_DISTANCE) -> list[Answer]:
    """All that the unit knows or holds that answers, each once a kind, the surest first; whoever asks logs it."""
    found = [
        *_by_digest(acting, question),
        *_by_looks(home, acting, question, radius),
        *_by_imprints(home, acting, question),
    ]
    own = question.asker.own  # a held medium that asks is not told of itself
    return [each for each in _once(sorted(found)) if each.where != Where.HELD or each.id != own]


def _by_digest(acting: Acting, question: Question) -> Iterator[Answer]:
    for entries in knowledge_of(acting.unit, question.names).values():
        yield from (_identical(Where.KNOWN, entry.pk) for entry in entries)
    for media in held_of(acting.unit, question.names).values():
        yield from (_identical(Where.HELD, medium.pk) for medium in media)


def _identical(where: Where, owner: int) -> Answer:
    return Answer(RANK[MatchKind.IDENTICAL], 0, where, owner, MatchKind.IDENTICAL.value, 0)


def _by_looks(home: Home, acting: Acting, question: Question, radius: int) -> Iterator[Answer]:
    if not question.prints:
        return
    known, held = (home.shelf(acting.unit, name) for name in ("known", "held"))
    hits = _hits(known, question, radius)
    owners = _owners(_wholes, acting.person, hits)
    size = known.index.status().entries
    yield from (_answer(Where.KNOWN, owners[record], *hits[record], size) for record in hits if record in owners)
    hits = _hits(held, question, radius)
    owners = _owners(_media, acting.person, hits)
    size = held.index.status().entries
    yield from (_answer(Where.HELD, owners[record], *hits[record], size) for record in hits if record in owners)


def _by_imprints(home: Home, acting: Acting, question: Question) -> Iterator[Answer]:
    if not question.asker.marks:
        return
    for find in finds(home.stock(acting.unit), question.asker):
        where, owner = find.other
        yield Answer(
            rank=RANK[find.kind],
            far=MATCH_DISTANCE + 1 - find.worth,
            where=Where.HELD if where == "held" else Where.KNOWN,
            id=owner,
            kind=find.kind.value,
            distance=find.distance,
            orientation=find.orientation,
            quality=find.quality,
            expected_false=find.expected_false,
            evidence=find.evidence,
        )


def _hits(shelf: Shelf, question: Question, radius: int) -> dict[int, tuple[Hit, int | None]]:
    """The nearest hit of each record, over all frames that ask, with the quality of the frame."""
    nearest: dict[int, tuple[Hit, int | None]] = {}
    for orientations, quality in question.prints:
        for hit in shelf.index.search_oriented(orientations, radius):
            if hit.record not in nearest or hit.distance < nearest[hit.record][0].distance:
                nearest[hit.record] = hit, quality
    return nearest


Owned = Callable[[Person, Collection[int]], list[tuple[int, int | None]]]


def _owners(owned: Owned, viewer: Person, hits: Iterable[int]) -> dict[int, int]:
    """What each row found belongs to: the medium of a fingerprint, the whole file of a further frame."""
    wanted, owners = list(hits), dict[int, int]()
    for at in range(0, len(wanted), AT_ONCE):
        found = owned(viewer, wanted[at : at + AT_ONCE])
        owners |= {key: owner if owner is not None else key for key, owner in found}
    return owners


@compiled
def _wholes(viewer: Person, keys: Collection[int]) -> "QuerySet[Knowledge, tuple[int, int | None]]":
    known = visible_to(viewer, Knowledge.objects).filter(source__withdrawn_at=None, id__in=keys)
    return known.values_list("id", "whole_id")


@compiled
def _media(viewer: Person, keys: Collection[int]) -> "QuerySet[Fingerprint, tuple[int, int | None]]":
    prints = visible_to(viewer, Fingerprint.objects, "medium__unit").filter(id__in=keys)
    return prints.values_list("id", "medium_id")


def _answer(where: Where, owner: int, hit: Hit, quality: int | None, size: int) -> Answer:
    expected, near = film_chance.of_pictures(hit.distance, size), MatchKind.NEAR
    return Answer(RANK[near], hit.distance, where, owner, near.value, hit.distance, hit.orientation, quality, expected)


def _once(found: Iterable[Answer]) -> list[Answer]:
    """The first answer of a kind about each thing; equal bytes need not be found again, nor the place of a near one."""
    once: dict[tuple[Where, int, str], Answer] = {}
    for answer in found:
        thing = answer.where, answer.id
        if (*thing, MatchKind.IDENTICAL.value) in once:
            continue
        if answer.kind == MatchKind.PLACE and any(each[:2] == thing for each in once):
            continue
        first = once.setdefault((*thing, answer.kind), answer)
        first.evidence.update({name: told for name, told in answer.evidence.items() if name not in first.evidence})
    return list(once.values())
