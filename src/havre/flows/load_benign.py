"""Load hashes of what is harmless: whatever collides with it is on no list, whoever proposes it."""

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.feeds.benign import DIGESTS, keep_benign, shelf_of
from havre.feeds.models import Benign, Entry, Feed, State
from havre.feeds.queries import feed_for
from havre.fingerprints.pdq_turned import turned
from havre.flows.feed_entries import WORKING, holding_feed
from havre.flows.feed_films import collides
from havre.flows.home import Home, log, seal_log
from havre.matches.formats import READERS
from havre.matches.formats.recognise import HEAD, recognise
from havre.matches.formats.record import Entry as Read
from havre.matches.formats.record import Summary, from_json
from havre.matches.shelves import Shelf
from havre.matching.reference import MATCH_DISTANCE
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BATCH = 5_000
ASKED_AT_ONCE = 500
"""Digests in one question to the database."""
LONGEST = 200
HASHES = ("pdq", *DIGESTS)


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
        with TemporaryFile("w+", encoding="ascii") as read:
            # Read to its end before the feed is held: that takes as long as the file is, and others wait for the feed.
            bad = _read(home, descriptor, str(chosen), file, read)
            read.seek(0)
            with holding_feed(feed) as locked:
                kept = _keep(locked, file, read)
                detail = {"act": "harmless hashes loaded", "kept": kept}
                log(home, acting, "change", f"lists of {acting.unit.name}", detail)
        seal_log(home, acting)
    finally:
        os.close(descriptor)
    return {"file": str(file), "format": chosen, "kept": kept, "bad": bad, "collide": colliding(home, acting)}


def _read(home: Home, descriptor: int, kind: str, file: Path, out: IO[str]) -> int:
    """Write the hashes of a list, an entry a line; how many of its lines were bad."""
    bad = 0
    try:
        with home.worker() as worker:
            for each in map(from_json, worker.stream(kind, descriptor, region=None)):
                if isinstance(each, Read):
                    out.write(json.dumps([getattr(each, name) for name in HASHES]) + "\n")
                elif isinstance(each, Summary):
                    bad = sum(each.bad.values())
    except (Broke, Exceeded, NotMedia) as error:
        raise Invalid(f"{file} could not be read to its end ({error}): nothing of it was kept") from error
    return bad


def _keep(feed: Feed, file: Path, lines: IO[str]) -> int:
    kept, name = 0, file.name.encode("utf-8", "replace").decode()[:LONGEST]
    while batch := list(islice(lines, BATCH)):
        entries = [Read(place="", **dict(zip(HASHES, json.loads(line), strict=True))) for line in batch]
        kept += keep_benign(feed, name, entries)
    return kept


def colliding(home: Home, acting: Acting) -> list[int]:
    """Numbers of entries that are out, or about to be, and collide with something harmless."""
    feed = feed_for(acting.person)
    shelf, found = shelf_of(home.settings.index, feed), []
    rows = owned_by(acting.unit, Entry.objects).exclude(state=State.RETRACTED).order_by("pk")
    entries = rows.only("number", "signals").iterator(ASKED_AT_ONCE)
    while some := list(islice(entries, ASKED_AT_ONCE)):
        equal = _equal(feed.pk, some)
        found += [each.number for each in some if each.pk in equal or _near(shelf, each)]
    return found


def _near(shelf: Shelf, entry: Entry) -> bool:
    """Whether a picture of this entry is near a harmless one, however it is turned: of entries the upright one is kept.

    As `havre.feeds.benign.must_not_collide` asks before anything is on a list.
    """
    values = [bytes.fromhex(value) for method, _version, value in entry.signals if method == "pdq"]
    pictures = any(shelf.index.search_oriented(turned(value), MATCH_DISTANCE) for value in values)
    return pictures or collides(shelf, entry.signals)


def _equal(feed: int, entries: Sequence[Entry]) -> set[int]:
    """Those of these entries, by key, that have the very bytes of something harmless."""
    by_value = defaultdict[tuple[str, bytes], set[int]](set)
    for entry in entries:
        for method, _version, value in entry.signals:
            if method in DIGESTS:
                by_value[method, bytes.fromhex(value)].add(entry.pk)
    equal = set[int]()
    for name in DIGESTS:
        values = [value for method, value in by_value if method == name]
        for start in range(0, len(values), ASKED_AT_ONCE):
            rows = Benign.objects.filter(feed=feed, **{f"{name}__in": values[start : start + ASKED_AT_ONCE]})
            equal.update(key for value in rows.values_list(name, flat=True) for key in by_value[name, bytes(value)])
    return equal
