"""What was counted is kept for one state of what was read, of each unit by itself, and only so much of it."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.linking.keys import Key
from havre.series.keep import forget_media
from havre.series.models import Bookmark
from havre.series.origins import Origins, origins_then
from havre.series.reading import read_on, start_anew
from havre.series.tally import Tally
from havre.units.models import Unit
from tests.cast import Cast
from tests.series.held import NIKON, medium

CAMERA, SERIAL = Key("camera", "nikon d810"), Key("camera serial", "6030741")


def read(unit: Unit) -> None:
    while read_on(unit) is not None:
        pass


def common(then: Origins, medium: int) -> tuple[list[int], int]:
    """How often each thing that a medium states is stated, and in how many questions that was counted."""
    told = then.of([medium])[medium]
    with CaptureQueriesContext(connection) as asked:
        counts = then.counts(told)
    return sorted(counts.carriers.values()), len(asked)


def test_each_thing_is_counted_once_until_more_is_read(cast: Cast) -> None:
    tally = Tally()
    first = medium(cast.anke, 1, NIKON, camera_serial="6030741").pk
    read(cast.belgium)
    numbers, asked = common(origins_then(cast.belgium, tally), first)
    assert (set(numbers), asked > 0) == ({1}, True)
    assert common(origins_then(cast.belgium, tally), first) == (numbers, 0)
    medium(cast.anke, 2, NIKON, camera_serial="6030741")
    assert common(origins_then(cast.belgium, tally), first) == (numbers, 0)  # not read yet
    read(cast.belgium)
    assert common(origins_then(cast.belgium, tally), first) == ([2] * len(numbers), asked)
    assert common(origins_then(cast.belgium, tally), first) == ([2] * len(numbers), 0)


def test_what_one_unit_counted_is_told_to_no_other(cast: Cast) -> None:
    tally = Tally()
    ours = [medium(cast.anke, at, NIKON, camera_serial="6030741").pk for at in range(3)]
    theirs = medium(cast.chiara, 9, NIKON, camera_serial="6030741").pk
    read(cast.belgium)
    read(cast.italy)
    assert set(common(origins_then(cast.belgium, tally), ours[0])[0]) == {3}
    assert set(common(origins_then(cast.italy, tally), theirs)[0]) == {1}
    assert set(common(origins_then(cast.belgium, tally), ours[1])[0]) == {3}


def test_what_is_erased_or_read_anew_is_counted_again(cast: Cast) -> None:
    tally = Tally()
    first, second = (medium(cast.anke, at, NIKON, camera_serial="6030741").pk for at in (1, 2))
    read(cast.belgium)
    assert set(common(origins_then(cast.belgium, tally), first)[0]) == {2}
    forget_media(cast.belgium, [], [second])
    assert set(common(origins_then(cast.belgium, tally), first)[0]) == {1}
    read(cast.belgium)
    assert set(common(origins_then(cast.belgium, tally), first)[0]) == {2}
    start_anew(cast.belgium)
    read(cast.belgium)
    assert common(origins_then(cast.belgium, tally), first)[1] > 0


def test_where_nothing_was_read_nothing_is_kept(cast: Cast) -> None:
    tally = Tally()
    only = medium(cast.anke, 1, NIKON).pk
    assert not Bookmark.objects.exists()
    common(origins_then(cast.belgium, tally), only)
    assert len(tally) == 0


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_is_kept_than_there_is_room_for(most: int) -> None:
    tally = Tally(most)
    tally.keep((1, 1), {CAMERA: Counter({"": 3})})
    tally.keep((1, 2), {SERIAL: Counter()})
    assert len(tally) == most
    assert tally.known((1, 2), [SERIAL, CAMERA]) == ({SERIAL: Counter()} if most else {})
    assert tally.known((1, 1), [SERIAL, CAMERA]) == ({CAMERA: Counter({"": 3})} if most == 2 else {})
    assert tally.known((2, 1), [SERIAL, CAMERA]) == {}
