"""What stands on a list of a medium: its digests and pictures, and nothing damaged, flat or colliding."""

import pytest

from havre.errors import Refused
from havre.feeds.rules import named
from havre.flows.feed_content import content_of, judged_of, must_go, too_flat
from havre.hashlists.entry import Kind
from havre.media.models import Fingerprint, Medium
from tests.flows.fed import YES, Fed


def test_a_picture_is_found_by_its_digests_and_its_pdq(having_feed: Fed) -> None:
    node, medium = having_feed.node, having_feed.medium()
    content, judged = must_go(node.home, node.anke, having_feed.feed, named("national-be"), medium)
    assert [each.method for each in content.signals] == ["md5", "sha1", "sha256", "pdq"]
    assert content.digests["sha256"] == bytes(medium.sha256)
    assert bytes(Fingerprint.objects.get(medium=medium).orientations) == content.orientations[0]
    assert judged == judged_of(node.anke, medium)
    assert (judged.label, judged.facts, content.kind) == ("1", YES, Kind.PICTURE)


def test_a_film_may_have_digests_alone_and_a_picture_may_not(having_feed: Fed) -> None:
    medium = having_feed.medium(quality=49)
    with pytest.raises(Refused, match=str(too_flat())):
        content_of(medium)
    Medium.objects.filter(pk=medium.pk).update(family="video")
    medium.refresh_from_db()
    assert (content_of(medium).kind, content_of(medium).orientations) == (Kind.FILM, ())
    medium.damage = "cut off"
    with pytest.raises(Refused, match="damaged"):
        content_of(medium)
