"""After a restore: what was published since the backup is not known here, and none of it may be said anew otherwise.

Subscribers hold later versions than the rows have: they refuse whoever goes back, rightly.
"""

from datetime import datetime

from havre.feeds.models import Delta, Feed, File, HashList, Version

AHEAD = 1_000_000
"""Versions, numbers and signatures that are left out: more than any feed gives between two backups."""


def go_ahead(at: datetime) -> int:
    """Leave out what may have been given since the backup; every list is written whole at once. How many feeds are.

    Called inside the transaction that loads the rows, before anything else changes them.
    """
    feeds = list(Feed.objects.select_for_update().order_by("pk"))
    for feed in feeds:
        last = Version.objects.filter(feed=feed).order_by("number").last()
        feed.version, feed.numbers, feed.signed = feed.version + AHEAD, feed.numbers + AHEAD, feed.signed + AHEAD
        feed.written, feed.stale, feed.doubted = feed.signed, True, True
        feed.save(update_fields=["version", "numbers", "signed", "written", "stale", "doubted"])
        Version.objects.create(feed=feed, number=feed.version, at=max(at, last.at) if last is not None else at)
        # No chain of changes leads from what subscribers hold to what the rows say, and no file lies on disk.
        Delta.objects.filter(listed__feed=feed).delete()
        File.objects.filter(listed__feed=feed).delete()
        HashList.objects.filter(feed=feed).update(version=feed.version, whole=feed.version, digest="")
    return len(feeds)
