"""What is wrong with how a feed is published, by its own row and a clock: nothing here asks a database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

LEFT = timedelta(minutes=30)
"""So long after it was begun, a publication that did not end was cut off, however large it is."""
SIGNED_LATE = timedelta(hours=7)
"""The same is signed anew every six hours: an hour later, nobody does it."""
OVER = timedelta(days=1)
"""After so long what was signed is refused by whoever reads it."""
RENEW_BEFORE = timedelta(days=60)
"""How long before root expires somebody is told to renew it."""


class Trouble(StrEnum):
    """One thing that is wrong; the first is the worst."""

    OVER = "over"
    """What subscribers read is no longer valid."""
    CUT = "cut"
    """A version stands, and its files do not."""
    LATE = "late"
    """Nobody signs anew."""
    ROOT = "root"
    """Root ends soon, or ended: without it nobody reads anything."""


def troubles(
    signed: int, written: int, signed_at: datetime | None, root_ends: datetime | None, now: datetime
) -> Iterator[tuple[Trouble, datetime]]:
    """What is wrong, each with since when; of root, until when it lasts."""
    if signed_at is not None:
        if now - signed_at >= OVER:
            yield Trouble.OVER, signed_at + OVER
        elif now - signed_at >= SIGNED_LATE:
            yield Trouble.LATE, signed_at + SIGNED_LATE
        if signed > written and now - signed_at >= LEFT:
            yield Trouble.CUT, signed_at
    if root_ends is not None and now >= root_ends - RENEW_BEFORE:
        yield Trouble.ROOT, root_ends
