"""Ask what the unit knows and holds: by a file, by a digest, by a fingerprint. Nothing is kept of what was asked."""

import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.cases.models import Item
from havre.compiled import compiled
from havre.errors import Invalid
from havre.fingerprints import scene
from havre.fingerprints.exact import from_hex
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY, ORIENTATIONS
from havre.flows.candidates import TURNS
from havre.flows.home import Home, consulted
from havre.matches.digests import Named, held_of, knowledge_of
from havre.matches.finds import RANK, Asker, finds
from havre.matches.marks import Looks, Mark, marks_of
from havre.matches.models import Knowledge, MatchKind
from havre.matches.queries import knowledge_for
from havre.matches.shelves import Shelf
from havre.matching import film_chance
from havre.matching.places import Region
from havre.matching.reference import HASH_BITS, Hit
from havre.media.decode.outcomes import Decoded
from havre.media.look import Opened, look
from havre.media.models import Fingerprint, Medium
from havre.media.queries import fingerprints_of, media_for
from havre.media.sources import Found, shown
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting
from havre.units.models import Person, RoleName

MOST = 1_000
"""Matches in one answer, the nearest; a wide radius would otherwise give back everything there is."""

PDQ_DIGITS = 64

MOST_FRAMES = 300
"""Frames of a held medium that ask: as many as are kept of an animation."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: digests, fingerprints in eight orientations with their quality, and how to call it."""

    thing: str
    names: tuple[Named, ...] = ()
    prints: tuple[tuple[bytes, int | None], ...] = ()
    asker: Asker = field(default_factory=lambda: Asker(()))
    """What is asked beyond digests and PDQ."""
    notes: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found, nearest first, and what a person should know of it."""

    matches: list[dict[str, Any]]
    notes: tuple[str, ...]


def search(
    home: Home, acting: Acting, asked: str, radius: int = MATCH_DISTANCE, region: Region | None = None
) -> Answers:
    """All that the unit knows or holds that equals what is asked, is within `radius` bits of it, or shares a part.

    `asked` is a file, 32 or 40 hex digits (MD5, SHA-1), or 64 (SHA-256 and PDQ, both are tried). With a `region` of a
    picture (x, y, width, height in pixels) only what is seen in it is looked for. Raises Invalid for anything else.
    The question is logged before the answer leaves.
    """
    may_search(acting)
    found, notes = ask(home, acting, question_of(home, asked), radius, region)
    return Answers(_shown(acting, found), notes)


def may_search(acting: Acting) -> None:
    """Raises Refused for whoever does not work with media."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="search")


def ask(
    home: Home,
    acting: Acting,
    question: Question,
    radius: int = MATCH_DISTANCE,
    region: Region | None = None,
) -> tuple[list[Answer], tuple[str, ...]]:
    """The nearest that the unit knows or holds, and what a person should know of it; logged before it leaves."""
    if not 0 <= radius <= HASH_BITS:
        raise Invalid(
            _("a radius lies between 0 and %(bits)s bits, not %(radius)s: %(usual)s is usual")
            % {"bits": HASH_BITS, "radius": radius, "usual": MATCH_DISTANCE}
        )
    if region is not None:
        question = only_region(question, region)
    answers = find(home, acting, question, radius)
    notes = question.notes
    if len(answers) > MOST:
        notes += (f"{len(answers)} matches: only the nearest {MOST} are shown",)
    consulted(home, acting, question.thing, _logged(question, radius, len(answers)))
    return answers[:MOST], notes


def find(home: Home, acting: Acting, question: Question, radius: int = MATCH_DISTANCE) -> list[Answer]:
    """All that the unit knows or holds that answers, each once a kind, the surest first; whoever asks logs it."""
    found = [
        *_by_digest(acting, question),
        *_by_looks(home, acting, question, radius),
        *_by_imprints(home, acting, question),
    ]
    own = question.asker.own  # a held medium that asks is not told of itself
    return [each for each in _once(sorted(found)) if each.where != Where.HELD or each.id != own]


# ---- the question ----


def question_of(home: Home, asked: str) -> Question:
    """What a file or hex digits ask. Raises Invalid for anything else."""
    if Path(asked).exists():
        return _of_file(home, asked)
    if not is_digits(asked):
        raise Invalid(
            _(
                "%(asked)s is neither a file nor a fingerprint: give a file, or 32 (MD5), 40 (SHA-1) or 64 (SHA-256 or"
                " PDQ) hex digits"
            )
            % {"asked": shown(asked)}
        )
    return of_digits(asked)


def is_digits(asked: str) -> bool:
    """Whether this is a digest or a PDQ in hex digits."""
    digits = asked.strip().lower()
    return len(digits) in (32, 40, PDQ_DIGITS) and set(digits) <= set("0123456789abcdef")


def of_digits(asked: str) -> Question:
    """What a digest or a PDQ in hex digits asks."""
    digits = asked.strip().lower()
    kind, value = from_hex(digits)
    if len(digits) != PDQ_DIGITS:
        return Question(f"what has this {kind.upper()}", (Named(**{kind: value}),))
    # Nothing tells a SHA-256 from a PDQ. A list states no turned fingerprints: it is asked as it is.
    return Question("what has this SHA-256 or PDQ", (Named(sha256=value),), ((value * TURNS, None),))


def _of_file(home: Home, path: str) -> Question:
    if not Path(path).is_file():
        raise Invalid(_("%(path)s is no file: search for one file at a time") % {"path": shown(path)})
    location = os.fsencode(os.path.realpath(path))
    found = Found(shown(path), location, Path(path).stat().st_size)
    return of_content(home, found, None, f"the file {shown(path)}")


