"""What of lists waits for a person: asked of the whole unit at once, and nothing counted to its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, DateTimeField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from havre.compiled import compiled
from havre.feeds.models import Delta, Entry, Feed, Published, Receipt, Root, State, Subscription, Version, Vote
from havre.restrictions.visible import visible_to
from havre.units.models import Person

COUNTED_TO = 100
LOOKED = 500
"""Of the oldest proposals of a unit: among these are those of others looked for."""
OVERDUE = timedelta(days=1)
"""A retraction that was published so long ago, and is not in use: as long as what is signed lasts."""


class Counted(Subquery):
    """How many rows a question finds, up to where it is cut."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = BigIntegerField()


class CountedAt(Subquery):
    """How many of the rows of a question have the moment that it calls `at`."""

    # Conditions inside, not around it: PostgreSQL joins what is cut with the whole table otherwise.
    template = '(SELECT COUNT("at") FROM (%(subquery)s) AS counted)'
    output_field = BigIntegerField()


class First(Subquery):
    """The first moment that a question calls `at`."""

    template = '(SELECT MIN("at") FROM (%(subquery)s) AS counted)'
    output_field = DateTimeField()


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in a unit that has a feed, and how that is published."""

    signed: int
    written: int
    signed_at: datetime | None
    root_ends: datetime | None
    proposals: int
    """Of others than who asks, among the LOOKED oldest."""
    proposed_at: datetime | None
    """The oldest of them."""
    disputed: int
    disputed_at: datetime | None


def waits_of(viewer: Person) -> Waits | None:
    """What waits for this person, in one statement; None where their unit has no feed."""
    found = _waits(viewer)
    return Waits(*found[0]) if found else None


@compiled
def _waits(viewer: Person) -> "QuerySet[Feed, tuple[Any, ...]]":
    own = visible_to(viewer, Entry.objects)
    moment = Case(When(proposed_by=viewer.pk, then=None), default="proposed_at")
    others = own.filter(state=State.PROPOSED).order_by("pk").annotate(at=moment).values("at")[:LOOKED]
    disputed = own.filter(state=State.CHALLENGED).order_by("pk").values("pk")[:COUNTED_TO]
    votes = Vote.objects.filter(entry__in=disputed, challenged_at__isnull=False).order_by("challenged_at")
    feed = visible_to(viewer, Feed.objects).annotate(
        root_ends=Subquery(Root.objects.filter(feed=OuterRef("pk")).order_by("-version").values("expires_at")[:1]),
        proposals=CountedAt(others),
        proposed_at=First(others),
        disputed=Counted(disputed),
        disputed_at=Subquery(votes.values("challenged_at")[:1]),
    )
    names = ("signed", "written", "signed_at", "root_ends", "proposals", "proposed_at", "disputed", "disputed_at")
    return feed.values_list(*names)


# ---- who reads, and has not heard ----


def readings(viewer: Person) -> "QuerySet[Any]":
    """Who reads what of the unit's lists, as long as they do: subscriptions, with what they have not heard.

    Each with `used` and `said_at` of the newest version that is in use there; `unused`, versions that are not, and
    `missing`, retractions that are not, both up to COUNTED_TO; `unheard`, when the first of these was published.
    """
    rows = visible_to(viewer, Subscription.objects.all(), "listed__feed__unit").filter(subscriber__ended_at=None)
    told = Receipt.objects.filter(subscriber=OuterRef("subscriber"), listed=OuterRef("listed")).order_by("-version")
    used = Coalesce(Subquery(told.values("version")[:1]), Value(0), output_field=BigIntegerField())
    gone = Published.objects.filter(
        listed=OuterRef("listed"), subscriber=None, retracted=True, retracted_in__gt=OuterRef("used")
    ).order_by("retracted_in")
    behind = Delta.objects.filter(listed=OuterRef("listed"), last__gt=OuterRef("used")).order_by("last")
    return rows.annotate(
        used=used,
        said_at=Subquery(told.values("at")[:1]),
        unused=Counted(behind.values("pk")[:COUNTED_TO]),
        missing=Counted(gone.values("pk")[:COUNTED_TO]),
        unheard=Subquery(gone.annotate(at=taken_back_at()).values("at")[:1]),
    )


def taken_back_at() -> Subquery:
    """When the version was published that took an entry back: what is told of it later, as without hashes, is later."""
    made = Version.objects.filter(feed=OuterRef("listed__feed"), number=OuterRef("retracted_in"))
    return Subquery(made.values("at")[:1])


def overdue(viewer: Person, now: datetime) -> Sequence[tuple[str, datetime]]:
    """Who has not put a retraction into use for too long, with since when it is out; the longest first."""
    before = now - OVERDUE
    return list(_overdue(viewer, before))


@compiled
def _overdue(viewer: Person, before: datetime) -> "QuerySet[Any, tuple[str, datetime]]":
    rows = readings(viewer).filter(since__lte=before, unheard__lte=before)
    return rows.order_by("unheard", "pk").values_list("subscriber__name", "unheard")[:COUNTED_TO]
