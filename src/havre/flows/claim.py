"""One unit, one person works on a series, so that nobody does the same work twice."""

from havre.flows.home import Home, log
from havre.flows.series import thing_of, working_on
from havre.series.claims import claim, release
from havre.series.models import Claim, Life
from havre.series.moves import move
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import is_a


def take(home: Home, acting: Acting, named: str) -> Claim:
    """Whoever acts works on the series from now on; one that nobody investigated yet is under investigation."""
    with working_on(home, acting, named, "work on series") as series:
        held = claim(series, acting.person, acting.now())
        if series.life == Life.UNIDENTIFIED:
            move(series, Life.INVESTIGATED, acting.person, acting.now())
        until = held.until.isoformat(timespec="seconds")
        log(home, acting, "change", thing_of(series), {"act": "claimed", "until": until})
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
