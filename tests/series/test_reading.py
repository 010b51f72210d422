"""What came since the last time is read, once, in rounds; reading everything again finds the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.series import reading
from havre.series.keep import forget_media
from havre.series.models import Bookmark, Link, Member, Moved, Series, Stated
from havre.series.origins import origins_then
from havre.series.reading import Read, read_on, start_anew
from havre.series.tally import Tally
from havre.units.models import Unit
from tests.cast import NOON, Cast
from tests.series.held import NIKON, found, match, medium

SERIAL = {"camera serial": "6030741"}


def read_all(unit: Unit) -> list[Read]:
    rounds = []
    while (read := read_on(unit)) is not None:
        rounds.append(read)
    return rounds


def links() -> set[tuple[int, int, str]]:
    return set(Link.objects.values_list("one", "other", "kind"))


def test_rounds_end_and_nothing_is_read_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROUND", 2)
    media = [medium(cast.anke, at, NIKON, SERIAL) for at in range(5)]
    for other in media[1:4]:
        match(other, media[0], expected_false=1e-6)
    rounds = read_all(cast.belgium)
    assert [read.media for read in rounds] == [2, 2, 1]
    assert sum(read.links for read in rounds) == len(links()) == 10 + 3
    assert read_all(cast.belgium) == []
    assert set(Moved.objects.values_list("medium", flat=True)) == {each.pk for each in media}


def test_a_medium_found_again_is_read_again_and_moves_nothing_if_that_says_nothing_new(cast: Cast) -> None:
    one, other = (medium(cast.anke, at, path=f"/x/{at}") for at in range(2))
    read_all(cast.belgium)
    Moved.objects.all().delete()
    found(cast.anke, one, "/y/elsewhere")
    assert read_all(cast.belgium) == [Read(1, 0)]
    assert not Moved.objects.exists()
    found(cast.anke, one, "/y/IMG-20190414-WA0007.jpg")
    found(cast.anke, other, "/y/IMG-20190414-WA0008.jpg")
    assert read_all(cast.belgium) == [Read(2, 1)]
    assert links() == {(one.pk, other.pk, "session")}


def test_what_lost_a_place_is_read_again(cast: Cast) -> None:
    one, other = (medium(cast.anke, at, NIKON, SERIAL) for at in range(2))
    read_all(cast.belgium)
    forget_media(cast.belgium, [], [one.pk])
    assert not Stated.objects.filter(medium=one).exists()
    assert read_all(cast.belgium) == [Read(1, 0)]
    assert Stated.objects.filter(medium=one).count() == Stated.objects.filter(medium=other).count()
    assert not Moved.objects.filter(unread=True).exists()


def test_other_units_are_not_read(cast: Cast) -> None:
    match(medium(cast.chiara, 11, NIKON, SERIAL), medium(cast.chiara, 12, NIKON, SERIAL))
    assert read_all(cast.belgium) == []
    assert (Stated.objects.count(), Link.objects.count()) == (0, 0)
    read_all(cast.italy)
    assert len(links()) == 2


def test_pages_weigh_at_the_size_that_was_read_and_count_nothing(cast: Cast) -> None:
    media = [medium(cast.anke, at, NIKON, SERIAL) for at in range(3)]
    assert origins_then(cast.belgium, Tally()).size == 3  # nothing was read yet
    read_all(cast.belgium)
    medium(cast.anke, 3, NIKON, SERIAL)
    then = origins_then(cast.belgium, Tally())
    with CaptureQueriesContext(connection) as asked:
        assert (then.size, then.stating()) == (3, len(media))
    assert (len(asked), origins_then(cast.italy, Tally()).size) == (0, 0)
    read_all(cast.belgium)
    assert (origins_then(cast.belgium, Tally()).size, origins_then(cast.belgium, Tally()).stating()) == (4, 4)


def test_reading_everything_again_finds_the_same(cast: Cast) -> None:
    media = [medium(cast.anke, at, NIKON, SERIAL) for at in range(3)]
    match(media[2], media[0])
    read_all(cast.belgium)
    before = links()
    series = Series.objects.create(unit=cast.belgium, number=1, created_at=NOON)
    Member.objects.create(series=series, medium=media[0])
    Moved.objects.all().delete()
    start_anew(cast.italy)
    assert links() == before
    start_anew(cast.belgium)
    assert (links(), Bookmark.objects.filter(unit=cast.belgium).count()) == (set(), 0)
    assert list(Moved.objects.values_list("medium", flat=True)) == [media[0].pk]
    read_all(cast.belgium)
    assert links() == before
