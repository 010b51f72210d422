"""What a restriction may say, and whether it lets anybody more than another."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.restrictions.model import CLOSED, KEPT_FOR, LAST_YEAR, LONGEST, Level, Restriction

REVIEWED_BEFORE = timedelta(days=90)
"""How long before the end somebody looks whether it is to be kept longer."""


def widens(was: Restriction, becomes: Restriction) -> bool:
    """Whether anybody might be let more, or for longer; where that is not sure, yes."""
    return not (
        becomes.level <= was.level
        and (becomes.level is Level.CLOSED or _no_more_people(was, becomes))
        and (was.onward or not becomes.onward)
    ) or _longer(was, becomes)


def _no_more_people(was: Restriction, becomes: Restriction) -> bool:
    fewer = becomes.units <= was.units and becomes.countries <= was.countries and becomes.groups <= was.groups
    return fewer and becomes.no_units >= was.no_units and becomes.no_countries >= was.no_countries


def _longer(was: Restriction, becomes: Restriction) -> bool:
    if was.retain_until is None or was.legal_hold or becomes.level is Level.CLOSED:
        return False
    if becomes.legal_hold:
        return True
    return becomes.retain_until is None or becomes.retain_until > was.retain_until


def complete(restriction: Restriction, at: datetime) -> Restriction:
    """The same with an end where others are let in and none was said. Raises Invalid for one that makes no sense."""
    if restriction.retain_until is not None and restriction.retain_until.year > LAST_YEAR:
        raise Invalid(_("the year until which it is kept is %(last)s at most") % {"last": LAST_YEAR})
    if restriction.level is Level.CLOSED:
        return restriction
    if not (restriction.units or restriction.countries or restriction.groups):
        raise Invalid(_("say for whom: units, countries or groups; without any of them nobody is let in"))
    until = restriction.retain_until or at + KEPT_FOR
    if until <= at:
        raise Invalid(_("the day until which it is kept lies behind us"))
    return replace(restriction, retain_until=until, review_at=restriction.review_at or until - REVIEWED_BEFORE)


def in_both(one: Restriction, other: Restriction) -> Restriction:
    """One word, as a person would say it, that lets nobody more or longer than either of these. Where each lets in
    somebody in another way, as a unit and its country, that one is not let in; where nobody is left, it is closed."""
    found = reduce(_in_both, (*one.parts, *other.parts))
    if found.level is Level.CLOSED or not (found.units or found.countries or found.groups):
        return replace(CLOSED, legal_hold=found.legal_hold)
    return found


def _in_both(one: Restriction, other: Restriction) -> Restriction:
    return Restriction(
        min(one.level, other.level),
        *(one.units & other.units, one.countries & other.countries, one.groups & other.groups),
        *(one.no_units | other.no_units, one.no_countries | other.no_countries),
        "; ".join(dict.fromkeys(filter(None, (one.purpose, other.purpose))))[:LONGEST],
        one.onward and other.onward,
        _first(one.retain_until, other.retain_until),
        _first(one.review_at, other.review_at),
        one.legal_hold or other.legal_hold,
    )


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
