"""Care in words: the bar at the top, how long somebody looked, when it goes on."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.care.models import Pause, Viewing, Why
from havre.care.queries import limits_then, spent_by, viewing_then
from havre.care.rules import LONGEST_LOOK, Limits, Spent
from havre.entrypoints.analyst import zones
from havre.entrypoints.analyst.node import now
from havre.units.models import Person

LONG = 120
"""Minutes from which on hours are told too: nobody reads 369 minutes."""


@dataclass
class Care:
    """What every page of somebody who works with media carries; each part is read when a template asks."""

    person: Person

    @cached_property
    def viewing(self) -> Viewing:
        """How this person wants to see."""
        return viewing_then(self.person)

    @cached_property
    def limits(self) -> Limits:
        """What holds for this person."""
        return limits_then(self.person)

    @cached_property
    def bar(self) -> dict[str, object]:
        """Words and share for the bar at the top."""
        return told(self.spent, self.limits)

    @cached_property
    def spent(self) -> Spent:
        """How long this person looked today."""
        return spent_by(self.person, now(), self.limits)

    @property
    def longest(self) -> int:
        """Seconds after which the page veils by itself."""
        return int(LONGEST_LOOK.total_seconds())


def care_of(request: HttpRequest, person: Person) -> Care:
    """That of whoever sent this request: asked for once, however many places show it."""
    kept: Care = vars(request).setdefault("care", Care(person))
    return kept


def figures(person: Person, at: datetime) -> dict[str, object]:
    """Own viewing time of today, in words and as a share of the limit."""
    limits = limits_then(person)
    return told(spent_by(person, at, limits), limits)


def told(spent: Spent, limits: Limits) -> dict[str, object]:
    """`41 min of 2 h`, and the share of the limit in percent."""
    share = min(100, round(100 * spent.day / limits.day))
    words = _("%(spent)s of %(limit)s") % {"spent": length(spent.day), "limit": length(limits.day)}
    return {"words": words, "share": share, "label": _("%(share)d percent of today's viewing limit") % {"share": share}}


def length(seconds: float) -> str:
    """A time in hours and minutes: `1 h 20 min`; whole minutes, downwards."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def left(seconds: float) -> str:
    """How long it still takes, upwards to whole minutes; in hours from two on."""
    minutes = max(1, -int(-seconds // 60))
    if minutes >= LONG:
        return length(60 * minutes)
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def pause_sentence(pause: Pause) -> str:
    """Why it stops, and when it goes on."""
    at, begins, ends = now(), zones.told(pause.began_at), zones.told(pause.until)
    if at < pause.began_at:
        return _("Pause due: finish this stack. The pause begins at %(begins)s.") % {"begins": begins}
    if pause.why == Why.DAY:
        if zones.day(pause.until) == zones.day(at):
            return _("Today's viewing time is used up. It goes on today, after %(ends)s.") % {"ends": ends}
        return _("Today's viewing time is used up. It goes on tomorrow, after %(ends)s.") % {"ends": ends}
    return _("You are on a pause. It goes on at %(ends)s.") % {"ends": ends}
