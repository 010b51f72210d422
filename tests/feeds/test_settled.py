"""Nothing is settled that a version may still add to."""

from datetime import timedelta

from havre.feeds.settled import MARGIN, begin, end, settled
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import feed_of


def test_what_lies_a_little_back_is_settled_unless_a_version_is_being_made(database: Settings) -> None:
    feed = feed_of(introduce().anke)
    noon = int(NOON.timestamp())
    assert settled(feed.pk, NOON) == noon - MARGIN
    begin(feed, NOON)
    later = NOON + timedelta(hours=1)
    assert settled(feed.pk, later) == noon
    begin(feed, later)
    assert settled(feed.pk, later) == noon + 3600 - MARGIN
    assert settled(feed.pk, later + timedelta(minutes=1)) == noon + 3600
    end(feed)
    assert settled(feed.pk, later) == noon + 3600 - MARGIN
