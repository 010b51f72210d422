"""What is harmless keeps whatever is near it off lists."""

from pathlib import Path

import pytest

from havre.errors import Refused
from havre.feeds.benign import keep_benign, must_not_collide, shelf_of
from havre.feeds.models import Benign
from havre.fingerprints.pdq_turned import turned
from havre.matches.formats.record import Entry
from havre.settings import Settings
from tests.cast import introduce
from tests.feeds.published import feed_of

PDQ = bytes(range(32))


def test_an_index_follows_what_was_loaded_and_refuses_what_is_near_or_equal(database: Settings, tmp_path: Path) -> None:
    feed = feed_of(introduce().anke)
    assert keep_benign(feed, "one", [Entry("1", pdq=PDQ.hex()), Entry("2", md5="ab" * 16), Entry("3")]) == 2
    shelf = shelf_of(tmp_path, feed)
    must_not_collide(shelf, feed, [turned(bytes(32))], {"md5": bytes(16)})
    with pytest.raises(Refused, match="within 0 bits"):
        must_not_collide(shelf, feed, [turned(bytes(32)), turned(PDQ)], {})
    with pytest.raises(Refused, match="very bytes"):
        must_not_collide(shelf, feed, [], {"md5": b"\xab" * 16})
    keep_benign(feed, "two", [Entry("1", pdq=bytes(32).hex())])
    with pytest.raises(Refused, match="within 0 bits"):
        must_not_collide(shelf_of(tmp_path, feed), feed, [turned(bytes(32))], {})
    assert Benign.objects.count() == 3
