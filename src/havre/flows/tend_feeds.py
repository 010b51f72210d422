"""What happens to lists by itself: what is taken back goes out at once, and what its source no longer lets go is taken
back; what subscribers said is written into the log; what is there is signed anew before it is old.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from havre.assessments.models import Assessment, Stacked
from havre.errors import HavreError, Refused
from havre.exchange import terms
from havre.exchange.models import SameMedium
from havre.feeds.blank import blank, to_blank
from havre.feeds.life import OUT, become
from havre.feeds.models import Audience, Entry, Feed, HashList, Purpose, Receipt, State, Version, Vote
from havre.feeds.rules import Named, lets_go, must_belong
from havre.flows.contest import log_for
from havre.flows.feed_content import judged_all
from havre.flows.feed_entries import holding_feed
from havre.flows.forget import wipe
from havre.flows.home import Home, durable, take_turn
from havre.flows.publish_feed import publish_at
from havre.units.acting import Acting, Clock
from havre.units.models import Person

LOOKED = 2_000
"""Entries of a feed of which it is looked each time whether they may still be out."""
LATELY = timedelta(hours=1)
"""What was said since is looked at each time."""
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
    forgotten: int = 0
    """Entries whose hashes nobody needs any more."""

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
    tended.forgotten += forget_hashes(home, feed, at)

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
    wrong = due.exclude(state=State.CONFIRMED).filter(blanked_at=None).exists()
    return last is None or at - last >= (SOON if wrong else LATER)


def forget_hashes(home: Home, feed: Feed, at: datetime) -> int:
    """Hashes taken back are forgotten where all gave a receipt a week ago, or 90 days went by; of how many."""
    if not to_blank(feed, at).exists():
        return 0
    with holding_feed(feed) as locked:
        count = blank(locked, at)
        take_turn()
        detail = {"act": "hashes that were taken back forgotten", "count": count}
        log_for(home, feed.unit, "erasure", f"lists of {feed.unit.name}", at, detail)
    wipe((Entry,))
    return count


def look_again(home: Home, feed: Feed, at: datetime) -> int:
    """Take back what its source lets go no more, what is judged otherwise, and what was erased; how much that was.

    A few entries each time, from where the last look ended; and before them those of which somebody said something.
    """
    rows = Entry.objects.filter(listed__feed=feed, reviewed=True, state__in=(*OUT, State.CONFIRMED)).order_by("pk")
    some = list(rows.filter(pk__gt=feed.looked).select_related("listed")[:LOOKED])
    others, board = _said_by_others(feed, rows)
    lately = _said_lately(feed, at) | others
    first = list(rows.filter(medium__in=lately).select_related("listed")[:LOOKED])
    wrong, looked = _wrong(feed, [*first, *some], at), some[-1].pk if len(some) == LOOKED else 0
    if not wrong and (looked, board) == (feed.looked, feed.board):
        return 0
    with holding_feed(feed) as locked:
        for entry in rows.filter(pk__in=list(wrong)):
            become(entry, State.RETRACTED)
            entry.retracted_at, entry.because = at, wrong[entry.pk]
            entry.save(update_fields=["state", "due", "retracted_at", "because"])
        locked.looked, locked.board = looked, board
        locked.save(update_fields=["looked", "board"])
        if wrong:
            take_turn()
            detail = {"act": "retracted by itself", "count": len(wrong)}
            log_for(home, feed.unit, "change", f"lists of {feed.unit.name}", at, detail)
    return len(wrong)


def _said_lately(feed: Feed, at: datetime) -> set[int]:
    """Media of which somebody here said something a little while ago, with what is in their stacks; or another unit."""
    since = at - LATELY
    newest = Assessment.objects.filter(act__unit=feed.unit).order_by("-pk").values_list("stack", "at", "undone_at")
    stacks = {stack for stack, *moments in newest[:LOOKED] if any(each and each > since for each in moments)}
    media = set(Stacked.objects.filter(stack__in=stacks - {None}).values_list("medium", flat=True)[:LOOKED])
    same = SameMedium.objects.filter(unit=feed.unit, kind="identical")
    taken = same.filter(Q(theirs__withdrawn_at__gt=since) | Q(found_at__gt=since))
    return media | set(taken.values_list("medium", flat=True)[:LOOKED])


def _said_by_others(feed: Feed, rows: "QuerySet[Entry]") -> tuple[set[int], int]:
    """Media on lists of which another unit, here or elsewhere, told something since the last look; and up to which."""
    same = SameMedium.objects.filter(unit=feed.unit, kind="identical", medium__in=rows.values("medium"))
    fresh = same.filter(theirs__changed__gt=feed.board).order_by("theirs__changed")
    found = list(fresh.values_list("medium", "theirs__changed")[:LOOKED])
    return {medium for medium, _changed in found}, found[-1][1] if found else feed.board


def _wrong(feed: Feed, entries: Sequence[Entry], at: datetime) -> dict[int, str]:
    """Of these entries those that may not be out any more, each with why."""
    media = {each.medium_id for each in entries if each.medium_id is not None}
    said, judged = terms.of_media(media), judged_all(_somebody(feed, at), media) if media else {}
    found = dict[int, str]()
    for each in entries:
        key = each.medium_id
        if key is None:
            found[each.pk] = "the medium behind it was erased"
        elif not lets_go(said.get(key), each.listed.audience, at):
            found[each.pk] = "its source lets it go there no more"
        else:
            try:
                must_belong(_named(each.listed), judged[key])  # as when it was confirmed
            except Refused as error:
                found[each.pk] = f"it is not judged so any more: {error}"
    return found


def _named(listed: HashList) -> Named:
    return Named(listed.name, Purpose(listed.purpose), listed.country, Audience(listed.audience))


def _somebody(feed: Feed, at: datetime) -> Acting:
    """Whoever of the unit, for what all of it may see."""
    return Acting(Person.objects.filter(unit=feed.unit).order_by("pk")[0], lambda: at)


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
