"""A series' life: what may follow what, and the one function that makes it so."""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid, Refused
from havre.restrictions.keep import said, say_both
from havre.restrictions.model import CLOSED, Restriction
from havre.restrictions.models import Kind
from havre.series.claims import carried
from havre.series.models import Life, Move, Series, Stamp, Status, Step
from havre.series.united import united
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
    """Whether it is what it is only by the word of others: then they may take it back. Whom its own unit has identified
    stays so."""
    return bool(_who_told(series)) and not series.victims.exclude(identified_at=None).exists()


def _who_told(series: Series) -> str:
    last = series.moves.order_by("pk").last()
    return "" if last is None else told_by(last)


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


def life_of_both(one: Life, other: Life, *, all_safe: bool) -> Life:
    """What two series are as one: as far as the farther one, and safe only where neither has a child who is not.

    It is withdrawn only where both are: somebody looks on in an open one.
    """
    lives = [life for life in (one, other) if life in FORWARD]
    if not lives:
        return one
    far = max(lives, key=FORWARD.index)
    return Life.IDENTIFIED if far == Life.SAFEGUARDED and (Life.IDENTIFIED in lives or not all_safe) else far


def absorb(into: Series, other: Series, at: datetime, *, meant: bool = True) -> tuple[Restriction, Restriction] | None:
    """The other became part of this series, which is then what both are as one; nobody did it, media that came did.

    What either was by the word of others alone this one is by their word too: they may take it back. Only whom both let
    in may know of it: what was said of it before and is now, where the word on the other was narrower. Who is recorded
    in the other is not told with this one where nobody `meant` that they are one, nor said who may know of the other;
    and an open one stays open where nobody meant it, whoever was identified in the other.
    """
    was, far = Life(into.life), Life(other.life)
    if far == Life.MERGED:
        return None
    who = {series.pk: _who_told(series) if was_told(series) else "" for series in (into, other)}
    move(other, Life.MERGED, None, at)
    carried(into, other, at)
    along = meant or not _told_anew(into, other)
    if along:
        into.victims.add(*other.victims.all())  # whoever is identified there stays so to all who may know of this one
    for done in other.stamps.select_related("by"):
        stamp(into, Step(done.step), done.by, done.at)
    parts = Series.objects.filter(pk__in=[*united(into), *united(other)], victims__isnull=False)
    unsafe = parts.filter(victims__safeguarded_at=None).exists()
    brings = far if along and (meant or far not in BY_TOLD) else _open_beside(was, far)
    becomes = life_of_both(was, brings, all_safe=not unsafe)
    own = any(series.victims.exclude(identified_at=None).exists() for series in (into, other))
    by = "" if own else who[into.pk if was == Life.SAFEGUARDED else other.pk]
    part = f"as {other.reference}, now part of it"
    if was == Life.WITHDRAWN and becomes not in (was, Life.UNIDENTIFIED):
        _became(into, Life.UNIDENTIFIED, part, at)  # so far it is when others take back what they said
    if becomes != into.life:
        _became(into, becomes, f"{becomes}: {by}" if by and becomes in BY_TOLD else part, at)
    return say_both(Kind.SERIES, into.pk, other.pk, at)


def _open_beside(was: Life, far: Life) -> Life:
    """How far an open series is with one that nobody said is the same: no farther. Whoever reads that it is identified
    would look no more for a child of whom nobody said anything."""
    return Life.UNIDENTIFIED if was not in BY_TOLD and far in FORWARD else far


def _told_anew(into: Series, other: Series) -> bool:
    """Whether others may know of this one, and nobody ever said who may know of the other."""
    words = said(Kind.SERIES, [into.pk, other.pk])
    return other.pk not in words and bool(words.get(into.pk, CLOSED).most)


def _became(series: Series, to: Life, reason: str, at: datetime) -> None:
    was, series.life = series.life, to
    series.save(update_fields=["life"])
    Move.objects.create(series=series, was=was, became=to, at=at, reason=reason)


def stamp(series: Series, step: Step, by: Person, at: datetime) -> bool:
    """A step is done, the first time it is said; whether this was the first."""
    _stamp, first = Stamp.objects.get_or_create(series=series, step=step, defaults={"by": by, "at": at})
    return first
