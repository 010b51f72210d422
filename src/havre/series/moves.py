"""A series' life: what may follow what, and the one function that makes it so."""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid, Refused
from havre.series.claims import carried
from havre.series.models import Life, Move, Series, Stamp, Status, Step
from havre.units.models import Person

MAY_BECOME: Mapping[Life, frozenset[Life]] = {
    Life.UNIDENTIFIED: frozenset(
        {Life.INVESTIGATED, Life.LOCATED, Life.IDENTIFIED, Life.WITHDRAWN, Life.MERGED},
    ),
    Life.INVESTIGATED: frozenset(
        {Life.UNIDENTIFIED, Life.LOCATED, Life.IDENTIFIED, Life.WITHDRAWN, Life.MERGED},
    ),
    Life.LOCATED: frozenset({Life.INVESTIGATED, Life.IDENTIFIED, Life.WITHDRAWN, Life.MERGED}),
    Life.IDENTIFIED: frozenset({Life.SAFEGUARDED, Life.MERGED}),
    Life.SAFEGUARDED: frozenset({Life.IDENTIFIED, Life.MERGED}),
    Life.WITHDRAWN: frozenset({Life.UNIDENTIFIED, Life.MERGED}),
    Life.MERGED: frozenset(),
}
"""What is identified stays so: who was identified wrongly is recorded as another victim, and the log has both; whose
police know a child is said anew. A safe series is identified again when another victim is recorded in it. The one
exception is `taken_back`."""

BY_TOLD = (Life.IDENTIFIED, Life.SAFEGUARDED)
"""What a series becomes by the word of others, and is no longer once they take it back."""

FORWARD = (Life.UNIDENTIFIED, Life.INVESTIGATED, Life.LOCATED, Life.IDENTIFIED, Life.SAFEGUARDED)
"""The way to a child that is safe."""

NEED_CONFIRMED = (Life.LOCATED, Life.IDENTIFIED, Life.SAFEGUARDED)
"""What nothing becomes of which nobody confirmed that its media belong together."""

STAMPS: Mapping[Life, tuple[Step, ...]] = {
    Life.INVESTIGATED: (Step.CHECK,),
    Life.LOCATED: (Step.EXCHANGE,),
    Life.IDENTIFIED: (Step.RECORD,),
}
"""Steps that are done once a series is that: whoever takes it has checked that nobody else works on it."""


def move(series: Series, to: Life, by: Person | None, at: datetime, reason: str = "") -> Move:
    """Make the series this, and write down when. Raises Invalid where its story does not allow it."""
    was = Life(series.life)
    if to not in MAY_BECOME[was]:
        raise Invalid(
            _("a series that is %(was)s cannot become %(to)s")
            % {"was": pgettext("series", was), "to": pgettext("series", to)}
        )
    if to in NEED_CONFIRMED and series.status != Status.CONFIRMED:
        raise Refused(_("confirm first that the media of %(series)s belong together") % {"series": series.reference})
    series.life = to
    series.save(update_fields=["life"])
    if by is not None:
        for step in STAMPS.get(to, ()):
            stamp(series, step, by, at)
    return Move.objects.create(series=series, was=was, became=to, at=at, by=by, reason=reason)


def told_reason(to: Life, unit: str, country: str) -> str:
    """Why a series is that by another unit's word."""
    return f"{to}: {unit} ({country})"


def told_by(done: Move) -> str:
    """The unit by whose word it became that; empty where somebody here did it."""
    life, _colon, who = done.reason.partition(": ")
    return who if done.by_id is None and life == done.became else ""


def was_told(series: Series) -> bool:
    """Whether it is what it is only by the word of others: then they may take it back. Its own victims are its own."""
    last = series.moves.order_by("pk").last()
    return last is not None and bool(told_by(last)) and not series.victims.exists()


def taken_back(series: Series, reason: str, at: datetime) -> Move | None:
    """Nobody says it any more: it is again what it was before others said so; None where nobody had.

    The one move that MAY_BECOME does not have.
    """
    said = _said_last(series) if series.life in BY_TOLD and was_told(series) else []
    if not said:
        return None
    was, series.life = Life(series.life), Life(said[-1].was)
    series.save(update_fields=["life"])
    return Move.objects.create(series=series, was=was, became=series.life, at=at, reason=f"{series.life}: {reason}")


def _said_last(series: Series) -> list[Move]:
    """The moves by the word of others that made it what it is, the last one first."""
    return list(takewhile(lambda each: each.became in BY_TOLD and told_by(each), series.moves.order_by("-pk")))


def absorb(into: Series, other: Series, at: datetime) -> None:
    """The other became part of this series, which is then at least as far; nobody did it, media that came did.

    What the other was by the word of others alone this one is by their word too: they may take it back.
    """
    far = Life(other.life)
    if far == Life.MERGED:
        return
    said = other.moves.order_by("pk").last() if was_told(other) else None
    move(other, Life.MERGED, None, at)
    carried(into, other, at)
    into.victims.add(*other.victims.all())  # whoever is identified there stays so to all who may know of this one
    for done in other.stamps.select_related("by"):
        stamp(into, Step(done.step), done.by, done.at)
    if far not in FORWARD or Life(into.life) not in FORWARD or FORWARD.index(far) <= FORWARD.index(Life(into.life)):
        return
    was, into.life = Life(into.life), far
    into.save(update_fields=["life"])
    reason = said.reason if said is not None else f"as {other.reference}, now part of it"
    Move.objects.create(series=into, was=was, became=far, at=at, reason=reason)


def stamp(series: Series, step: Step, by: Person, at: datetime) -> bool:
    """A step is done, the first time it is said; whether this was the first."""
    _stamp, first = Stamp.objects.get_or_create(series=series, step=step, defaults={"by": by, "at": at})
    return first
