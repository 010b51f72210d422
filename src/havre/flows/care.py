"""Pauses and viewing: what a person chooses for themselves is theirs; the limits of a unit are written down."""

from havre.care.choose import Choice, choose_viewing, go_on, set_limits, take_pause
from havre.care.models import Pause, UnitLimits, Viewing
from havre.care.queries import limits_of
from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import Acting
from havre.units.models import RoleName


def pause(acting: Acting) -> Pause:
    """A pause of the unit's length from now on. The log is told of no pause: it is read by others."""
    with durable():
        return take_pause(acting.person, limits_of(acting.person).pause, acting.now())


def end_pause(acting: Acting) -> int:
    """Go on before the end of a pause one took oneself."""
    with durable():
        return go_on(acting.person, acting.now())


def choose(acting: Acting, choice: Choice) -> Viewing:
    """How the acting person wants to see, within the unit's limits."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="see pictures")
    with durable():
        return choose_viewing(acting.person, choice)


def limit(home: Home, acting: Acting, *, day: int, stretch: int, pause: int) -> UnitLimits:
    """The limits of the acting person's unit, in seconds."""
    acting.must_be(RoleName.SUPERVISOR, RoleName.ADMINISTRATOR, to="set the limits of the unit")
    with durable():
        limits = set_limits(acting.unit, day, stretch, pause)
        detail = {"act": "viewing limits", "day": day, "stretch": stretch, "pause": pause}
        log(home, acting, "change", f"unit {acting.unit.name}", detail)
        seal_log(home, acting)
    return limits
