"""Contents lie by their digest, metadata by subscriber; nothing that anybody chose is in a path."""

from pathlib import Path

from havre.feeds.models import Subscriber
from havre.feeds.places import content_at, metadata_at


def test_where_files_lie() -> None:
    assert content_at(Path("/f"), 3, "abcd") == Path("/f/3/files/ab/abcd")
    assert metadata_at(Path("/f"), Subscriber(feed_id=3, ref="0f", name="../x")) == Path("/f/3/metadata/0f")
