"""Subscribers say that a version of a list is in use with them; who has not said so is visible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.feeds.models import Feed, HashList, Published, Receipt, Subscriber, Subscription, Version
from havre.feeds.queries import list_read_by


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one subscriber is with one list."""

    subscriber: str
    list: str
    version: int
    """The newest version of the list."""
    used: int
    """The newest version that the subscriber says is in use; 0 where it never said so."""
    at: datetime | None
    missing: int
    """Retractions in versions that it did not acknowledge."""
    since: datetime | None
    """When the first of those versions was published; None where it acknowledged all."""


def acknowledge(subscriber: Subscriber, name: str, version: int, at: datetime) -> None:
    """This version of a list is in use there. Said again, nothing changes. Raises NotFound, Invalid."""
    listed = list_read_by(subscriber, name)
    if version > listed.version:
        raise Invalid(_("the list %(name)s has no version %(version)s yet") % {"name": name, "version": version})
    Receipt.objects.get_or_create(subscriber=subscriber, listed=listed, version=version, defaults={"at": at})


def standings(feed: Feed) -> Sequence[Standing]:
    """How far everybody who reads a list of the feed is with it, by list and name."""
    rows = Subscription.objects.filter(listed__feed=feed, subscriber__ended_at=None).select_related(
        "listed", "subscriber"
    )
    newest = dict[tuple[int, int], tuple[int, datetime]]()
    told = Receipt.objects.filter(listed__feed=feed).values_list("subscriber", "listed")
    for subscriber, listed, version, at in told.annotate(last=Max("version"), when=Max("at")).order_by():
        newest[subscriber, listed] = (version, at)
    ordered = sorted(rows, key=lambda each: (each.listed.name, each.subscriber.name))
    return [
        _standing(each.subscriber, each.listed, newest.get((each.subscriber_id, each.listed_id))) for each in ordered
    ]


def _standing(subscriber: Subscriber, listed: HashList, told: tuple[int, datetime] | None) -> Standing:
    used, at = told or (0, None)
    if used >= listed.version:
        return Standing(subscriber.name, listed.name, listed.version, used, at, 0, None)
    missing = Published.objects.filter(listed=listed, subscriber=None, retracted_in__gt=used, retracted=True).count()
    behind = Published.objects.filter(listed=listed, version__gt=used).order_by("version").values_list("version")[:1]
    since = Version.objects.filter(feed=listed.feed_id, number=behind).values_list("at", flat=True).first()
    return Standing(subscriber.name, listed.name, listed.version, used, at, missing, since)
