"""What happens to lists by itself: what is taken back goes out at once, and what its source no longer lets go is taken
back; what subscribers said is written into the log; what is there is signed anew before it is old.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from havre.assessments.mapping import label as label_of
from havre.assessments.settled import settled
from havre.errors import HavreError
from havre.exchange import terms
from havre.feeds.life import OUT, become
from havre.feeds.models import Entry, Feed, Receipt, State, Version, Vote
from havre.feeds.rules import lets_go
from havre.flows.contest import log_for
from havre.flows.feed_entries import holding_feed
from havre.flows.home import Home, durable, take_turn
from havre.flows.publish_feed import publish_at
from havre.units.acting import Clock

LOOKED = 2_000
"""Entries of a feed of which it is looked each time whether they may still be out."""
SOON = timedelta(minutes=1)
"""Between two versions of which the second takes something back."""
LATER = timedelta(minutes=10)
"""Between two versions that only add."""
MOST = 500
"""Receipts and votes that are written into the log at a time."""


@dataclass
class Tended:
    """How many of each."""

    taken_back: int = 0
    published: int = 0
    signed: int = 0
    heard: int = 0
    """Receipts and votes."""

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def tend_feeds(home: Home, clock: Clock) -> Tended:
    """Everything that is due at this moment, for every feed here. What is wrong with one stops no other."""
    tended, met = Tended(), list[HavreError]()
    for feed in Feed.objects.select_related("unit").order_by("pk"):
        try:
            _tend(home, feed, clock, tended)
        except HavreError as error:
            met.append(error)
    if met:
        raise met[0]
    return tended


def _tend(home: Home, feed: Feed, clock: Clock, tended: Tended) -> None:
    at = clock()
    tended.heard += _heard(home, feed, at)
    tended.taken_back += look_again(home, feed, at)

    def say(verb: str, detail: dict[str, Any]) -> None:
        take_turn()
        log_for(home, feed.unit, verb, f"lists of {feed.unit.name}", at, detail)

    done = publish_at(home, feed, clock, say, due=_is_time(feed, at))
    tended.published += done.changed
    tended.signed += done.signed > 0


def _is_time(feed: Feed, at: datetime) -> bool:
    """Whether a version may be made by itself: at once where something is wrong, seldom where something is new."""
    last = Version.objects.filter(feed=feed).order_by("number").values_list("at", flat=True).last()
    due = Entry.objects.filter(listed__feed=feed, due=True)
    wrong = due.exclude(state=State.CONFIRMED).exists()
    return last is None or at - last >= (SOON if wrong else LATER)


def look_again(home: Home, feed: Feed, at: datetime) -> int:
    """Take back what its source lets go no more, what is judged otherwise, and what was erased; how much that was.

    A few entries each time, from where the last look ended.
    """
    rows = Entry.objects.filter(listed__feed=feed, reviewed=True, state__in=(*OUT, State.CONFIRMED)).order_by("pk")
    some = list(rows.filter(pk__gt=feed.looked).select_related("listed")[:LOOKED])
    wrong, looked = _wrong(some, at), some[-1].pk if len(some) == LOOKED else 0
    if not wrong and looked == feed.looked:
        return 0
    with holding_feed(feed) as locked:
        for entry in rows.filter(pk__in=list(wrong)):
            become(entry, State.RETRACTED)
            entry.retracted_at, entry.because = at, wrong[entry.pk]
            entry.save(update_fields=["state", "due", "retracted_at", "because"])
        locked.looked = looked
        locked.save(update_fields=["looked"])
        if wrong:
            take_turn()
            detail = {"act": "retracted by itself", "count": len(wrong)}
            log_for(home, feed.unit, "change", f"lists of {feed.unit.name}", at, detail)
    return len(wrong)


def _wrong(entries: Sequence[Entry], at: datetime) -> dict[int, str]:
    """Of these entries those that may not be out any more, each with why."""
    media = [each.medium_id for each in entries if each.medium_id is not None]
    said, judged = terms.of_media(media), settled(media)
    found = dict[int, str]()
    for each in entries:
        key = each.medium_id
        if key is None:
            found[each.pk] = "the medium behind it was erased"
        elif not lets_go(said.get(key), each.listed.audience, at):
            found[each.pk] = "its source lets it go there no more"
        elif key not in judged or not label_of(judged[key][0]).pertinent:
            found[each.pk] = "it is not judged so any more"
    return found


def _heard(home: Home, feed: Feed, at: datetime) -> int:
    """What subscribers said is in the log; they said it to a process that has no key for that."""
    receipts = list(Receipt.objects.filter(listed__feed=feed, unlogged=True).select_related("listed")[:MOST])
    votes = list(Vote.objects.filter(entry__listed__feed=feed, unlogged=True).select_related("entry")[:MOST])
    if not receipts and not votes:
        return 0
    with durable():
        take_turn()
        for each in receipts:
            detail = {"act": "receipt", "list": each.listed.name, "version": each.version}
            log_for(home, feed.unit, "change", f"subscriber {each.subscriber_id} of lists", at, detail)
        for vote in votes:
            detail = {"act": "vote", "number": vote.entry.number, "up": vote.up}
            log_for(home, feed.unit, "change", f"subscriber {vote.subscriber_id} of lists", at, detail)
        Receipt.objects.filter(pk__in=[each.pk for each in receipts]).update(unlogged=False)
        Vote.objects.filter(pk__in=[each.pk for each in votes]).update(unlogged=False)
    return len(receipts) + len(votes)
