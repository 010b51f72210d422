"""An analyst says that two series are one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.group_anew import group_anew, settle_word
from havre.flows.home import Home, consulted, log, seal_log, take_turn
from havre.flows.series import over, thing_of
from havre.flows.source import holding
from havre.flows.stacks_follow import stacks_follow
from havre.restrictions.keep import said
from havre.restrictions.model import CLOSED, Restriction, digest, expired
from havre.restrictions.models import Kind
from havre.restrictions.rules import in_both
from havre.series.decide import decide
from havre.series.keep import move
from havre.series.models import Series, Word
from havre.series.queries import OVER, series_for
from havre.series.regroup import goes_on_of
from havre.units.acting import NO_REASON, Acting
from havre.units.models import RoleName


@dataclass(frozen=True, slots=True)
class Part:
    """One of two series, as it is before they are one."""

    series: Series
    media: int
    said: Restriction


@dataclass(frozen=True, slots=True)
class Joining:
    """What comes of calling two series one, as they are at this moment."""

    goes_on: Part
    other: Part
    said: Restriction
    """Of the one that goes on, from then on."""

    @property
    def mark(self) -> str:
        """Tells whether any of this has changed since somebody read it."""
        parts = [f"{each.series.pk} {each.media} {digest(each.said)}" for each in (self.goes_on, self.other)]
        return sha256(" ".join(parts).encode()).hexdigest()[:16]


def would_join(home: Home, acting: Acting, named: str, other: str) -> Joining:
    """What `join` would do, read beforehand; raises what it would. That somebody looked is logged."""
    into, joined = _two(acting, named, other)
    for series in (into, joined):
        if series.status in OVER:
            raise over(series)
    consulted(home, acting, thing_of(into), {"act": "compared", "with": joined.reference})
    return _joining(into, joined, acting.now())


def _joining(into: Series, joined: Series, at: datetime) -> Joining:
    goes_on = goes_on_of(into, joined)
    other = other_of(goes_on, into, joined)
    words = said(Kind.SERIES, [into.pk, joined.pk])
    one, two = words.get(goes_on.pk, CLOSED), words.get(other.pk, CLOSED)
    becomes = in_both(one, two) if len(words) > 1 else one
    return Joining(_part(goes_on, one, at), _part(other, two, at), _holds(becomes, at))


def _part(series: Series, word: Restriction, at: datetime) -> Part:
    return Part(series, series.members.count(), _holds(word, at))


def _holds(word: Restriction, at: datetime) -> Restriction:
    """What holds by this word now: nobody knows by one that ran out."""
    return CLOSED if expired(word, at) else word


def _two(acting: Acting, named: str, other: str) -> tuple[Series, Series]:
    acting.must_be(RoleName.ANALYST, to="decide on series")
    into, joined = series_for(acting.person, named), series_for(acting.person, other)
    if into.pk == joined.pk:
        raise Invalid(_("name another series to merge with %(into)s") % {"into": into.reference})
    return into, joined


def join(
    home: Home,
    acting: Acting,
    named: str,
    other: str,
    *,
    narrowed: Callable[[Series], None] = lambda _: None,
    read: str | None = None,
) -> Series:
    """All media of both belong together; the series that goes on. What parted them before no longer does.

    Only whom both let in may know of it: `narrowed` is called where fewer do than of the one that goes on. `read` is
    the mark of what whoever merges read beforehand; None where nobody did. Raises Refused where that is otherwise now.
    """
    into, joined = _two(acting, named, other)
    with holding(acting.unit):
        take_turn()  # before any series is written: whoever works on one has the turn and waits for it
        for series in (into, joined):
            series.refresh_from_db()
            if series.status in OVER:
                raise over(series)
        if read not in (None, _joining(into, joined, acting.now()).mark):
            raise _changed(into, joined)
        media = {medium for series in (into, joined) for medium in series.members.values_list("medium", flat=True)}
        reason = "" if acting.reason == NO_REASON else acting.reason
        before = said(Kind.SERIES, [into.pk, joined.pk])
        decide(into, Word.CONFIRMED, [media], acting.person, acting.now(), reason)
        move(acting.unit, media)
        group_anew(home, acting.unit, acting.now())
        stacks_follow(acting.unit)
        goes_on = _going_on(into, joined)
        settle_word(home, acting, goes_on, [other_of(goes_on, into, joined)])
        detail = {"act": "merged", "media": len(media), "with": other_of(goes_on, into, joined).reference}
        log(home, acting, "change", thing_of(goes_on), detail)
        seal_log(home, acting)
    if said(Kind.SERIES, [goes_on.pk]).get(goes_on.pk) != before.get(goes_on.pk):
        narrowed(goes_on)
    return goes_on


def _going_on(into: Series, joined: Series) -> Series:
    """The one of the two that has the media now."""
    for series in (into, joined):
        series.refresh_from_db()
    goes_on = next((series for series in (into, joined) if series.status not in OVER), None)
    if goes_on is None or goes_on.members.exists() is False:
        raise _changed(into, joined)
    return goes_on


def _changed(into: Series, joined: Series) -> Refused:
    return Refused(
        _("%(into)s and %(joined)s changed meanwhile: look at them again")
        % {"into": into.reference, "joined": joined.reference}
    )


def other_of(goes_on: Series, into: Series, joined: Series) -> Series:
    """The one of the two that does not go on."""
    return joined if goes_on.pk == into.pk else into
