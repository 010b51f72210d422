"""Up to which moment everything that changed stands in the tables: what clients may be told who keep only a moment."""

from datetime import datetime

from havre.feeds.models import Feed, Publishing

MARGIN = 5
"""Seconds that are not over yet: clocks of two machines, and a transaction that is about to end."""


def begin(feed: Feed, at: datetime) -> None:
    """A version of this moment or a later one is about to be made; committed before its transaction begins."""
    Publishing.objects.update_or_create(feed=feed, defaults={"since": at})


def end(feed: Feed) -> None:
    """The version stands: called within its transaction."""
    Publishing.objects.filter(feed=feed).delete()


def settled(feed: int, now: datetime) -> int:
    """The first second of the epoch of which it is not sure yet that all its changes can be read."""
    latest = int(now.timestamp()) - MARGIN
    begun = Publishing.objects.filter(feed=feed).values_list("since", flat=True).first()
    return latest if begun is None else min(latest, int(begun.timestamp()))
