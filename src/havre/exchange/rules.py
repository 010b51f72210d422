"""Who works on it when two say so, and to which countries clues point."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.exchange.imprint_shape import camera_in, imprints_in
from havre.exchange.models import Kind, Shared
from havre.linking.countries import POINTS, Certainty, Hypothesis, Where
from havre.restrictions.model import Owner, is_kept

SHORT = 8
"""Hex digits of a thing's UUID by which people call it, after its country."""

ENOUGH = POINTS[Certainty.SURE]
"""Points from which clues point to a country: one that is sure, or two that are likely."""

MOST_COUNTRIES = 3
"""Countries that are equally likely and alerted together: more are no hypothesis."""

ANSWERED_WITHIN = timedelta(hours=24)
URGENT_WITHIN = timedelta(hours=2)
"""How long a country has to acknowledge an alert before it is escalated."""


SUREST = ("identical", "near", "segment", "sound", "place", "camera")
"""How two media agree, the surest first: as a match of a unit's own, and by the camera that both state."""

SAME = ("identical", "near", "segment")
"""What is the same material; sounds, places and cameras say only that it may belong together."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    Kind.SERIES: ("name", "life"),
    Kind.CLAIM: ("since", "until"),
    Kind.IDENTIFICATION: ("country",),
}
"""What must be told of things of these kinds."""

TEXTS = ("name", "life", "contact", "text", "kind", "since", "until", "country")
"""What is text wherever it is told."""

LONGEST_CLAIM = timedelta(days=366)
"""From when it began until it runs out: far more than any that is renewed by work."""

CLOCKS = timedelta(days=1)
"""How far two nodes may be apart, with their clocks and what lies between: no claim began longer before it came."""

CALLED = ("node", "unit", "country")
"""What a unit is called by in a claim that is handed to it."""


def must_be_shaped(kind: str, told: Mapping[str, object]) -> None:
    """What is told of a thing is what others read of things of its kind. Raises Invalid."""
    if kind == Kind.MEDIA:
        imprints_in(told)
        camera_in(told)
    needed = all(told.get(name) is not None for name in NEEDED.get(kind, ()))
    texts = all(isinstance(told[name], str) for name in TEXTS if told.get(name) is not None)
    claimed = kind != Kind.CLAIM or _claims(told)
    if not (needed and texts and claimed and _lists_of_texts(told.get("countries", {}))):
        raise Invalid(_("what is told of a thing is not shaped as its kind is"))


def _claims(told: Mapping[str, object]) -> bool:
    since, until, to = time_told(told.get("since")), time_told(told.get("until")), told.get("hand_to")
    lasts = since is not None and until is not None and since <= until <= since + LONGEST_CLAIM
    called = to is None or (isinstance(to, Mapping) and set(to) == set(CALLED))
    return lasts and called and all(isinstance(each, str) for each in (to.values() if isinstance(to, Mapping) else ()))


def time_told(given: object) -> datetime | None:
    """The time with a zone that a text from anywhere tells, where every database keeps it; None where it is none."""
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and is_kept(found) else None


def _lists_of_texts(given: object) -> bool:
    lists = given.values() if isinstance(given, Mapping) else [None]
    return all(isinstance(each, list) and all(isinstance(text, str) for text in each) for each in lists)


def reference(row: Shared) -> str:
    """How people call something on the board: BE-1a2b3c4d."""
    return f"{row.country}-{row.ref.hex[:SHORT]}"


def no_series() -> NotFound:
    """The sentence for a series of others that is not there, or not for whoever asks."""
    return NotFound(_("there is no such series of others: `havre check` lists them"))


def points_to(found: Where) -> list[Hypothesis]:
    """The countries to which clues point: the likeliest, where enough speaks for it and few are as likely."""
    best = max((each.points for each in found.possible), default=0)
    first = [each for each in found.possible if each.points == best]
    return first if best >= ENOUGH and len(first) <= MOST_COUNTRIES else []


def stands(claim: Shared, at: datetime) -> bool:
    """Whether a claim has neither been given back nor run out."""
    until = time_told(claim.body.get("until"))
    return claim.withdrawn_at is None and until is not None and until > at


def began(claim: Shared) -> datetime | None:
    """Since when a claim counts: as it says, but of another node not long before it was heard of here."""
    since, heard = time_told(claim.body.get("since")), getattr(claim, "heard", None) if claim.node else None
    return heard.at if since is not None and heard is not None and since < heard.at - CLOCKS else since


def winner(claims: Iterable[Shared], at: datetime) -> Shared | None:
    """The claim that holds: the earliest that has not run out; of two at the same moment, everywhere the same one.

    One that was handed to a unit makes room for that unit's, once that is there.
    """
    standing = [(since, str(claim.ref), claim) for claim in claims if stands(claim, at) and (since := began(claim))]
    standing.sort(key=lambda each: each[:2])
    held = standing[0][2] if standing else None
    for _since, _ref, claim in standing[1:]:
        if held is not None and handed(held, claim.source):
            held = claim
    return held


def handed(claim: Shared, to: Owner) -> bool:
    """Whether whoever has this claim hands it to that unit."""
    return hands_to(claim) == to


def hands_to(claim: Shared) -> Owner | None:
    """The unit to which whoever has this claim hands it; None where nobody is asked."""
    to = claim.body.get("hand_to")
    return Owner(*(str(to.get(name, "")) for name in CALLED)) if isinstance(to, Mapping) else None


def told_from(kind: str, told: Mapping[str, Any], node: str, home: str) -> Mapping[str, Any]:
    """What another node tells, with the node of a unit as it is called here: there its own has none, here ours has."""
    to = told.get("hand_to") if kind == Kind.CLAIM else None
    if not isinstance(to, Mapping):
        return told
    named = {"": node, home: ""}
    return {**told, "hand_to": {**to, "node": named.get(to["node"], to["node"])}}
