"""Hosts as they behave, and the calendar that each must be written to by: reckoned from the decision's text alone.

Nothing here asks `notices.due`: what is expected is added up hour by hour from the ladder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


class Behaviour(StrEnum):
    """What a host does with notices."""

    SILENT = "silent"
    SLOW = "slow"
    """Confirms after 12 hours, removes after five days."""
    REFUSING = "refusing"
    """Refuses after 6 hours."""
    LYING = "lying"
    """Says after 4 hours that it is gone; it is not."""
    BOUNCING = "bouncing"
    """Its address takes nothing."""


SPEAKS_AFTER = {Behaviour.SLOW: 12 * HOUR, Behaviour.REFUSING: 6 * HOUR, Behaviour.LYING: 4 * HOUR}
GONE_AFTER = {Behaviour.SLOW: 5 * DAY}


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """One letter that must leave at this minute."""

    at: datetime
    site: str
    rung: int
    number: int


def calendar(
    site: str, how: Behaviour, start: datetime, ladder: tuple[tuple[str, int], ...], end: datetime
) -> Iterator[Expected]:
    """Every letter until the end, of a notice whose first one is due at `start`."""
    over = min(end, start + GONE_AFTER[how]) if how in GONE_AFTER else end
    begins = start
    for rung, (kind, hours) in enumerate(ladder):
        stops = over
        if rung == 0 and how == Behaviour.BOUNCING:
            stops = begins  # not one letter is taken
        if rung == 0 and how == Behaviour.REFUSING:
            stops = begins + SPEAKS_AFTER[how]
        if kind == "publication":
            stops = min(over, begins + HOUR)  # told once
        yield from _letters(site, rung, begins, stops)
        begins += _silence(how, rung, hours)
        if begins >= over:
            return


def _letters(site: str, rung: int, begins: datetime, stops: datetime) -> Iterator[Expected]:
    number, at = 1, begins
    while at < stops:
        yield Expected(at, site, rung, number)
        number, at = number + 1, at + DAY


def _silence(how: Behaviour, rung: int, hours: int) -> timedelta:
    """How long until the next rung."""
    if rung > 0 or how == Behaviour.SILENT:
        return hours * HOUR
    if how == Behaviour.BOUNCING:
        return 0 * HOUR
    if how == Behaviour.REFUSING:
        return SPEAKS_AFTER[how]
    return SPEAKS_AFTER[how] + hours * HOUR
