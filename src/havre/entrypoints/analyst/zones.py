"""The clock of a page: the time zone in which whoever reads it is told times, and in which days that they type begin.

A request has the zone of its thread. Django's `activate` looks for a task of asyncio each time (`main.by_thread` says
why that is dear), and what is asked of the database would follow it: months would be counted by who looks.

A time that is not of this clock is never moved: what has no zone, such as the time on a camera, and what is only a day.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponseBase

from havre.entrypoints.analyst.node import now, served
from havre.settings import UTC as NAMED_UTC
from havre.units.models import Person
from havre.units.queries import preference_then

Answer = Callable[[HttpRequest], HttpResponseBase]


class _OfThread(threading.local):
    """Of one request; UTC where nobody asks."""

    zone: tzinfo = UTC


_of_thread = _OfThread()


def clock(answer: Answer) -> Answer:
    """A page tells times in the zone of whoever asks for it: their own choice, or the node's."""

    def by_their_clock(request: HttpRequest) -> HttpResponseBase:
        if not isinstance(request.user, Person):
            return answer(request)
        with in_zone(zone_of(request.user)):
            return answer(request)

    return by_their_clock


def zone_of(person: Person) -> tzinfo:
    """The zone in which this person is told times."""
    return zone_named(preference_then(person).zone or served().settings.zone)


@cache
def zone_named(name: str) -> tzinfo:
    """The zone of this name; UTC where this machine does not know it: what a page says of its clock stays true."""
    if name == NAMED_UTC:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@contextmanager
def in_zone(zone: tzinfo) -> Iterator[None]:
    """Times are told in this zone meanwhile."""
    before, _of_thread.zone = _of_thread.zone, zone
    try:
        yield
    finally:
        _of_thread.zone = before


def zone() -> tzinfo:
    """The zone of this request."""
    return _of_thread.zone


def in_utc(moment: datetime) -> datetime:
    """The moment, as UTC has it: then equal moments are one, also in the hour that a clock shows twice."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first day of the first year, say: no calendar here has it elsewhere
        return moment.replace(tzinfo=UTC)


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the clock of a zone."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def is_shown_twice(there: datetime) -> bool:
    """Whether a clock shows this time twice, because it is put back."""
    return there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset()


def ahead(there: datetime) -> str:
    """How far a clock is ahead of UTC: `UTC+1`, `UTC−3:30`."""
    away = there.utcoffset() or timedelta()
    hours, minutes = divmod(abs(away) // timedelta(minutes=1), 60)
    if not away:
        return NAMED_UTC
    return f"{NAMED_UTC}{'−' if away < timedelta() else '+'}{hours}{f':{minutes:02}' if minutes else ''}"


def clock_said() -> str:
    """Which clock a page tells times by: `Europe/Brussels (UTC+1)`, as it is now; or `UTC`."""
    here = zone()
    return NAMED_UTC if here is UTC else f"{here} ({ahead(now().astimezone(here))})"


def told(moment: datetime) -> str:
    """The time of day on this clock: `14:05`, and how far it is ahead of UTC where that alone tells which is meant."""
    here = zone()
    there = local(moment, here)
    if here is UTC:
        return f"{there:%H:%M} {NAMED_UTC}"
    return f"{there:%H:%M} ({ahead(there)})" if is_shown_twice(there) else f"{there:%H:%M}"


def day(moment: datetime) -> date:
    """The day of a moment on this clock."""
    return local(moment, zone()).date()


def begins(day: date) -> datetime:
    """The first moment of a day on this clock, in UTC.

    Where no clock shows midnight, because it is put ahead then, that is when it is put ahead; where one shows it twice,
    that is the first time.
    """
    try:
        return datetime.combine(day, time(), zone()).astimezone(UTC)
    except OverflowError:
        return (datetime.min if day.year == date.min.year else datetime.max).replace(tzinfo=UTC)
