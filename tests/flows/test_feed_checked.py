"""Each check says by itself what `must_go` would refuse."""

from havre.feeds.benign import keep_benign
from havre.feeds.rules import named
from havre.fingerprints.pdq import BYTES
from havre.flows.feed_checked import Checked, checks_of
from havre.matches.formats.record import Entry as Read
from havre.media.models import Fingerprint, Medium
from tests.flows.fed import Fed

NAMES = [named(each) for each in ("national-be", "baseline", "national-be-hotline")]


def checked(having_feed: Fed, medium: Medium) -> Checked:
    node = having_feed.node
    return checks_of(node.home, node.anke, having_feed.feed, NAMES, medium)


def test_a_medium_may_go_where_nothing_speaks_against_it(having_feed: Fed) -> None:
    found = checked(having_feed, having_feed.medium())
    assert [found.may_go(each) for each in found.lists] == [True, False, False]
    assert "2 countries confirmed" in str(found.lists[1].belongs)
    assert [each.lets_go for each in found.lists] == [True, True, False]
    assert (found.quality, found.unfit, found.collides, found.compared) == (90, None, None, False)


def test_what_is_flat_is_compared_with_nothing_and_what_is_near_something_harmless_goes_nowhere(
    having_feed: Fed,
) -> None:
    flat = checked(having_feed, having_feed.medium(quality=20))
    assert (flat.quality, flat.collides, "below 50" in str(flat.unfit)) == (20, None, True)
    medium = having_feed.medium()
    held = bytes(Fingerprint.objects.get(medium=medium).orientations)[:BYTES]
    keep_benign(having_feed.feed, "harmless", [Read("1", pdq=held.hex())])
    found = checked(having_feed, medium)
    assert (found.compared, "harmless picture" in str(found.collides)) == (True, True)
    assert not any(found.may_go(each) for each in found.lists)
