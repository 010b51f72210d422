"""Rows of a capture, and its distinct digests."""

from collections import Counter
from hashlib import sha256

from havre.settings import Settings
from havre.sites.models import Captured, Content
from havre.sites.rows import make_contents, write_rows
from tests.cast import introduce
from tests.sites.held import capture_of, row, site_of

CONTENTS = [5, 1, 5, 2, 9, 1, 5]


def test_rows_are_kept_as_they_were_and_digests_counted_once(database: Settings) -> None:
    site = site_of(introduce().anke, "quay")
    capture = capture_of(site, CONTENTS)
    kept = (
        Captured.objects.filter(capture=capture)
        .order_by("position")
        .values_list("position", "address", "sha256", "md5")
    )
    assert [(place, where, bytes(digest or b""), none) for place, where, digest, none in kept] == [
        (place, f"http://quay.example/{place}", sha256(str(number).encode()).digest(), None)
        for place, number in enumerate(CONTENTS, start=1)
    ]
    found = {bytes(each.digest): (each.first, each.times) for each in Content.objects.filter(capture=capture)}
    times = Counter(CONTENTS)
    assert found == {
        sha256(str(number).encode()).digest(): (CONTENTS.index(number) + 1, count) for number, count in times.items()
    }
    assert (capture.media, capture.kinds) == (4, {"sha256": 4})


def test_a_content_with_two_digests_is_one_and_making_them_twice_is_as_once(database: Settings) -> None:
    site = site_of(introduce().anke, "quay")
    capture = capture_of(site, CONTENTS, "sha256 md5")
    assert (capture.media, capture.kinds) == (4, {"sha256": 4, "md5": 4})
    before = sorted(Content.objects.values_list("first", "times"))
    make_contents(capture)
    assert sorted(Content.objects.values_list("first", "times")) == before
    assert (capture.media, capture.kinds) == (4, {"sha256": 4, "md5": 4})


def test_nothing_to_write_is_written(database: Settings) -> None:
    capture = capture_of(site_of(introduce().anke, "quay"), [])
    write_rows([])
    assert (capture.media, capture.kinds, Captured.objects.count()) == (0, {}, 0)
    assert row(capture, 1, 5, "md5", "", "")[6] is None
