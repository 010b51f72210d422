"""Reads of lists; the first parameter is who asks: a subscriber, or somebody of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.feeds.models import Entry, Feed, File, HashList, Published, Subscriber
from havre.hashlists.changes import ALWAYS, Between, Position
from havre.hashlists.entry import Entry as Told
from havre.hashlists.lines import entry_of
from havre.restrictions.visible import visible_to
from havre.units.models import Person


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as one subscriber reads it from the tables: what was published, its own canaries among it."""

    name: str
    version: int
    listed: int
    subscriber: int

    def page(self, after: Position, most: int, between: Between = ALWAYS) -> Sequence[Told]:
        """At most so many entries behind a position that changed between, in the order of version and number."""
        rows = published_to(self.subscriber, self.listed).filter(
            Q(version=after.version, number__gt=after.number) | Q(version__gt=after.version),
            version__gte=after.version,
            version__lte=self.version,
        )
        if between != ALWAYS:
            rows = rows.filter(changed__gte=between.since, changed__lt=between.until)
        lines = rows.order_by("version", "number").values_list("line", flat=True)[:most]
        return [entry_of(line.encode()) for line in lines]


def read_by(viewer: Subscriber) -> "QuerySet[HashList]":
    """The lists that this subscriber reads, by name; none once the subscription ended."""
    rows = HashList.objects.filter(pk__in=viewer.lists.values("pk"), audience=viewer.audience)
    return rows.filter(feed=viewer.feed_id).order_by("name") if viewer.ended_at is None else rows.none()


def list_read_by(viewer: Subscriber, name: str) -> HashList:
    """A list that this subscriber reads, by its name. Raises NotFound."""
    # PostgreSQL takes no such character, not even to say that nothing is called so.
    found = read_by(viewer).filter(name=name).first() if "\0" not in name else None
    if found is None:
        raise NotFound(_("there is no such list"))
    return found


def published_to(viewer: int | None, listed: int) -> "QuerySet[Published]":
    """What was published of a list to a subscriber, by key; to none: without anybody's canaries."""
    rows = Published.objects.filter(listed=listed)
    return rows.filter(subscriber=None) if viewer is None else rows.filter(Q(subscriber=None) | Q(subscriber=viewer))


# ---- for the people of the unit ----


def feed_for(viewer: Person) -> Feed:
    """The feed of the viewer's unit. Raises NotFound where it has none yet."""
    found = visible_to(viewer, Feed.objects).select_related("unit").first()
    if found is None:
        raise NotFound(_("your unit has no feed yet: `havre feed keys` makes its keys, and with them the feed"))
    return found


def lists_of(viewer: Person) -> "QuerySet[HashList]":
    """The lists of the viewer's unit, by name."""
    return visible_to(viewer, HashList.objects, "feed__unit").order_by("name")


def entries_of(viewer: Person) -> "QuerySet[Entry]":
    """The entries of the viewer's unit, the oldest first."""
    rows = visible_to(viewer, Entry.objects).select_related("listed", "proposed_by", "confirmed_by")
    return rows.order_by("pk")


def entry_for(viewer: Person, number: int) -> Entry:
    """An entry by its number in the feed. Raises NotFound where there is none, or it is another unit's."""
    found = entries_of(viewer).filter(number=number).first()
    if found is None:
        raise NotFound(_("there is no entry of that number"))
    return found


def subscribers_of(viewer: Person) -> "QuerySet[Subscriber]":
    """Who reads the lists of the viewer's unit, or did, by name."""
    return visible_to(viewer, Subscriber.objects, "feed__unit").order_by("name")


def subscriber_for(viewer: Person, name: str) -> Subscriber:
    """A subscriber by name. Raises NotFound where there is none."""
    found = subscribers_of(viewer).filter(name=name.strip()).select_related("feed").first()
    if found is None:
        raise NotFound(_("there is no subscriber of this name"))
    return found


def own_or_shared(viewer: Subscriber, listed: HashList, name: str, digest: str) -> File | None:
    """A file of a list as it is for this subscriber, if it has this content."""
    rows = File.objects.filter(Q(subscriber=None) | Q(subscriber=viewer), listed=listed, name=name, sha256=digest)
    return rows.first()
