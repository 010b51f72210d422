"""Publish a unit's lists: what is due becomes one version, its files are written, and the signature that says so last.

Killed at any moment and run again, it ends the same once: a version is rows first, its files follow from the rows, and
subscribers see nothing of it before timestamp.json is replaced.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.feeds import settled
from havre.feeds.carried import follow
from havre.feeds.lay import lay_at
from havre.feeds.models import Feed, File, HashList, KeyRole, Published, Subscriber
from havre.feeds.places import content_at, metadata_at
from havre.feeds.queries import feed_for, read_by
from havre.feeds.signed import metadata
from havre.feeds.version import Made, new_version
from havre.feeds.written import mend, served, write_list
from havre.flows.feed_entries import WORKING, holding_feed
from havre.flows.feed_keys import signing_key
from havre.flows.feed_roots import lay_roots, must_sign
from havre.flows.forget import wipe
from havre.flows.holding import alone_at
from havre.flows.home import Home, log, seal_log
from havre.units.acting import Acting, Clock

SIGNED_AGAIN = timedelta(hours=6)
"""After so long the same is signed anew: whoever missed it for a day notices."""
KEPT = timedelta(days=2)
"""What another file took the place of is given so long to whoever is reading."""

Say = Callable[[str, dict[str, Any]], None]
"""Writes a line of the log: its verb and detail."""


@dataclass
class Done:
    """What a publication did."""

    version: int
    changed: int = 0
    retracted: int = 0
    signed: int = 0
    """The number of the metadata that were written; 0 where nothing was."""
    subscribers: int = 0

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def publish(home: Home, acting: Acting) -> Done:
    """Publish what is due of the unit's lists now, and sign it; where nothing is due, sign what is there anew."""
    acting.must_be(*WORKING, to="publish lists")
    feed = feed_for(acting.person)

    def say(verb: str, detail: dict[str, Any]) -> None:
        log(home, acting, verb, f"lists of {acting.unit.name}", detail)
        seal_log(home, acting)

    return publish_at(home, feed, acting.now, say, again=True)


def publish_at(home: Home, feed: Feed, clock: Clock, say: Say, *, again: bool = False, due: bool = True) -> Done:
    """The same by this clock: what an earlier run left is finished first; `due` says whether a version may be made.

    Raises Refused while another process publishes, and where subscribers would refuse what is signed here.
    """
    with alone_at(home, f"feed-{feed.pk}") as mine:
        if not mine:
            raise Refused(_("the lists are being published: wait for that to end"))
        feed = Feed.objects.select_related("unit").get(pk=feed.pk)
        must_sign(home, feed)
        lay_roots(home, feed)
        if due:
            settled.begin(feed, clock())  # whoever asks by moments is told nothing from here on
        at = clock()  # read now: later than whatever was said to be settled before, however long that waited
        done, lost = Done(feed.version), mend(home.settings.feeds, feed)
        if feed.signed > feed.written:  # (1) what was left is finished
            done.subscribers = _write(home, feed)
            done.signed = feed.signed
        made = _version(feed, at, say) if due else None  # (2) what is due is a version
        if made is not None:
            done.version, done.changed, done.retracted = made.number, made.changed, made.retracted
        elif again or lost or feed.stale or feed.signed_at is None or at - feed.signed_at >= SIGNED_AGAIN:
            with holding_feed(feed) as locked:
                _number(locked, at)
        for listed in HashList.objects.filter(feed=feed):  # (3) who reads by signals finds them
            follow(listed)
        feed = Feed.objects.select_related("unit").get(pk=feed.pk)
        if feed.signed > feed.written:  # (4) its files lie on disk, and are signed
            done.subscribers = _write(home, feed)
            done.signed = feed.signed
    return done


def _version(feed: Feed, at: datetime, say: Say) -> Made | None:
    with holding_feed(feed) as locked:
        made = new_version(locked, at)
        settled.end(locked)
        if made is not None:
            _number(locked, at)
            readers = Subscriber.objects.filter(feed=feed, ended_at=None).count()
            counted = {"changed": made.changed, "retracted": made.retracted, "subscribers": readers}
            say("disclosure", {"act": "lists published", "version": made.number, **counted})
    if made is not None and made.blanked:
        wipe((Published,))
    return made


def _number(feed: Feed, at: datetime) -> None:
    feed.signed += 1
    feed.signed_at = max(at, feed.signed_at) if feed.signed_at is not None else at
    feed.stale = False
    feed.save(update_fields=["signed", "signed_at", "stale"])


def _write(home: Home, feed: Feed) -> int:
    """Everything of this number lies on disk, for every subscriber; what subscribers read first comes last."""
    assert feed.signed_at is not None
    root, readers = home.settings.feeds, list(Subscriber.objects.filter(feed=feed, ended_at=None).order_by("pk"))
    reading = {each.pk: list(read_by(each)) for each in readers}
    for listed in HashList.objects.filter(feed=feed).order_by("name"):
        whom = [each for each in readers if listed in reading[each.pk]]
        write_list(root, listed, whom, feed.signed_at)
    stamps = [_sign(home, feed, each, reading[each.pk]) for each in readers]
    for path, content in stamps:
        lay_at(path, content)
    Feed.objects.filter(pk=feed.pk).update(written=feed.signed)
    feed.written = feed.signed
    _sweep(root, feed, readers)
    return len(readers)


def _sign(home: Home, feed: Feed, reader: Subscriber, lists: Sequence[HashList]) -> tuple[Path, bytes]:
    """Write targets and snapshot of a subscriber; the timestamp, with where it goes."""
    assert feed.signed_at is not None
    files = [each for listed in lists for each in served(listed, reader)]
    keys = signing_key(home, feed, KeyRole.TARGETS), signing_key(home, feed, KeyRole.ONLINE)
    folder = metadata_at(home.settings.feeds, reader)
    *first, (name, last) = metadata(feed.signed, files, feed.signed_at, *keys).items()
    for named, content in first:
        lay_at(folder / named, content)
    return folder / name, last


def _sweep(root: Path, feed: Feed, readers: Sequence[Subscriber]) -> None:
    """What nobody reads any more goes: files that others took the place of, and what was signed before, after days."""
    assert feed.signed_at is not None
    before = feed.signed_at - KEPT
    old = File.objects.filter(listed__feed=feed, ended_at__lt=before)
    digests = set(old.values_list("sha256", flat=True))
    old.delete()
    held = set(File.objects.filter(listed__feed=feed, sha256__in=digests).values_list("sha256", flat=True))
    for digest in digests - held:
        content_at(root, feed.pk, digest).unlink(missing_ok=True)
    for reader in readers:
        for path in metadata_at(root, reader).glob("*.*.json"):
            number, age = path.name.partition(".")[0], path.stat().st_mtime
            if number.isdecimal() and int(number) < feed.signed and age < before.timestamp():
                path.unlink(missing_ok=True)
