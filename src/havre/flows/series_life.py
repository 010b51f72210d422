"""What people do with a series besides deciding on it: they name it, move it on, and say which steps are done."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.flows.home import Home, log
from havre.flows.series import thing_of, working_on
from havre.series.models import Life, Series, Step
from havre.series.moves import move, stamp
from havre.series.steps import BY_ITSELF
from havre.units.acting import NO_REASON, Acting

LONGEST_NAME = 80

BY_HAND = (Life.LOCATED, Life.INVESTIGATED, Life.UNIDENTIFIED, Life.WITHDRAWN)
"""What a person may say a series is; identified and safeguarded follow from its victims, merged from its media."""


def name_series(home: Home, acting: Acting, named: str, name: str) -> Series:
    """What analysts call it; empty takes the name away."""
    said = " ".join(name.split())
    if len(said) > LONGEST_NAME or not said.isprintable():
        raise Invalid(_("the name of a series is one line of %(most)s characters at most") % {"most": LONGEST_NAME})
    with working_on(home, acting, named, "name series") as series:
        log(home, acting, "change", thing_of(series), {"act": "named", "was": series.name, "name": said})
        series.name = said
        series.save(update_fields=["name"])
    return series


def move_series(home: Home, acting: Acting, named: str, to: Life) -> Series:
    """The series is this from now on; the reason of whoever acts is kept with it."""
    if to not in BY_HAND:
        raise Invalid(
            _("a series becomes %(to)s by itself: record its victims, or merge it") % {"to": pgettext("series", to)}
        )
    with working_on(home, acting, named, "move series") as series:
        reason = "" if acting.reason == NO_REASON else acting.reason
        moved = move(series, to, acting.person, acting.now(), reason)
        log(home, acting, "change", thing_of(series), {"act": "moved", "was": moved.was, "became": moved.became})
    return series


def stamp_step(home: Home, acting: Acting, named: str, step: Step) -> Series:
    """A step of the series is done; said again, the first time counts."""
    if step in BY_ITSELF:
        raise Invalid(_("Havre times the step %(step)s by itself") % {"step": pgettext("step", step)})
    with working_on(home, acting, named, "say that a step is done") as series:
        first = stamp(series, step, acting.person, acting.now())
        log(home, acting, "change", thing_of(series), {"act": "step done", "step": step, "before": not first})
    return series
