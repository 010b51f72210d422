"""What subscribers say of entries: one that says that an entry is wrong has it judged anew.

A token may be stolen, or whoever holds it mistaken: what a person judged anew is not challenged by the same subscriber
again, and nobody challenges everything at once. What is not acted on is kept, and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from havre.errors import Invalid, NotFound
from havre.feeds.life import OUT, become
from havre.feeds.models import Entry, Feed, HashList, State, Subscriber, Vote
from havre.feeds.queries import list_read_by, published_to

LONGEST_REASON = 2_000
MOST_CHALLENGES = 100
"""Entries that one subscriber has judged anew in a day."""
A_DAY = timedelta(days=1)
ASKED_AT_ONCE = 500
"""Entries in one question to the database."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of the entry of a number."""

    number: int
    up: bool
    reason: str


def vote(subscriber: Subscriber, name: str, number: int, up: bool, reason: str, at: datetime) -> None:
    """A subscriber's last word on an entry. A down vote gives its reason, and the next version says: disputed.

    One on a canary looks as any other and changes nothing. Raises NotFound, Invalid.
    """
    if not vote_all(subscriber, name, [Word(number, up, reason)], at):
        raise NotFound("there is no such entry")


def vote_all(subscriber: Subscriber, name: str, words: Sequence[Word], at: datetime) -> int:
    """The same of many entries of a list, all or none: of how many that are there. Of two words the last holds."""
    said = {each.number: Word(each.number, each.up, _reason(each)) for each in words}
    listed = list_read_by(subscriber, name)
    numbers, there = list(said), 0
    with transaction.atomic():
        Feed.objects.select_for_update().get(pk=listed.feed_id)
        for start in range(0, len(numbers), ASKED_AT_ONCE):
            some = numbers[start : start + ASKED_AT_ONCE]
            rows = published_to(subscriber.pk, listed.pk).filter(number__in=some, retracted=False)
            found = set(rows.values_list("number", flat=True))
            there += len(found)
            _keep(subscriber, listed, [said[number] for number in some if number in found], at)
    return there


def _reason(word: Word) -> str:
    said = word.reason.strip()
    if not word.up and not said:
        raise Invalid("say why it is wrong: a person judges it anew by that")
    if len(said) > LONGEST_REASON or "\0" in said or not _is_text(said):
        raise Invalid("a reason is a text of at most %(most)s characters", most=LONGEST_REASON)
    return said


def _is_text(said: str) -> bool:
    """Whether a database takes it: JSON may name half of a character."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True


def _keep(subscriber: Subscriber, listed: HashList, words: Sequence[Word], at: datetime) -> None:
    rows = Entry.objects.filter(listed=listed, number__in=[each.number for each in words])
    rows = rows.only("listed", "number", "state", "due")  # whoever answers subscribers may read no more of an entry
    entries = {each.number: each for each in rows}
    mine = Vote.objects.filter(subscriber=subscriber)
    challenged = mine.exclude(challenged_at=None)
    held = dict(challenged.filter(entry__in=entries.values()).values_list("entry", "challenged_at"))
    left = MOST_CHALLENGES - challenged.filter(challenged_at__gt=at - A_DAY).count()
    kept = []
    for word in words:
        entry = entries.get(word.number)
        if entry is None:  # a canary
            continue
        when = held.get(entry.pk)
        if when is None and not word.up and entry.state in OUT and left > 0:
            when, left = at, left - 1
            _challenge(entry)
        values = {"up": word.up, "reason": word.reason, "at": at, "challenged_at": when, "unlogged": True}
        kept.append(Vote(subscriber=subscriber, entry=entry, **values))
    names = ["up", "reason", "at", "challenged_at", "unlogged"]
    Vote.objects.bulk_create(kept, update_conflicts=True, unique_fields=["subscriber", "entry"], update_fields=names)


def _challenge(entry: Entry) -> None:
    if entry.state == State.PUBLISHED:
        become(entry, State.CHALLENGED)
        entry.save(update_fields=["state", "due"])
