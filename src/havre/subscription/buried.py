"""When an index forgets what was taken back, and when its files do: by when the feed last spoke, in any process.

What is taken back is found by nobody from the moment the entries changed. Its hash lies in a file of the index until
that is written anew, which takes as long as the file is large: once for all that went within a day.
"""

from collections.abc import Collection
from zlib import crc32

from havre.subscription.feed import CHECKED
from havre.subscription.kept import Kept

WITHIN = 24 * 3600
"""Seconds after which what was taken back lies in no file of an index any more, where somebody looks at the feed."""
ASKING = 60
"""Seconds after which nobody asks any more who began before it was taken back."""

SINCE, WHICH, WHEN = "buried since", "gone", "gone at"
"""Facts: since when something lies in files that was taken back; what was gone when it was last looked at, and when."""


def ripe(kept: Kept, gone: frozenset[int], seen: frozenset[int]) -> frozenset[int]:
    """Of the records that are gone, those of which nobody reads any more: this process saw them gone the last time, or
    some process did that looked a minute ago."""
    if not gone:
        return gone
    now, which = kept.fact(CHECKED), _of(gone)
    if kept.fact(WHICH) != which:
        kept.keep_fact(WHICH, which)
        kept.keep_fact(WHEN, now)
    elif now - kept.fact(WHEN) >= ASKING:
        return gone
    return gone & seen


def due(kept: Kept, *, anything: bool) -> bool:
    """Whether the files are to be written without what was taken back; `anything` says whether something was."""
    now, since = kept.fact(CHECKED), kept.fact(SINCE)
    if anything and not since:
        kept.keep_fact(SINCE, max(now, 1))
    return bool(since) and now - since >= WITHIN


def done(kept: Kept) -> None:
    """The files have nothing of it any more."""
    kept.keep_fact(SINCE, 0)


def _of(records: Collection[int]) -> int:
    return crc32(b"".join(record.to_bytes(8, "big") for record in sorted(records)))
