"""What of hash lists needs a person: proposals of others, what is disputed, retractions not heard, a publication.

A desk is opened all the time, and few units have a feed: whether one has is remembered, so that the others ask nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.entrypoints.analyst.feeds_words import TROUBLES
from havre.entrypoints.analyst.need import Near, Need, ago, to_many
from havre.entrypoints.analyst.node import served
from havre.errors import Unavailable
from havre.feeds.trouble import troubles
from havre.feeds.waits import Waits, overdue, waits_of
from havre.units.models import Person

ASKED_AGAIN = timedelta(minutes=1)
"""So long a unit that had no feed is not asked again whether it has one."""


def of_lists(viewer: Person, now: datetime) -> Iterator[Need]:
    """All of it in two statements, in none where there was no feed a moment ago."""
    seen = _seen()
    last = seen.get(viewer.unit_id)
    if last is not None and last <= now < last + ASKED_AGAIN:
        return
    waits = waits_of(viewer)
    if waits is None:
        seen[viewer.unit_id] = now
        return
    yield from _waiting(waits, now)
    yield from _in_trouble(waits, now)
    yield from _unheard(viewer, now)


def _seen() -> dict[int, datetime]:
    try:
        return served().feedless
    except Unavailable:  # nobody's pages: nothing is remembered
        return {}


def _waiting(waits: Waits, now: datetime) -> Iterator[Need]:
    if waits.proposals and waits.proposed_at is not None:
        what = ngettext(
            "%(count)s proposal for a hash list waits for a second person",
            "%(count)s proposals for hash lists wait for a second person",
            waits.proposals,
        ) % {"count": to_many(waits.proposals)}
        why = _("Nothing goes out before somebody else has looked")
        when = ago(waits.proposed_at, now)
        yield Need(Near.SECOND, what, why, waits.proposed_at, when, _("Look"), "/feeds/next")
    if waits.disputed and waits.disputed_at is not None:
        what = ngettext(
            "%(count)s entry of a hash list is disputed",
            "%(count)s entries of hash lists are disputed",
            waits.disputed,
        ) % {"count": to_many(waits.disputed)}
        why = _("A subscriber says that it is wrong: it stays out until somebody decides")
        yield Need(Near.LIST, what, why, waits.disputed_at, ago(waits.disputed_at, now), _("Judge"), "/feeds/disputed")


def _in_trouble(waits: Waits, now: datetime) -> Iterator[Need]:
    found = list(troubles(waits.signed, waits.written, waits.signed_at, waits.root_ends, now))
    if found:
        (trouble, at), *_more = found
        what = str(TROUBLES[trouble])
        when = ago(at, now) if at <= now else ""
        yield Need(Near.LIST, what, _("Subscribers may not hear what is taken back"), at, when, _("Look"), "/feeds")


def _unheard(viewer: Person, now: datetime) -> Iterator[Need]:
    late = overdue(viewer, now)
    if late:
        what = ngettext(
            "%(count)s subscriber has not put a retraction into use",
            "%(count)s subscribers have not put a retraction into use",
            len(late),
        ) % {"count": to_many(len(late))}
        name, at = late[0]
        why = _("The longest: %(subscriber)s") % {"subscriber": name}
        address = "/feeds/subscribers?which=behind"
        yield Need(Near.LIST, what, why, at, ago(at, now), _("See who"), address)
