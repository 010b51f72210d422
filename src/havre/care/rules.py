"""How long anybody looks: the caps, what a hold adds, when a pause stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from havre.care.models import Pause, Reveal, Why
from havre.errors import Refused

LONGEST_LOOK = timedelta(minutes=2)
"""A reveal never ended counts so long at most; the page veils after it too."""

GRACE = timedelta(minutes=2)
"""From a limit to the pause: enough to finish a stack."""


class OnPause(Refused):
    """A limit was reached or a pause taken: nothing is revealed until it is over."""

    def __init__(self, pause: Pause) -> None:
        super().__init__(
            _("you are on a pause until %(until)s UTC: nothing is revealed before") % {"until": f"{pause.until:%H:%M}"}
        )
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one person, in seconds: the unit's limits, or their own shorter ones."""

    day: int
    stretch: int
    pause: int


@dataclass(frozen=True, slots=True)
class Spent:
    """How long somebody looked, in seconds: today, and since the last pause."""

    day: float
    stretch: float


def shorter(own: int | None, units: int) -> int:
    """The own limit where it is shorter than the unit's."""
    return units if own is None else min(own, units)


def hold_end(began: Sequence[datetime], at: datetime) -> datetime:
    """When a hold that is over at `at` ends; `began` are the beginnings of what was revealed in it, first first."""
    return max(began[0], min(at, began[0] + LONGEST_LOOK))


def seconds_added(began: Sequence[datetime], end: datetime) -> list[float]:
    """What each reveal of a hold adds to the time looked: their sum is the time in which any was visible."""
    return [(end - began[0]).total_seconds(), *(0.0 for _ in began[1:])]


def reached(spent: Spent, limits: Limits) -> Why | None:
    """The limit that was reached, the day's before the stretch's."""
    if spent.day >= limits.day:
        return Why.DAY
    return Why.STRETCH if spent.stretch >= limits.stretch else None


def stands(pause: Pause, spent: Spent, limits: Limits) -> bool:
    """Whether the reason of a pause still holds: a limit may have been raised since."""
    if pause.why == Why.DAY:
        return spent.day >= limits.day
    return pause.why == Why.TAKEN or spent.stretch >= limits.stretch


def next_day(at: datetime) -> datetime:
    """The midnight after `at`."""
    return day_of(at) + timedelta(days=1)


def day_of(at: datetime) -> datetime:
    """The midnight before `at`: a day of viewing is a day in UTC."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def ended(reveal: Reveal, at: datetime) -> datetime:
    """When a reveal ended, as far as is known at `at`."""
    return reveal.ended_at or max(reveal.began_at, min(at, reveal.began_at + LONGEST_LOOK))


def stretch_of(last: Reveal | None, at: datetime, limits: Limits) -> datetime:
    """When the stretch began that `at` belongs to: as long as a pause without a reveal, and a new one begins."""
    if last is None or at - ended(last, at) >= timedelta(seconds=limits.pause):
        return at
    return last.stretch_began_at
