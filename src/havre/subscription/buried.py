"""When an index forgets what was taken back, and when its files do: by when the feed last spoke, in any process.

What is taken back is found by nobody from the moment the entries changed. Its hash lies in a file of the index until
that is written anew, which takes as long as the file is large: once for all that went within a day.
"""

from havre.subscription.feed import CHECKED
from havre.subscription.kept import Kept

WITHIN = 24 * 3600
"""Seconds after which what was taken back lies in no file of an index any more, where somebody looks at the feed."""
ASKING = 60
"""Seconds after which nobody asks any more who began before it was taken back."""

SINCE = "buried since"
"""The fact since when something lies in files that was taken back."""

TIMES = "CREATE TABLE IF NOT EXISTS gone_at (record INTEGER PRIMARY KEY, at INTEGER NOT NULL)"
"""When each record that is gone was first seen so, by any process. Beside what is gone, not in it: a process of an
older Havre may write there at this moment."""


def ripe(kept: Kept, gone: frozenset[int], seen: frozenset[int]) -> frozenset[int]:
    """Of the records that are gone, those of which nobody reads any more: this process saw them gone the last time, or
    some process did that looked a minute ago. Each counts by itself: others may go at every look."""
    if not gone:
        return gone
    now = kept.fact(CHECKED)
    times = _times(kept)
    if new := gone - times.keys():
        with kept.changing():
            kept.db.execute("DELETE FROM gone_at WHERE record NOT IN (SELECT record FROM gone)")
            kept.db.executemany("INSERT OR IGNORE INTO gone_at VALUES (?, ?)", ((record, now) for record in new))
    return frozenset(record for record in gone if record in seen or now - times.get(record, now) >= ASKING)


def due(kept: Kept, *, anything: bool) -> bool:
    """Whether the files are to be written without what was taken back; `anything` says whether something was."""
    now, since = kept.fact(CHECKED), kept.fact(SINCE)
    if anything and not since:
        kept.keep_fact(SINCE, max(now, 1))
    return bool(since) and now - since >= WITHIN


def done(kept: Kept) -> None:
    """The files have nothing of it any more but what is not ripe yet: that lies there since it was seen to be gone."""
    times = _times(kept)
    kept.keep_fact(SINCE, min((times.get(record, kept.fact(CHECKED)) for record in kept.gone()), default=0))


def _times(kept: Kept) -> dict[int, int]:
    kept.db.execute(TIMES)
    return dict(kept.db.execute("SELECT record, at FROM gone_at"))
