"""Ask what the unit knows and holds: by a file, by a digest, by a fingerprint. Nothing is kept of what was asked."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from havre.cases.models import Item
from havre.errors import Invalid
from havre.fingerprints.pdq import MATCH_DISTANCE, ORIENTATIONS
from havre.flows.home import Home, consulted
from havre.flows.search_asked import Question, named, only_region, question_of
from havre.flows.search_found import Answer, Where, find
from havre.matches.digests import knowledge_of
from havre.matches.models import Knowledge
from havre.matches.queries import knowledge_for
from havre.matching.places import Region
from havre.matching.reference import HASH_BITS
from havre.media.models import Medium
from havre.media.queries import media_for
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST = 1_000
"""Matches in one answer, the nearest; a wide radius would otherwise give back everything there is."""


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
        told = _("%(all)d matches: only the nearest %(shown)d are shown") % {"all": len(answers), "shown": MOST}
        notes += (told,)
    consulted(home, acting, question.thing, _logged(question, radius, len(answers)))
    return answers[:MOST], notes


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


def _shown(acting: Acting, answers: list[Answer]) -> list[dict[str, Any]]:
    known = knowledge_for(acting.person).in_bulk([each.id for each in answers if each.where == Where.KNOWN])
    held = media_for(acting.person).in_bulk([each.id for each in answers if each.where == Where.HELD])
    names = {named(medium) for medium in held.values()}
    labels = {name: _label(entries) for name, entries in knowledge_of(acting.unit, names).items()} if names else {}
    shown_: list[dict[str, Any]] = []
    for each in answers:
        if each.where == Where.KNOWN and (entry := known.get(each.id)) is not None:
            shown_.append(_row(each, entry.sha256, entry.path, entry.label or None) | {"source": entry.source_id})
        elif (medium := held.get(each.id)) is not None:
            path, case = _first_place(acting, medium)
            shown_.append(_row(each, medium.sha256, path, labels[named(medium)]) | {"case": case})
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


def _label(entries: Iterable[Knowledge]) -> str | None:
    """What is judged of a medium: pertinent outweighs not pertinent, as in an intake."""
    judged = sorted((e for e in entries if e.pertinent is not None), key=lambda one: (not one.pertinent, one.pk))
    return judged[0].label if judged else None
