"""What is due becomes one new version: every entry as subscribers are told of it from then on.

Called inside a transaction that holds the feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from havre.feeds.models import Canary, Delta, Entry, Feed, File, HashList, Published, State, Subscription, Version
from havre.feeds.queries import published_to
from havre.feeds.written import fits
from havre.hashlists.digest import EMPTY, moved
from havre.hashlists.entry import VERSIONS, Kind, Signal
from havre.hashlists.entry import Entry as Told
from havre.hashlists.lines import line_of

CHUNK = 1_000
MOST_DELTAS = 200
"""Of a list: whoever is further behind reads it whole."""
CANARIES_WAIT = timedelta(days=1)
"""After so long canaries are published, whether or not anything else is new on their list."""
WHOLE_AFTER = 10_000
"""Entries that changed since a list was last written whole, from which it is written whole again; or half of it."""


@dataclass
class Made:
    """What a new version changed."""

    number: int
    changed: int = 0
    retracted: int = 0
    blanked: bool = False
    """Whether hashes were forgotten in it."""


def due_lists(feed: Feed, at: datetime) -> Sequence[HashList]:
    """Lists of which anything is due at this moment, by name."""
    due = Entry.objects.filter(due=True, listed__feed=feed).order_by().values("listed")
    # Canaries come with what is next new, or, where nothing is, as what is new themselves.
    waiting = Subscription.objects.filter(
        since__lte=at - CANARIES_WAIT,
        subscriber__ended_at=None,
        subscriber__canaries__due=True,
        subscriber__canaries__listed=F("listed"),
        listed__version__gt=0,
    ).values("listed")
    return list(HashList.objects.filter(Q(pk__in=due) | Q(pk__in=waiting), feed=feed).order_by("name"))


def new_version(feed: Feed, at: datetime) -> Made | None:
    """A new version of what is due; None where nothing is. Time never goes back from one version to the next."""
    lists = due_lists(feed, at)
    if not lists:
        return None
    last = Version.objects.filter(feed=feed).order_by("number").last()
    when = max(at, last.at) if last is not None else at
    made = Made(feed.version + 1)
    for listed in lists:
        _publish(listed, made, when)
    values = {"changed": made.changed, "retracted": made.retracted}
    Version.objects.create(feed=feed, number=made.number, at=when, **values)
    feed.version = made.number
    feed.save(update_fields=["version"])
    return made


def _publish(listed: HashList, made: Made, at: datetime) -> None:
    last = 0
    if not listed.digest:
        lines = published_to(None, listed.pk).values_list("line", flat=True)
        listed.digest = moved(EMPTY, (line.encode() for line in lines.iterator(CHUNK)))
    blanked = False
    while rows := list(Entry.objects.filter(listed=listed, due=True, number__gt=last).order_by("number")[:CHUNK]):
        last = rows[-1].number
        _put(listed, made.number, [told(each, made.number, at) for each in rows])
        fresh = [each.pk for each in rows if each.state == State.CONFIRMED]
        Entry.objects.filter(pk__in=fresh).update(state=State.PUBLISHED, added_at=at)
        Entry.objects.filter(pk__in=[each.pk for each in rows]).update(due=False)
        made.changed += len(rows)
        made.retracted += sum(each.state == State.RETRACTED and each.blanked_at is None for each in rows)
        blanked |= any(each.blanked_at is not None for each in rows)
    for canary in Canary.objects.filter(listed=listed, due=True).order_by("number"):
        _put(listed, made.number, [canary_told(canary, made.number, at)], canary.subscriber_id)
    Canary.objects.filter(listed=listed, due=True).update(due=False)
    _follow(listed, made.number)
    if blanked:
        made.blanked = True
        _write_anew(listed, at)


def _put(listed: HashList, version: int, entries: Sequence[Told], subscriber: int | None = None) -> None:
    held = Published.objects.filter(listed=listed, number__in=[each.number for each in entries])
    before = {number: (gone, line) for number, gone, line in held.values_list("number", "retracted_in", "line")}
    rows = [
        Published(
            listed=listed,
            subscriber_id=subscriber,
            number=each.number,
            version=version,
            changed=each.changed,
            retracted=each.retracted,
            retracted_in=(before.get(each.number, (None,))[0] or version) if each.retracted else None,
            line=line_of(each).decode("ascii"),
        )
        for each in entries
    ]
    # Rows are replaced: writing many at once costs a tenth of changing each.
    held.delete()
    Published.objects.bulk_create(rows, batch_size=CHUNK // 2)
    if subscriber is None:
        went = [line.encode() for _gone, line in before.values()]
        listed.digest = moved(listed.digest, [row.line.encode() for row in rows], went)


def told(entry: Entry, version: int, at: datetime) -> Told:
    """An entry as the version says it. Of who, where and why nothing is in it."""
    seconds = int(at.timestamp())
    return Told(
        number=entry.number,
        version=version,
        signals=tuple(Signal(method, value, made_by) for method, made_by, value in entry.signals),
        kind=Kind(entry.kind),
        labels=tuple(entry.labels),
        categories=dict(entry.categories),
        baseline=entry.baseline,
        generated=entry.generated,
        reviewed=entry.reviewed,
        confirmed=entry.confirmed,
        disputed=entry.state == State.CHALLENGED,
        added=int(entry.added_at.timestamp()) if entry.added_at else seconds,
        changed=seconds,
        retracted=entry.state == State.RETRACTED,
    )


def canary_told(canary: Canary, version: int, at: datetime) -> Told:
    """A canary as the version says it: as any other entry that is new in it."""
    names = ("md5", "sha1", "sha256", "pdq")
    like = canary.like
    methods = [name for name in names if name in like.get("methods", names)]
    return Told(
        number=canary.number,
        version=version,
        signals=tuple(Signal(name, bytes(getattr(canary, name)).hex(), VERSIONS[name]) for name in methods),
        labels=tuple(like.get("labels", ())),
        categories=dict(like.get("categories", {})),
        baseline=bool(like.get("baseline")),
        generated=bool(like.get("generated")),
        reviewed=bool(like.get("reviewed", True)),
        confirmed=int(like.get("confirmed", 2)),
        added=int(at.timestamp()),
        changed=int(at.timestamp()),
    )


def _follow(listed: HashList, version: int) -> None:
    """The chain of changes of a list goes on to this version, and the list is written whole where that pays."""
    fitting = fits(listed, listed.version)
    if fitting:
        Delta.objects.create(listed=listed, first=listed.version, last=version)
    else:  # whoever reads the list reads it whole, in files that consumers take
        Delta.objects.filter(listed=listed).delete()
    for old in Delta.objects.filter(listed=listed).order_by("-last")[MOST_DELTAS:]:
        old.delete()
    listed.version = version
    shared = Published.objects.filter(listed=listed, subscriber=None)
    since = shared.filter(version__gt=listed.whole).count()
    behind = Delta.objects.filter(listed=listed, last__gt=listed.whole).count()
    if (
        not fitting
        or not listed.whole
        or behind >= MOST_DELTAS
        or since >= max(WHOLE_AFTER, (shared.count() - since) // 2)
    ):
        listed.whole = version
    listed.save(update_fields=["version", "whole", "digest"])


def _write_anew(listed: HashList, at: datetime) -> None:
    """No file that is served from now on holds what an entry lost: parts are as of this version, changes as of now."""
    listed.whole, listed.blanked_at = listed.version, at
    listed.save(update_fields=["whole", "blanked_at"])
    File.objects.filter(listed=listed, ended_at=None, name__startswith="delta-").update(ended_at=at)