def of_content(home: Home, found: Found, opened: Opened | None, called: str) -> Question:
    """What a file asks, looked at in the sandbox and kept nowhere. Raises Invalid for one that is no medium."""
    with home.worker() as worker:
        looked = look(worker, found, opened)
    digests, decoded = looked.digests, looked.decoded
    if digests is None:
        why = looked.refusal or _("it is an archive, name a file in it")
        raise Invalid(_("%(path)s can't be searched for: %(why)s") % {"path": found.path, "why": why})
    name = Named(digests.md5, digests.sha1, digests.sha256)
    troubles = tuple(filter(None, (looked.refusal, looked.quarantine, decoded.damage if decoded else "")))
    frames = decoded.frames if decoded else ()
    usable = [frame for frame in frames if frame.quality >= MIN_QUALITY]
    if frames and not usable and not (decoded and decoded.imprints):
        troubles += ("too flat for its fingerprint to mean anything: only equal bytes are found",)
    asker = Asker(_marks(decoded), (decoded.width, decoded.height) if decoded and decoded.width else None)
    prints = tuple((frame.orientations, frame.quality) for frame in usable)
    return Question(f"what is like {called}", (name,), prints, asker, troubles)


def of_medium(home: Home, acting: Acting, medium: Medium) -> Question:
    """What a held medium asks: for everything like it, itself left out."""
    prints = fingerprints_of(acting.person, medium).filter(partial=False, quality__gte=MIN_QUALITY)
    asked = tuple((bytes(each.orientations), each.quality) for each in prints[:MOST_FRAMES])
    marks = marks_of(Looks(acting.unit, home.keys.unit(str(acting.unit.pk))), [medium.pk]).get(medium.pk, [])
    size = (medium.width, medium.height) if medium.width and medium.height else None
    return Question(f"what is like medium {medium.pk}", (_named(medium),), asked, Asker(tuple(marks), size, medium.pk))


def _marks(decoded: Decoded | None) -> tuple[Mark, ...]:
    return tuple(Mark(made) for made in decoded.imprints) if decoded else ()


def only_region(question: Question, region: Region) -> Question:
    """The same of a part of a picture alone. Raises Invalid where that lies outside, or has nothing to be found by."""
    asker = question.asker
    views = tuple(mark for mark in asker.marks if mark.method == scene.METHOD and mark.made.at is None)
    x, y, width, height = region
    if asker.size is None or not views:
        raise Invalid(_("a region is of a picture in which there is something to be seen: this is none"))
    if min(x, y) < 0 or min(width, height) < 1 or x + width > asker.size[0] or y + height > asker.size[1]:
        raise Invalid(
            _("this region lies outside the picture of %(width)s × %(height)s pixels")
            % {"width": asker.size[0], "height": asker.size[1]}
        )
    only = replace(asker, marks=views, region=region)
    return replace(question, names=(), prints=(), asker=only, thing=f"{question.thing}, in a region of it")


def _logged(question: Question, radius: int, matches: int) -> dict[str, object]:
    """What the log keeps: whoever has the same digest or fingerprint can show that it was this one, nobody else."""
    salt = secrets.token_bytes(16)
    commitment = sha256(salt)
    for name in question.names:
        commitment.update(name.sha256 or name.sha1 or name.md5 or b"")
    return {
        "act": "search",
        "radius": radius,
        "matches": matches,
        "salt": salt.hex(),
        "commitment": commitment.hexdigest(),
    }


# ---- finding ----


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
    for at in range(0, len(wanted), MOST):
        found = owned(viewer, wanted[at : at + MOST])
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


# ---- the answer ----


def _shown(acting: Acting, answers: list[Answer]) -> list[dict[str, Any]]:
    known = knowledge_for(acting.person).in_bulk([each.id for each in answers if each.where == Where.KNOWN])
    held = media_for(acting.person).in_bulk([each.id for each in answers if each.where == Where.HELD])
    names = {_named(medium) for medium in held.values()}
    labels = {name: _label(entries) for name, entries in knowledge_of(acting.unit, names).items()} if names else {}
    shown_: list[dict[str, Any]] = []
    for each in answers:
        if each.where == Where.KNOWN and (entry := known.get(each.id)) is not None:
            shown_.append(_row(each, entry.sha256, entry.path, entry.label or None) | {"source": entry.source_id})
        elif (medium := held.get(each.id)) is not None:
            path, case = _first_place(acting, medium)
            shown_.append(_row(each, medium.sha256, path, labels[_named(medium)]) | {"case": case})
    return shown_


def _row(answer: Answer, digest: bytes | memoryview | None, path: str, label: str | None) -> dict[str, Any]:
    return {
        "sha256": bytes(digest).hex() if digest is not None else None,
        "path": path,
        "label": label,
        "kind": answer.kind,
        "distance": answer.distance,
        "quality": answer.quality,
        "orientation": ORIENTATIONS[answer.orientation],
        "expected_false": answer.expected_false,
        **answer.evidence,
        "in": answer.where.name.lower(),
    }


def _first_place(acting: Acting, medium: Medium) -> tuple[str, str | None]:
    """Where a medium was first found, and in which case."""
    items = visible_to(acting.person, Item.objects, "intake__case__unit").filter(exhibit__medium=medium)
    found = items.order_by("id").values_list("path", "intake__case__reference").first()
    return found or ("", None)


def _named(medium: Medium) -> Named:
    return Named(bytes(medium.md5), bytes(medium.sha1), bytes(medium.sha256))


def _label(entries: Iterable[Knowledge]) -> str | None:
    """What is judged of a medium: pertinent outweighs not pertinent, as in an intake."""
    judged = sorted((e for e in entries if e.pertinent is not None), key=lambda one: (not one.pertinent, one.pk))
    return judged[0].label if judged else None
