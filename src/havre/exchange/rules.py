"""Who works on it when two say so, and to which countries clues point."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.exchange.imprint_shape import camera_in, imprints_in
from havre.exchange.models import Kind, Shared
from havre.linking.countries import POINTS, Certainty, Hypothesis, Where

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

NEEDED: Mapping[str, tuple[str, ...]] = {
    Kind.SERIES: ("name", "life"),
    Kind.CLAIM: ("since", "until"),
    Kind.IDENTIFICATION: ("country",),
}
"""What must be told of things of these kinds."""

TEXTS = ("name", "life", "contact", "text", "kind", "since", "until", "country")
"""What is text wherever it is told."""


def must_be_shaped(kind: str, told: Mapping[str, object]) -> None:
    """What is told of a thing is what others read of things of its kind. Raises Invalid."""
    if kind == Kind.MEDIA:
        imprints_in(told)
        camera_in(told)
    needed = all(told.get(name) is not None for name in NEEDED.get(kind, ()))
    texts = all(isinstance(told[name], str) for name in TEXTS if told.get(name) is not None)
    if not (needed and texts and _lists_of_texts(told.get("countries", {}))):
        raise Invalid(_("what is told of a thing is not shaped as its kind is"))


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
    return claim.withdrawn_at is None and _time(claim, "until") > at.isoformat()


def winner(claims: Iterable[Shared], at: datetime) -> Shared | None:
    """The claim that holds: the earliest that has not run out; of two at the same moment, everywhere the same one.

    One that was handed to a unit makes room for that unit's, once that is there.
    """
    standing = [claim for claim in claims if stands(claim, at)]
    standing.sort(key=lambda claim: (_time(claim, "since"), str(claim.ref)))
    held = standing[0] if standing else None
    for claim in standing[1:]:
        if held is not None and handed(held, claim.unit, claim.country):
            held = claim
    return held


def handed(claim: Shared, unit: str, country: str) -> bool:
    """Whether whoever has this claim hands it to that unit."""
    return claim.body.get("hand_to") == {"unit": unit, "country": country}


def _time(claim: Shared, name: str) -> str:
    return str(claim.body.get(name, ""))
