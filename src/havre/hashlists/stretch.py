"""How far another's list was read, and what to ask it next: its pages, then a later stretch of time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from havre.errors import Invalid
from havre.hashlists.asked import AFTER, written
from havre.hashlists.told import PageTold

NEXT_HOLDS = 12 * 3600
"""Seconds for which the address of a next page is used: NCMEC suggests not to keep it longer."""

A_LITTLE = 5
"""Seconds that are left for next time: what is being published now may not be in the answer."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where somebody stands who reads a list."""

    since: int = 0
    """From when on this stretch is; everything that changed before was read."""
    until: int = 0
    """Up to when; 0 before the stretch is begun, or where the list has no such end."""
    next: str = ""
    """What the list gave for going on within the stretch."""
    next_at: int = 0
    newest: int = 0
    """The latest moment that the list named within the stretch."""


def begun(stretch: Stretch, now: int) -> Stretch:
    """A stretch to ask for: the one that was left, unless what it goes on with is too old; then all of it again.

    NCMEC's entries are in no order: who left a stretch in the middle has read none of it for sure.
    """
    if stretch.next and now - stretch.next_at <= NEXT_HOLDS:
        return stretch
    return Stretch(stretch.since, until=max(stretch.since, now - A_LITTLE))


def behind(stretch: Stretch, page: PageTold, kind: str, now: int) -> Stretch:
    """Where somebody stands behind a page: within the stretch, or at the beginning of the next one."""
    newest = max(stretch.newest, page.newest)
    if page.next:
        return replace(stretch, next=page.next, next_at=now, newest=newest)
    # Moments of NCMEC's pages are not to be trusted, for entries are in no order: the stretch itself is what was read.
    # A bank says no moments at all: it is read from its beginning the next time.
    ends = {"ncmec": stretch.until, "hma": 0}
    return Stretch(max(stretch.since, ends.get(kind, newest)))


def question(kind: str, base: str, stretch: Stretch) -> str:
    """The address of the next page. Raises Invalid where the list leads elsewhere than it lies."""
    return ASK[kind](base.rstrip("/"), stretch)


def _ncmec(base: str, stretch: Stretch) -> str:
    if stretch.next:
        if not stretch.next.startswith("/v2/entries?"):
            raise Invalid("the list goes on at an address that is none of its own")
        return base + stretch.next
    asked = {"from": written(stretch.since), "to": written(stretch.until)}
    return f"{base}/v2/entries?{urlencode(asked)}"


def _stopncii(base: str, stretch: Stretch) -> str:
    # StopNCII's own client never asks from 0.
    asked = {"startTimestamp": str(max(10, stretch.since)), "pageSize": "800"}
    more = {"nextPageToken": stretch.next} if stretch.next else {}
    return f"{base}/FetchHashes?{urlencode({**asked, **more})}"


FIELDS = "id,indicator,type,last_updated,should_delete,descriptors{id,reactions,owner{id},tags,status}"


def _threatexchange(base: str, stretch: Stretch) -> str:
    if stretch.next:
        ours, theirs = urlsplit(base), urlsplit(stretch.next)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise Invalid("the list goes on at an address that is none of its own")
        return stretch.next
    asked = {"start_time": str(stretch.since), "limit": "500", "fields": FIELDS}
    return f"{base}/threat_updates/?{urlencode(asked)}"


def _hma(base: str, stretch: Stretch) -> str:
    more = {AFTER: stretch.next} if stretch.next else {}
    return f"{base}?{urlencode({'limit': '1000', **more})}"


ASK: Mapping[str, Callable[[str, Stretch], str]] = {
    "ncmec": _ncmec,
    "stopncii": _stopncii,
    "threatexchange": _threatexchange,
    "hma": _hma,
}
