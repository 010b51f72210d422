"""Entries of which only hashes came, from whom a picture shows: on the list of what nobody saw, and on no other.

Nobody can look at what such a hash stands for, and so nobody confirms it; a platform looks before it acts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.feeds.benign import must_not_collide, shelf_of
from havre.feeds.life import become
from havre.feeds.models import Entry, Feed, State
from havre.feeds.rules import named
from havre.fingerprints.pdq import MIN_QUALITY
from havre.fingerprints.pdq_turned import turned
from havre.flows.contest import log_for
from havre.flows.feed_content import Content, too_flat
from havre.flows.feed_entries import holding_feed, list_named, next_number
from havre.flows.home import Home, take_turn
from havre.hashlists.entry import MOST_SIGNALS, Kind, Signal
from havre.matches.shelves import Shelf
from havre.matching.reference import MATCH_DISTANCE
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
UNREVIEWED = "unreviewed"
MOST_A_KEY = 200
"""Contents that one person asks for."""
MOST_A_DAY = 5_000
"""Contents of all people in a day: whoever floods the list makes it useless for everybody."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hashes:
    """One content as the browser of whom it shows made it."""

    signals: tuple[Signal, ...]
    """PDQ of the picture, or of frames of a film; digests beside it."""
    quality: int
    """The least of its PDQ."""
    kind: Kind = Kind.PICTURE


def propose_unreviewed(
    home: Home, unit: Unit, key: str, hashes: Sequence[Hashes], at: datetime, audience: str = "platform"
) -> list[Entry]:
    """From the next version on these are on the unit's list of what nobody saw; sent again, they are there once.

    `key` takes all of them back. A film loses its frames that collide with something harmless. Raises Refused for what
    is too flat, of which nothing is left then, or is too much; then none is taken.
    """
    _must_be_key(key)
    feed = feed_of(unit)
    shelf = shelf_of(home.settings.index, feed)
    contents = [_not_harmless(shelf, feed, _content(each)) for each in hashes]
    listed = named(UNREVIEWED if audience == "platform" else f"{UNREVIEWED}-{audience}")
    with holding_feed(feed) as locked:
        on = list_named(locked, listed)
        mine = owned_by(unit, Entry.objects).filter(listed=on, key=key).exclude(state=State.RETRACTED)
        there = {_same(each.signals) for each in mine}
        fresh = [each for each in contents if _same(_told(each)) not in there]
        _must_be_few(on.pk, len(there) + len(fresh), len(fresh), at)
        made = [_entry(locked, Entry(listed=on, unit=unit, key=key), each, at) for each in fresh]
        if made:
            take_turn()
            log_for(home, unit, "change", f"list {on.name}", at, {"act": "asked for themselves", "count": len(made)})
    return made


def retract_unreviewed(home: Home, unit: Unit, key: str, at: datetime) -> int:
    """Take back everything that was asked for under this key; how much that was."""
    _must_be_key(key)
    feed = feed_of(unit)
    with holding_feed(feed):
        rows = owned_by(unit, Entry.objects).filter(key=key).exclude(state=State.RETRACTED)
        found = list(rows.select_for_update())
        for entry in found:
            become(entry, State.RETRACTED)
            entry.retracted_at, entry.because = at, "asked for"
            entry.save(update_fields=["state", "due", "retracted_at", "because"])
        if found:
            take_turn()
            log_for(home, unit, "change", "list unreviewed", at, {"act": "taken back by them", "count": len(found)})
    return len(found)


def feed_of(unit: Unit) -> Feed:
    """The feed of a unit. Raises Refused where it has none: nothing would ever reach anybody."""
    found = owned_by(unit, Feed.objects).first()
    if found is None:
        raise Refused(_("this unit has no hash lists yet: `havre feed keys` makes them"))
    return found


def _content(hashes: Hashes) -> Content:
    pdq = [each for each in hashes.signals if each.method == "pdq"]
    if not pdq or not 0 <= hashes.quality <= 100:
        raise Invalid(_("a content that nobody saw has a PDQ with its quality, from 0 to 100"))
    if hashes.quality < MIN_QUALITY:
        raise too_flat()
    signals = tuple(dict.fromkeys(hashes.signals))
    if len(signals) > MOST_SIGNALS:
        raise Invalid(_("a content has at most %(most)s hashes") % {"most": MOST_SIGNALS})
    return Content(hashes.kind, signals, tuple(turned(bytes.fromhex(each.value)) for each in dict.fromkeys(pdq)))


def _not_harmless(shelf: Shelf, feed: Feed, content: Content) -> Content:
    """What of a content may be listed: one title or black frame that others have too takes no film from the list."""
    must_not_collide(shelf, feed, (), content.digests)
    frames = [each for each in content.signals if each.method == "pdq"]
    near = {
        signal
        for signal, orientations in zip(frames, content.orientations, strict=True)
        if shelf.index.search_oriented(orientations, MATCH_DISTANCE)
    }
    if len(near) == len(frames):
        must_not_collide(shelf, feed, content.orientations, {})
    signals = tuple(each for each in content.signals if each not in near)
    return replace(
        content,
        signals=signals,
        orientations=tuple(turned(bytes.fromhex(each.value)) for each in signals if each.method == "pdq"),
    )


def _must_be_key(key: str) -> None:
    if not KEY.fullmatch(key):
        raise Invalid(_("a key is 8 to 64 letters and digits"))


def _must_be_few(listed: int, of_key: int, fresh: int, at: datetime) -> None:
    if of_key > MOST_A_KEY:
        raise Refused(_("one person asks for at most %(most)s pictures and films") % {"most": MOST_A_KEY})
    today = Entry.objects.filter(listed=listed, proposed_at__gt=at - DAY).count()
    if fresh and today + fresh > MOST_A_DAY:
        raise Refused(_("too much was asked for today: send it again tomorrow"))


def _told(content: Content) -> list[list[str]]:
    return [[each.method, each.version, each.value] for each in content.signals]


def _same(signals: Sequence[Sequence[str]]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(each) for each in signals)


def _entry(feed: Feed, entry: Entry, content: Content, at: datetime) -> Entry:
    entry.number, entry.signals, entry.kind = next_number(feed), _told(content), str(content.kind)
    entry.reviewed, entry.proposed_at, entry.confirmed_at = False, at, at
    become(entry, State.CONFIRMED)
    entry.save(force_insert=True)
    return entry
