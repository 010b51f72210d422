"""A feed with lists, entries as they were published, and who reads them; written into the tables at once."""

from collections.abc import Sequence
from hashlib import sha256

from havre.feeds.carried import follow
from havre.feeds.models import Audience, Entry, Feed, HashList, Published, Purpose, State, Subscriber, Subscription
from havre.feeds.queries import Listing, read_by
from havre.hashlists import entry as told
from havre.hashlists.lines import line_of
from havre.units.models import Person
from tests.cast import NOON
from tests.hashlists.made import made


def feed_of(person: Person) -> Feed:
    """The feed of this person's unit."""
    return Feed.objects.get_or_create(unit=person.unit, defaults={"made_by": person, "made_at": NOON})[0]


def list_of(person: Person, name: str = "baseline", purpose: Purpose = Purpose.BASELINE) -> HashList:
    """A list of that feed."""
    return HashList.objects.get_or_create(feed=feed_of(person), name=name, defaults={"purpose": purpose})[0]


def reader(person: Person, name: str, *lists: HashList, token: str = "") -> Subscriber:
    """A platform that reads these lists; its token is its name where no other is given."""
    found = Subscriber.objects.create(
        feed=feed_of(person),
        name=name,
        ref=sha256(name.encode()).hexdigest()[:16],
        audience=Audience.PLATFORM,
        token=sha256((token or name).encode()).digest(),
        since=NOON,
        added_by=person,
    )
    Subscription.objects.bulk_create(Subscription(subscriber=found, listed=each, since=NOON) for each in lists)
    return found


def lists_for(viewer: Subscriber) -> Sequence[Listing]:
    """The lists that this subscriber reads, by name."""
    return [Listing(each.name, each.version, each.pk, viewer.pk) for each in read_by(viewer)]


def published(listed: HashList, entry: told.Entry, subscriber: Subscriber | None = None) -> Published:
    """This entry as it was published on this list; a row of its life too, unless it is a canary."""
    if subscriber is None:
        Entry.objects.create(
            listed=listed,
            number=entry.number,
            unit=listed.feed.unit,
            state=State.RETRACTED if entry.retracted else State.PUBLISHED,
            signals=[[each.method, each.version, each.value] for each in entry.signals],
            kind=str(entry.kind),
            proposed_at=NOON,
            added_at=NOON,
        )
    HashList.objects.filter(pk=listed.pk, version__lt=entry.version).update(version=entry.version)
    listed.refresh_from_db()
    row = Published.objects.create(
        listed=listed,
        subscriber=subscriber,
        number=entry.number,
        version=entry.version,
        changed=entry.changed,
        retracted=entry.retracted,
        retracted_in=entry.version if entry.retracted else None,
        line=line_of(entry).decode(),
    )
    follow(listed)
    return row


def several(listed: HashList, count: int, first: int = 1, a_version: int = 3) -> list[told.Entry]:
    """So many entries, some to a version, published."""
    entries = [made(number, 1 + (number - 1) // a_version) for number in range(first, first + count)]
    for each in entries:
        published(listed, each)
    return entries
