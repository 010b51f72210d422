"""One unit, one person works on a series, so that nobody does the same work twice."""

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.exchange.models import Kind, Shared
from havre.exchange.publish import owner_of
from havre.exchange.queries import about_series, refs_of
from havre.exchange.rules import handed
from havre.exchange.sight import entered, sighted
from havre.flows.contenders import holding
from havre.flows.contest import wanted_too
from havre.flows.handing import on_board, unit_called
from havre.flows.home import Home, log
from havre.flows.series import thing_of, working_on
from havre.restrictions.keep import actor
from havre.series.claims import claim, hand, release
from havre.series.models import Claim, Life, Series
from havre.series.moves import move
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import is_a


def held_by_another(acting: Acting, series: Series) -> Shared | None:
    """The claim of another unit on the same, as far as this one may know."""
    now = acting.now()
    said = about_series(acting.person, refs_of(acting.person, series, now), now)
    held = holding((row for row in said if row.kind == Kind.CLAIM), now)
    return None if held is None or handed(held, owner_of(acting.unit)) else held


def _refusal(held: Shared, series: Series) -> Refused:
    return Refused(
        _("%(by)s (%(country)s) works on the same as %(series)s until %(until)s: ask them, or wait until then")
        % {
            "by": held.unit,
            "country": held.country,
            "series": series.reference,
            "until": str(held.body.get("until", ""))[:10],
        }
    )


def take(home: Home, acting: Acting, named: str) -> Claim:
    """Whoever acts works on the series from now on; one that nobody investigated yet is under investigation.

    Raises Refused while another unit works on the same, as far as this one may know; a unit of this node hears of it.
    """
    with working_on(home, acting, named, "work on series") as series:
        other = held_by_another(acting, series)
        if other is None:
            return _taken(home, acting, series)
        if (own := on_board(acting, series)) is not None:
            wanted_too(acting, own.condition.value, other)
        here = actor(acting.unit, acting.now())
        sighted([other], here, "look", acting.now())  # the answer tells of it: that is kept before it leaves
        entered(here, log(home, acting, "change", thing_of(series), {"act": "claim refused", "held by": other.unit}))
    raise _refusal(other, series)


def _taken(home: Home, acting: Acting, series: Series) -> Claim:
    held = claim(series, acting.person, acting.now())
    if series.life == Life.UNIDENTIFIED:
        move(series, Life.INVESTIGATED, acting.person, acting.now())
    until = held.until.isoformat(timespec="seconds")
    log(home, acting, "change", thing_of(series), {"act": "claimed", "until": until})
    return held


def hand_over(home: Home, acting: Acting, named: str, to: str) -> Claim:
    """Another unit is to go on with it: its claim holds once it says so, and this one until then.

    Raises Invalid where nobody works on it, or the other unit may not know of it.
    """
    with working_on(home, acting, named, "hand series over") as series:
        row = on_board(acting, series)
        if row is None:
            raise Invalid(_("nobody else may know of %(series)s yet") % {"series": series.reference})
        unit = unit_called(acting, to, row)
        supervises = is_a(acting.person, RoleName.SUPERVISOR)
        held = hand(series, acting.person, acting.now(), unit.owner, of_another=supervises)
        detail = {"act": "handed over", "to": f"{unit.unit} ({unit.country})", "held by": held.by.name}
        log(home, acting, "change", thing_of(series), detail)
    return held


def give_back(home: Home, acting: Acting, named: str) -> Claim:
    """Nobody works on the series any more; a supervisor may take it from whoever does."""
    with working_on(home, acting, named, "give series back") as series:
        supervises = is_a(acting.person, RoleName.SUPERVISOR)
        held = release(series, acting.person, acting.now(), of_another=supervises)
        if series.life == Life.INVESTIGATED:
            move(series, Life.UNIDENTIFIED, acting.person, acting.now())
        log(home, acting, "change", thing_of(series), {"act": "released", "held by": held.by.name})
    return held
