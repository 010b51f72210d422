"""What subscribers say of entries: one that says that an entry is wrong has it judged anew."""

from datetime import datetime

from django.db import transaction

from havre.errors import Invalid, NotFound
from havre.feeds.life import become
from havre.feeds.models import Entry, Feed, State, Subscriber, Vote
from havre.feeds.queries import list_read_by, published_to

LONGEST_REASON = 2_000


def vote(subscriber: Subscriber, name: str, number: int, up: bool, reason: str, at: datetime) -> None:
    """A subscriber's last word on an entry. A down vote gives its reason, and the next version says: disputed.

    One on a canary looks as any other and changes nothing. Raises NotFound, Invalid.
    """
    said = reason.strip()
    if not up and not said:
        raise Invalid("say why it is wrong: a person judges it anew by that")
    if len(said) > LONGEST_REASON or "\0" in said:
        raise Invalid("a reason is a text of at most %(most)s characters", most=LONGEST_REASON)
    listed = list_read_by(subscriber, name)
    if not published_to(subscriber.pk, listed.pk).filter(number=number, retracted=False).exists():
        raise NotFound("there is no such entry")
    with transaction.atomic():
        Feed.objects.select_for_update().get(pk=listed.feed_id)
        entry = Entry.objects.filter(listed=listed, number=number).first()
        if entry is None:
            return
        values = {"up": up, "reason": said, "at": at, "unlogged": True}
        Vote.objects.update_or_create(subscriber=subscriber, entry=entry, defaults=values)
        if not up and entry.state == State.PUBLISHED:
            become(entry, State.CHALLENGED)
            entry.save(update_fields=["state", "due"])
