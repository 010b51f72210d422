"""What media state is indexed once, counted over the unit alone, and leads to those worth comparing."""

import pytest

from havre.linking.keys import BODY, CAMERA, FEW, LOCAL, Key, rows
from havre.series import origins as module
from havre.series.models import Stated
from havre.series.origins import Origins, chunks, forget, index, size_of
from tests.cast import Cast
from tests.series.held import CANON, NIKON, found, medium

SERIAL = {"camera serial": "6030741"}


def indexed(cast: Cast, *media: int) -> list[int]:
    """Index these media of Belgium; those of which that was new."""
    origins = Origins(cast.belgium, size_of(cast.belgium))
    return index(cast.belgium, origins.of(media).values())


def test_what_a_medium_states_comes_from_its_facts_and_all_its_paths(cast: Cast) -> None:
    held = medium(cast.anke, 1, NIKON, SERIAL, taken="2019-04-14T12:00:00", path="/x/IMG_0412.JPG")
    found(cast.anke, held, "/y/DSC_0001.JPG")
    stated = Origins(cast.belgium, 1).of([held.pk])[held.pk]
    assert (stated.camera, stated.body, stated.local) == ("nikon d810", "6030741", 1555243200.0)
    assert [number.written for number in stated.names.numbers] == ["0001", "0412"]


def test_the_first_of_two_statements_counts_whatever_the_database(cast: Cast) -> None:
    held = medium(cast.anke, 1, SERIAL)
    held.facts.create(name="camera serial", value="1234567")
    assert Origins(cast.belgium, 1).of([held.pk])[held.pk].body == "6030741"


def test_indexing_again_writes_only_what_changed(cast: Cast) -> None:
    one, other = medium(cast.anke, 1, SERIAL), medium(cast.anke, 2, SERIAL)
    assert indexed(cast, one.pk, other.pk) == [one.pk, other.pk]
    before = set(Stated.objects.values_list("id", flat=True))
    one.facts.create(name="image id", value="12ab34")
    assert indexed(cast, one.pk, other.pk) == [one.pk]
    assert set(Stated.objects.filter(medium=other).values_list("id", flat=True)) < before
    now = {(row.key.name, row.key.value) for row in rows(Origins(cast.belgium, 2).of([one.pk])[one.pk])}
    assert set(Stated.objects.filter(medium=one).values_list("name", "value")) == now
    forget([one.pk])
    assert not Stated.objects.filter(medium=one).exists()


def test_values_are_counted_over_the_unit_alone_and_by_model(cast: Cast) -> None:
    mine = [medium(cast.anke, at, NIKON, SERIAL).pk for at in range(3)]
    mine.append(medium(cast.anke, 9, CANON, SERIAL).pk)
    theirs = medium(cast.chiara, 20, NIKON, SERIAL)
    indexed(cast, *mine)
    index(cast.italy, Origins(cast.italy, 1).of([theirs.pk]).values())

    origins = Origins(cast.belgium, size_of(cast.belgium))
    counts = origins.counts(origins.of(mine)[mine[0]])
    assert (counts.media, counts.stating) == (4, 4)
    assert counts.carriers[Key(BODY, "6030741")] == 4
    assert counts.alike[Key(BODY, "6030741")] == 3
    assert counts.carriers[Key(CAMERA, "nikon d810")] == 3
    assert origins.of([theirs.pk]) == {}


def test_candidates_share_a_key_with_whoever_asks(cast: Cast) -> None:
    noon = medium(cast.anke, 1, CANON, taken="2019-04-14T12:09:59")
    later = medium(cast.anke, 2, CANON, taken="2019-04-14T12:10:01")
    other = medium(cast.anke, 3, CANON, taken="2019-04-15T12:00:00")
    keys = [noon.pk, later.pk, other.pk]
    indexed(cast, *keys)
    origins = Origins(cast.belgium, 3)
    asking = list(origins.of(keys).values())
    assert origins.candidates(asking) == {noon.pk: {later.pk}, later.pk: {noon.pk}, other.pk: set()}


def test_of_a_crowd_under_a_serial_the_last_are_compared_and_of_one_under_a_time_none(cast: Cast) -> None:
    first, last = medium(cast.anke, 1, SERIAL), medium(cast.anke, 2, SERIAL)
    Stated.objects.bulk_create(
        Stated(unit=cast.belgium, medium=held, name=name, value=value)
        for held, name, value in [
            *([(first, BODY, "6030741")] * FEW),
            (last, BODY, "6030741"),
            *([(first, LOCAL, "5")] * (FEW + 1)),
        ]
    )
    origins = Origins(cast.belgium, 2)
    serial, clock = Key(BODY, "6030741"), Key(LOCAL, "5")
    origins._models |= origins._fresh([serial, clock])
    under = origins._under([serial, clock])
    assert (len(under[serial]), under[serial][0]) == (FEW, last.pk)
    assert under[clock] == []


def test_questions_name_a_bounded_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 3)
    assert list(chunks(range(7))) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(chunks([])) == []
