"""Hashes that people asked for and took back are forgotten once nobody needs them to take them back as well.

What stays of an entry is its number and that it was taken back: from the next version on subscribers are told no more.
"""

from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from havre.feeds.models import Entry, Feed, HashList, Published, Purpose, Receipt, State, Subscription, Version

AT_FIRST = timedelta(days=7)
"""So long the version that took hashes back is out before they are forgotten, where anybody reads the list.

A receipt says that one program of a subscriber heard it: another, that reads by signals, may ask later.
"""
AT_LAST = timedelta(days=90)
"""So long hashes wait for receipts: not every format has any."""
EVERY = timedelta(days=1)
"""Between two times that a list is written anew for it."""


def to_blank(feed: Feed, at: datetime) -> "QuerySet[Entry]":
    """Entries whose hashes are to be forgotten at this moment."""
    ready = Q(pk__in=())
    for listed in HashList.objects.filter(feed=feed, purpose=Purpose.UNREVIEWED):
        if listed.blanked_at is None or at - listed.blanked_at >= EVERY:
            ready |= _over(listed, at)
    rows = Entry.objects.filter(listed__feed=feed, reviewed=False, state=State.RETRACTED, blanked_at=None)
    # What never went out nobody else has.
    return rows.filter(Q(added_at=None) | ready, due=False)


def _over(listed: HashList, at: datetime) -> Q:
    gone = Published.objects.filter(listed=listed, retracted=True, subscriber=None)
    heard = _heard_by_all(listed)
    long_out = Version.objects.filter(feed=listed.feed_id, at__lte=at - AT_FIRST)
    last = long_out.aggregate(last=Max("number"))["last"] or 0
    told = gone if heard is None else gone.filter(retracted_in__lte=min(heard, last))
    return Q(listed=listed) & (Q(retracted_at__lte=at - AT_LAST) | Q(number__in=told.values("number")))


def _heard_by_all(listed: HashList) -> int | None:
    """The version up to which everybody who reads a list has it in use; None where nobody reads it."""
    readers = set(
        Subscription.objects.filter(listed=listed, subscriber__ended_at=None).values_list("subscriber", flat=True)
    )
    told = Receipt.objects.filter(listed=listed, subscriber__in=readers).order_by()
    used = dict(told.values_list("subscriber").annotate(last=Max("version")))
    return min(used.get(each, 0) for each in readers) if readers else None


def blank(feed: Feed, at: datetime) -> int:
    """Forget these hashes; how many entries had them. What went out is due. In a transaction that holds the feed."""
    out = list(to_blank(feed, at).filter(added_at__isnull=False).values_list("pk", flat=True))
    never = to_blank(feed, at).filter(added_at=None).update(signals=[], blanked_at=at)
    for start in range(0, len(out), 500):
        Entry.objects.filter(pk__in=out[start : start + 500]).update(signals=[], blanked_at=at, due=True)
    return never + len(out)
