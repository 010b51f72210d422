"""A viewer finds their own unit's series by number, what its media are and where they lie; and nothing of others."""

import pytest

from havre.errors import NotFound
from havre.series.models import Member, Series, Status
from havre.series.queries import Held, held_media, series_for, series_of
from tests.cast import NOON, Cast
from tests.series.held import found, medium


def series(cast: Cast, number: int, status: Status = Status.PROPOSED) -> Series:
    return Series.objects.create(unit=cast.belgium, number=number, created_at=NOON, status=status)


@pytest.mark.parametrize("named", ["S12", "s12", "12", " S12 "])
def test_a_series_is_found_by_its_number_by_everybody_of_the_unit(cast: Cast, named: str) -> None:
    held = series(cast, 12)
    assert series_for(cast.anke, named) == series_for(cast.bram, named) == held
    assert held.reference == "S12"


def test_a_series_of_another_unit_and_none_are_told_with_the_same_words(cast: Cast) -> None:
    series(cast, 12)
    with pytest.raises(NotFound) as theirs:
        series_for(cast.chiara, "S12")
    with pytest.raises(NotFound) as none:
        series_for(cast.chiara, "S13")
    assert str(theirs.value) == str(none.value).replace("S13", "S12")


def test_series_are_counted_with_their_members_and_those_over_only_if_asked_for(cast: Cast) -> None:
    held = series(cast, 1)
    series(cast, 2, Status.REJECTED)
    series(cast, 3)  # everything in it was erased
    for at, sure in ((1, True), (2, False)):
        Member.objects.create(series=held, medium=medium(cast.anke, at), confirmed=sure)
    (found,) = series_of(cast.bram)
    assert (found.pk, found.size, found.sure) == (held.pk, 2, 1)  # type: ignore[attr-defined]
    assert [each.number for each in series_of(cast.bram, over=True)] == [1, 2, 3]
    assert list(series_of(cast.chiara, over=True)) == []


def test_a_medium_is_called_by_its_first_path_and_its_digest(cast: Cast) -> None:
    held = medium(cast.anke, 7, path="C:\\DCIM\\IMG_0412.JPG")
    found(cast.anke, held, "/copies/1.jpg")
    (told,) = held_media(cast.anke, [held.pk]).values()
    assert told == Held(f"{7:064x}", "C:\\DCIM\\IMG_0412.JPG", ("C",), 2)
    assert told.name == "IMG_0412.JPG (00000000)"
    assert held_media(cast.chiara, [held.pk]) == {}
