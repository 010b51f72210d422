"""Load hashes of what is harmless: whatever collides with it is on no list, whoever proposes it."""

import os
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.feeds.benign import keep_benign, shelf_of
from havre.feeds.models import Benign, Entry, Feed, State
from havre.feeds.queries import feed_for
from havre.flows.feed_entries import WORKING, holding_feed
from havre.flows.home import Home, log, seal_log
from havre.matches.formats import READERS
from havre.matches.formats.recognise import HEAD, recognise
from havre.matches.formats.record import Entry as Read
from havre.matches.formats.record import Summary, from_json
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BATCH = 5_000
LONGEST = 200


def load_benign(home: Home, acting: Acting, file: Path, kind: str = "") -> dict[str, object]:
    """Keep what a list of harmless hashes has, decoded in the sandbox; all of it or nothing.

    Entries that are out already and collide with it are named: a person takes them back, or does not.
    """
    acting.must_be(*WORKING, to="load what is harmless")
    feed = feed_for(acting.person)
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Invalid(f"{file} can't be read: {error.strerror}") from error
    try:
        chosen = kind or recognise(os.pread(descriptor, HEAD, 0))
        if chosen not in READERS:
            raise Invalid(_("say what this list is with --format: %(kinds)s") % {"kinds": ", ".join(READERS)})
        with holding_feed(feed) as locked:
            kept, bad = _kept(home, locked.pk, descriptor, str(chosen), file)
            log(home, acting, "change", f"lists of {acting.unit.name}", {"act": "harmless hashes loaded", "kept": kept})
        seal_log(home, acting)
    finally:
        os.close(descriptor)
    return {"file": str(file), "format": chosen, "kept": kept, "bad": bad, "collide": colliding(home, acting)}


def _kept(home: Home, feed: int, descriptor: int, kind: str, file: Path) -> tuple[int, int]:
    kept, bad, batch = 0, 0, list[Read]()
    row, name = Feed.objects.get(pk=feed), file.name.encode("utf-8", "replace").decode()[:LONGEST]
    try:
        with home.worker() as worker:
            for each in map(from_json, worker.stream(kind, descriptor, region=None)):
                if isinstance(each, Read):
                    batch.append(each)
                elif isinstance(each, Summary):
                    bad = sum(each.bad.values())
                if len(batch) == BATCH:
                    kept, batch = kept + keep_benign(row, name, batch), []
    except (Broke, Exceeded, NotMedia) as error:
        raise Invalid(f"{file} could not be read to its end ({error}): nothing of it was kept") from error
    return kept + keep_benign(row, name, batch), bad


def colliding(home: Home, acting: Acting) -> list[int]:
    """Numbers of entries that are out, or about to be, and collide with something harmless."""
    feed = feed_for(acting.person)
    shelf, found = shelf_of(home.settings.index, feed), []
    rows = owned_by(acting.unit, Entry.objects).exclude(state=State.RETRACTED).order_by("pk")
    for entry in rows.only("number", "signals").iterator(2_000):
        values = b"".join(bytes.fromhex(value) for method, _version, value in entry.signals if method == "pdq")
        near = any(shelf.index.search_batch(values)) if values else False
        found += [entry.number] if near or _equal(feed.pk, entry) else []
    return found


def _equal(feed: int, entry: Entry) -> bool:
    digests = {method: bytes.fromhex(value) for method, _version, value in entry.signals if method != "pdq"}
    return any(Benign.objects.filter(feed=feed, **{name: value}).exists() for name, value in digests.items())
