"""An analyst says that two series are one."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.group_anew import group_anew, settle_word
from havre.flows.home import Home, log, seal_log
from havre.flows.series import over, thing_of
from havre.flows.source import holding
from havre.flows.stacks_follow import stacks_follow
from havre.restrictions.keep import said
from havre.restrictions.models import Kind
from havre.series.decide import decide
from havre.series.keep import move
from havre.series.models import Series, Word
from havre.series.queries import OVER, series_for
from havre.units.acting import NO_REASON, Acting
from havre.units.models import RoleName


def join(
    home: Home, acting: Acting, named: str, other: str, *, narrowed: Callable[[Series], None] = lambda _: None
) -> Series:
    """All media of both belong together; the series that goes on. What parted them before no longer does.

    Only whom both let in may know of it: `narrowed` is called where fewer do than of the one that goes on.
    """
    acting.must_be(RoleName.ANALYST, to="decide on series")
    into, joined = series_for(acting.person, named), series_for(acting.person, other)
    if into.pk == joined.pk:
        raise Invalid(_("name another series to merge with %(into)s") % {"into": into.reference})
    with holding(acting.unit):
        for series in (into, joined):
            series.refresh_from_db()
            if series.status in OVER:
                raise over(series)
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
        raise Refused(
            _("%(into)s and %(joined)s changed meanwhile: look at them again")
            % {"into": into.reference, "joined": joined.reference}
        )
    return goes_on


def other_of(goes_on: Series, into: Series, joined: Series) -> Series:
    """The one of the two that does not go on."""
    return joined if goes_on.pk == into.pk else into
