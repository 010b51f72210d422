"""Clues as rows: what one may say, where its region lies, what all of them say together."""

import pytest

from havre.errors import Invalid, Refused
from havre.linking.countries import Constraint, Said, constraint
from havre.media.models import Fact, Medium
from havre.series.clues import (
    MOST_CLUES,
    Box,
    Drawn,
    box_of,
    bring_back,
    draw,
    region_of,
    said,
    suggest,
    suggested,
    upright,
    withdraw,
)
from havre.series.models import Clue, Member, Series
from havre.series.queries import member_media, places_of
from tests.cast import NOON, Cast
from tests.series.held import medium

BOX = Box(10, 20, 60, 40)
ENGLISH = constraint({"kind": "language", "values": ["en"]})
MANY = [Constraint("country", (code,)) for code in ("BE", "NL", "FR", "DE", "LU", "GB", "IE", "ES", "PT", "IT", "CH")]


@pytest.fixture
def series(cast: Cast) -> Series:
    """One of Anke's, with one picture of 400 × 300 in it."""
    found = Series.objects.create(unit=cast.belgium, number=1, created_at=NOON)
    Member.objects.create(series=found, medium=picture(cast))
    return found


def picture(cast: Cast, number: int = 1, **facts: str) -> Medium:
    held = medium(cast.anke, number, **facts)
    held.width, held.height, held.veil = 400, 300, b"sealed"
    held.save()
    return held


def drawn(series: Series, cast: Cast, what: Drawn) -> Clue:
    return draw(series, Medium.objects.get(member__series=series), what, cast.anke, NOON)


def test_a_clue_keeps_what_was_said(series: Series, cast: Cast) -> None:
    clue = drawn(series, cast, Drawn("  Route   sign ", "sign", BOX, [ENGLISH, ENGLISH]))
    kept = Clue.objects.get()
    assert (kept.number, kept.name, kept.kind, kept.by, kept.at) == (1, "Route sign", "sign", cast.anke, NOON)
    assert (box_of(kept), suggested(kept), said([kept])) == (BOX, [ENGLISH], [Said(clue.pk, ENGLISH)])
    assert drawn(series, cast, Drawn("Whole", "other")).number == 2


@pytest.mark.parametrize(
    "wrong",
    [
        Drawn("", "sign", BOX),
        Drawn(" \n", "sign", BOX),
        Drawn("x" * 121, "sign", BOX),
        Drawn("a\x07b", "sign", BOX),
        Drawn("sign", "person", BOX),
        Drawn("sign", "sign", Box(0, 0, 7, 20)),
        Drawn("sign", "sign", Box(0, 0, 401, 20)),
        Drawn("sign", "sign", Box(-1, 0, 20, 20)),
        Drawn("sign", "sign", Box(390, 290, 20, 10)),
        Drawn("sign", "sign", BOX, MANY),
    ],
)
def test_a_clue_that_says_nothing_or_lies_outside_is_refused(series: Series, cast: Cast, wrong: Drawn) -> None:
    with pytest.raises(Invalid):
        drawn(series, cast, wrong)
    assert not Clue.objects.exists()


def test_the_region_is_of_the_picture_as_it_stands_upright(series: Series, cast: Cast) -> None:
    held = Medium.objects.get(member__series=series)
    assert upright(held) == (400, 300)
    Fact.objects.create(medium=held, name="orientation", value="6", field="EXIF:Orientation")
    assert upright(held) == (300, 400)
    clue = drawn(series, cast, Drawn("sign", "sign", Box(0, 350, 60, 50)))
    assert (region_of(clue).of_width, region_of(clue).of_height) == (300, 400)


def test_the_whole_scene_has_no_region(series: Series, cast: Cast) -> None:
    clue = drawn(series, cast, Drawn("sign", "sign"))
    assert box_of(clue) is None
    with pytest.raises(Invalid, match="whole scene"):
        region_of(clue)


def test_a_withdrawn_clue_counts_no_more_and_takes_nothing(series: Series, cast: Cast) -> None:
    clue = drawn(series, cast, Drawn("sign", "sign", BOX, [ENGLISH]))
    assert (withdraw(clue, cast.bram, NOON), withdraw(clue, cast.anke, NOON)) == (True, False)
    assert Clue.objects.get().withdrawn_by == cast.bram
    assert (bring_back(clue), bring_back(clue)) == (True, False)
    assert Clue.objects.get().withdrawn_by is None
    withdraw(clue, cast.bram, NOON)
    assert said([Clue.objects.get()]) == []
    with pytest.raises(Refused, match="withdrawn"):
        suggest(clue, [ENGLISH])
    assert drawn(series, cast, Drawn("another", "sign")).number == 2  # a number is never given twice


def test_a_series_has_only_so_many_clues(series: Series, cast: Cast) -> None:
    held = Medium.objects.get(member__series=series)
    Clue.objects.bulk_create(
        Clue(series=series, number=1 + at, medium=held, name="x", kind="sign", by=cast.anke, at=NOON)
        for at in range(MOST_CLUES)
    )
    with pytest.raises(Refused, match="200 clues"):
        drawn(series, cast, Drawn("one more", "sign"))


def test_places_and_members_of_a_series_are_its_units_alone(series: Series, cast: Cast) -> None:
    for number, (latitude, longitude) in enumerate((("50.7200000", "-1.9800000"), ("far", "away"), ("91", "0"))):
        Member.objects.create(series=series, medium=picture(cast, 10 + number, latitude=latitude, longitude=longitude))
    assert places_of(cast.anke, series, 9) == [(-1.98, 50.72)]
    assert len(member_media(cast.anke, series, 0, 9)) == 4
    assert (places_of(cast.chiara, series, 9), member_media(cast.chiara, series, 0, 9)) == ([], [])
